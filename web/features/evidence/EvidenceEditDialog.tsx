import { TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { changeEvidence, type EvidenceDetail } from '../../../contract/evidence.js';
import { DayInput, endOfDay } from '../../ui/DayInput.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { fieldErrors, refusal } from '../../ui/validation.js';
import { type EvidenceChange, useChangeEvidence } from './evidence.api.js';
import { preventSubmitOnEnter } from './prevent-submit-on-enter.js';

const TEN_YEARS = 3_650;

/** Edits uploaded evidence: its title, what it supports and when it is in effect. */
export function EvidenceEditDialog({
  item,
  onClose,
}: {
  item: EvidenceDetail;
  onClose: () => void;
}) {
  const change = useChangeEvidence(item.id);
  const [draft, setDraft] = useState(() => draftOf(item));
  const [errors, setErrors] = useState<Record<string, string>>({});
  const set = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }));
  const body = changesOf(item, draft);
  const reopens = item.state === 'approved' && NEEDS_REVIEW.some((field) => field in body);
  const submit = () => {
    const found = fieldErrors(changeEvidence.body, body) ?? {};
    if (draft.from === '') found.effectiveFrom = 'Enter a date';
    setErrors(found);
    if (Object.keys(found).length > 0) return;
    if (Object.keys(body).length === 0) onClose();
    else change.mutate(body, { onSuccess: onClose });
  };
  const isWrong = (field: string) => Object.keys(errors).some((path) => path.startsWith(field));
  const refused = refusal(change.error, ['title', 'description', 'effectiveFrom', 'effectiveTo']);
  return (
    <FormDialog
      title="Edit this evidence"
      submit="Save"
      busy={change.isPending}
      problem={refused.rest}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label="Title"
        value={draft.title}
        onChange={(event) => set({ title: event.currentTarget.value })}
        error={errors.title ?? refused.errors.title}
        maxLength={200}
        required
      />
      <Textarea
        label="What it shows"
        value={draft.description}
        onChange={(event) => set({ description: event.currentTarget.value })}
        error={errors.description ?? refused.errors.description}
        maxLength={1_000}
        rows={2}
      />
      <TagsInput
        label="Supported controls"
        description="Ids such as IAC-06; press Enter after each."
        value={draft.controlIds}
        onChange={(controlIds) => set({ controlIds })}
        error={isWrong('controlIds') && 'Ids can have up to 60 characters'}
        maxTags={200}
        acceptValueOnBlur
        onKeyDown={preventSubmitOnEnter}
      />
      <TagsInput
        label="Supported requirements"
        description="Framework and requirement, such as nist-800-53-r5/AC-1."
        value={draft.requirements}
        onChange={(requirements) => set({ requirements })}
        error={isWrong('requirements') && 'Write each as framework/requirement'}
        maxTags={200}
        acceptValueOnBlur
        onKeyDown={preventSubmitOnEnter}
      />
      <DayInput
        label="In effect from"
        value={draft.from}
        onChange={(from) => set({ from })}
        error={errors.effectiveFrom ?? refused.errors.effectiveFrom}
        minDays={-TEN_YEARS}
        maxDays={TEN_YEARS}
        required
      />
      <DayInput
        label="Valid until"
        description="Leave empty if it has no end date."
        value={draft.to}
        onChange={(to) => set({ to })}
        error={errors.effectiveTo ?? refused.errors.effectiveTo}
        minDays={-TEN_YEARS}
        maxDays={TEN_YEARS}
      />
      {reopens && (
        <Text size="sm" role="status">
          Changing links or dates returns it to review and withdraws the answers based on it.
        </Text>
      )}
    </FormDialog>
  );
}

interface Draft {
  title: string;
  description: string;
  controlIds: string[];
  requirements: string[];
  /** `2026-11-23`, in UTC. */
  from: string;
  to: string;
}

const NEEDS_REVIEW = ['controlIds', 'requirements', 'effectiveFrom', 'effectiveTo'] as const;

function draftOf(item: EvidenceDetail): Draft {
  const { title, description, controlIds, requirements, effectiveFrom, effectiveTo } = item;
  return {
    title,
    description,
    controlIds,
    requirements: requirements.map(({ framework, requirement }) => `${framework}/${requirement}`),
    from: effectiveFrom.slice(0, 10),
    to: effectiveTo?.slice(0, 10) ?? '',
  };
}

/** Only changed fields, so that an unchanged time of day is kept. */
function changesOf(item: EvidenceDetail, draft: Draft): EvidenceChange {
  const before = draftOf(item);
  const controlIds = draft.controlIds.map((id) =>
    before.controlIds.includes(id) ? id : id.toUpperCase(),
  );
  const title = draft.title.trim();
  const description = draft.description.trim();
  return {
    ...(title === before.title ? {} : { title }),
    ...(description === before.description ? {} : { description }),
    ...(isSame(controlIds, before.controlIds) ? {} : { controlIds: [...new Set(controlIds)] }),
    ...(isSame(draft.requirements, before.requirements)
      ? {}
      : { requirements: draft.requirements }),
    ...(draft.from === before.from ? {} : { effectiveFrom: `${draft.from}T00:00:00.000Z` }),
    ...(draft.to === before.to ? {} : { effectiveTo: endOfDay(draft.to) ?? null }),
  };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each, index) => each === other[index]);
}
