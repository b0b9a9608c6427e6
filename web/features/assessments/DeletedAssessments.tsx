import { Button, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Trash2, Undo2 } from 'lucide-react';
import type { AssessmentSummary } from '../../../contract/assessments.js';
import { useAppState } from '../../app/AppStateContext.js';
import { day } from '../../ui/format.js';
import { Notice } from '../../ui/Notice.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import classes from '../../ui/rows.module.css';
import { useRestoreAssessment } from './assessment.api.js';

/** A deleted assessment that can still be restored. */
export function DeletedRow({
  assessment: { id, name, questionnaireName, score },
  deleted: { at, by, restorableUntil },
}: {
  assessment: AssessmentSummary;
  deleted: NonNullable<AssessmentSummary['deleted']>;
}) {
  return (
    <li className={classes.row}>
      <div className={classes.what}>
        <Text fw={600}>{name}</Text>
        <Text size="sm" c="dimmed">
          {questionnaireName} · {score.answered} of {score.questions} answered
        </Text>
        <Text size="sm" c="dimmed">
          Deleted by {by} on {day(at)} · can be restored until {day(restorableUntil)}
        </Text>
      </div>
      <RestoreButton assessmentId={id} label="Restore" name={name} />
    </li>
  );
}

/** Shown right after a deletion, with an undo button. */
export function JustDeleted({ assessmentId }: { assessmentId: string }) {
  return (
    <Notice tone="blue" icon={Trash2} title="Assessment deleted">
      <Text size="sm" mb="xs">
        The decisions from its answers are withdrawn. You can restore it under “Deleted” for a
        while.
      </Text>
      <RestoreButton assessmentId={assessmentId} label="Undo" />
    </Notice>
  );
}

function RestoreButton({
  assessmentId,
  label,
  name,
}: {
  assessmentId: string;
  label: string;
  /** Makes the button's label unique in a list. */
  name?: string;
}) {
  const { may } = useAppState();
  const navigate = useNavigate();
  const restore = useRestoreAssessment();
  if (!may('assessments:write')) return null;
  return (
    <div>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<Undo2 size={14} aria-hidden />}
        aria-label={name && `${label} ${name}`}
        loading={restore.isPending}
        onClick={() =>
          restore.mutate(assessmentId, {
            onSuccess: () =>
              navigate({ to: '/assessments/$assessmentId', params: { assessmentId } }),
          })
        }
      >
        {label}
      </Button>
      {Boolean(restore.error) && <ProblemAlert problem={restore.error} />}
    </div>
  );
}
