import { Checkbox, NativeSelect, Select, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Relation } from '../../../contract/compliance.js';
import {
  type MappingReview,
  type NewMappingReview,
  reviewMappings,
} from '../../../contract/mapping-review.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { fieldErrors } from '../../ui/validation.js';
import { controlsQuery } from '../controls/control.api.js';
import { useReviewMappings } from './mapping.api.js';

interface RemapDialogProps {
  tool: string;
  checkId: string;
  controlId: string;
  onReviewed?: (reviews: MappingReview[]) => void;
  onClose: () => void;
}

const relations: { value: Relation; label: string }[] = [
  { value: 'subset', label: 'It tests part of the control' },
  { value: 'equal', label: 'It tests exactly this control' },
  { value: 'superset', label: 'It tests more than the control' },
  { value: 'intersects', label: 'It only touches on the control (proves nothing)' },
];

/** Accepts a check for a control of the reviewer's choice, and rejects the current match if wanted. */
export function RemapDialog({ tool, checkId, controlId, onReviewed, onClose }: RemapDialogProps) {
  const controls = useQuery(controlsQuery({}));
  const review = useReviewMappings();
  const [target, setTarget] = useState<string | null>(controlId);
  const [relation, setRelation] = useState<Relation>('subset');
  const [isInstead, setInstead] = useState(true);
  const [reason, setReason] = useState('');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const isOther = target !== controlId;
  const submit = () => {
    const check = { tool, checkId, reason };
    const accept: NewMappingReview = {
      ...{ ...check, controlId: target ?? '', verdict: 'accept', relation },
    };
    const reject: NewMappingReview = { ...check, controlId, verdict: 'reject' };
    const reviews = isOther && isInstead ? [accept, reject] : [accept];
    const found = fieldErrors(reviewMappings.body, { reviews });
    setErrors(found ?? {});
    if (found) return;
    review.mutate(reviews, {
      onSuccess: (made) => {
        onReviewed?.(made.reviews);
        onClose();
      },
    });
  };
  return (
    <FormDialog
      title={`Map ${checkId}`}
      submit="Save"
      busy={review.isPending}
      problem={review.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Select
        label="Control it counts for"
        data={(controls.data?.items ?? []).map(({ id, title }) => ({
          value: id,
          label: `${id} ${title}`,
        }))}
        value={target}
        onChange={setTarget}
        error={errors['reviews.0.controlId']}
        limit={100}
        searchable
        required
      />
      <NativeSelect
        label="What the check tests"
        value={relation}
        onChange={(event) => {
          const wanted = event.currentTarget.value;
          setRelation(relations.find(({ value }) => value === wanted)?.value ?? 'subset');
        }}
        data={relations}
      />
      {isOther && (
        <Checkbox
          label={`Reject the match with ${controlId}`}
          checked={isInstead}
          onChange={(event) => setInstead(event.currentTarget.checked)}
        />
      )}
      <Textarea
        label="Reason"
        description="Shown with the control; auditors will read it."
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        error={errors['reviews.0.reason']}
        rows={3}
        resize="vertical"
        required
      />
    </FormDialog>
  );
}
