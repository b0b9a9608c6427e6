import { Button, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { type AssessmentDetail, changeAssessment } from '../../../contract/assessments.js';
import { DayInput, endOfDay } from '../../ui/DayInput.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { counted, day } from '../../ui/format.js';
import { Loaded } from '../../ui/Loaded.js';
import { fieldErrors, refusal } from '../../ui/validation.js';
import {
  type AssessmentChange,
  deletionQuery,
  useChangeAssessment,
  useDeleteAssessment,
} from './assessment.api.js';

/** Buttons to edit an assessment, and to delete one that was never completed. */
export function EditAssessment({ assessment }: { assessment: AssessmentDetail }) {
  const [dialog, setDialog] = useState<'change' | 'delete' | null>(null);
  const close = () => setDialog(null);
  return (
    <>
      {assessment.status !== 'completed' && (
        <Button variant="default" onClick={() => setDialog('change')}>
          Edit
        </Button>
      )}
      {assessment.completedAt === null && (
        <Button variant="default" onClick={() => setDialog('delete')}>
          Delete
        </Button>
      )}
      {dialog === 'change' && <ChangeDialog assessment={assessment} onClose={close} />}
      {dialog === 'delete' && <DeleteDialog assessment={assessment} onClose={close} />}
    </>
  );
}

interface DialogProps {
  assessment: AssessmentDetail;
  onClose: () => void;
}

function ChangeDialog({ assessment, onClose }: DialogProps) {
  const change = useChangeAssessment(assessment.id);
  const dueDay = assessment.dueAt?.slice(0, 10) ?? '';
  const [name, setName] = useState(assessment.name);
  const [due, setDue] = useState(dueDay);
  const [assignee, setAssignee] = useState(assessment.assignee ?? '');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const submit = () => {
    const named = assignee.trim() || null;
    // Only changed fields: a due date in the past may stay, but cannot be set again.
    const body: AssessmentChange = {
      ...(name.trim() === assessment.name ? {} : { name: name.trim() }),
      ...(due === dueDay ? {} : { dueAt: endOfDay(due) ?? null }),
      ...(named === assessment.assignee ? {} : { assignee: named }),
    };
    const found = fieldErrors(changeAssessment.body, body);
    setErrors(found ?? {});
    if (found) return;
    if (Object.keys(body).length === 0) onClose();
    else change.mutate(body, { onSuccess: onClose });
  };
  const refused = refusal(change.error, ['name', 'dueAt', 'assignee']);
  return (
    <FormDialog
      title="Edit assessment"
      submit="Save"
      busy={change.isPending}
      problem={refused.rest}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={errors.name ?? refused.errors.name}
        maxLength={200}
        required
      />
      <DayInput
        label="Due"
        value={due}
        onChange={setDue}
        maxDays={3 * 365}
        error={errors.dueAt ?? refused.errors.dueAt}
      />
      <TextInput
        label="Assignee"
        value={assignee}
        onChange={(event) => setAssignee(event.currentTarget.value)}
        error={errors.assignee ?? refused.errors.assignee}
        maxLength={200}
      />
    </FormDialog>
  );
}

function DeleteDialog({ assessment: { id, name, score }, onClose }: DialogProps) {
  const navigate = useNavigate();
  const deletion = useQuery(deletionQuery(id));
  const remove = useDeleteAssessment(id, () =>
    navigate({ to: '/assessments', search: { undo: id } }),
  );
  return (
    <FormDialog
      title="Delete the assessment?"
      submit="Delete"
      danger
      busy={remove.isPending}
      problem={remove.error}
      onSubmit={() => remove.mutate()}
      onClose={onClose}
    >
      <Text size="sm">
        “{name}” and its {score.answered} of {score.questions} answers will be deleted.
      </Text>
      <Loaded query={deletion}>
        {(effects) => (
          <>
            <Text size="sm">{effectsText(effects)}</Text>
            <Text size="sm">
              Until {day(effects.restorableUntil)} it can be restored, together with the decisions
              from its answers.
            </Text>
          </>
        )}
      </Loaded>
    </FormDialog>
  );
}

/** The effects of deleting outside the assessment. */
function effectsText({ decisions, attestations }: { decisions: number; attestations: number }) {
  if (decisions + attestations === 0) {
    return 'No control status depends on its answers: nothing else changes.';
  }
  const what = [
    ...(decisions > 0
      ? [counted(decisions, 'answer about a control', 'answers about controls')]
      : []),
    ...(attestations > 0 ? [counted(attestations, 'attestation')] : []),
  ];
  return `This withdraws ${what.join(' and ')} in every framework; scores may drop. Later decisions made elsewhere are kept, and replaced older answers count again.`;
}
