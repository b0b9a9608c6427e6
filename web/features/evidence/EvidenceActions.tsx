import { Button, Checkbox, FileButton, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { EvidenceDetail } from '../../../contract/evidence.js';
import { useAppState } from '../../app/AppStateContext.js';
import { FormDialog } from '../../ui/FormDialog.js';
import { ProblemAlert } from '../../ui/ProblemAlert.js';
import { EvidenceEditDialog } from './EvidenceEditDialog.js';
import {
  useApprove,
  useGiveReason,
  useRemove,
  useRestore,
  useReviseEvidence,
  useSubmit,
} from './evidence.api.js';

type Asking = 'approve' | 'edit' | 'reject' | 'renewal' | null;

/** The actions that the state of an item allows. */
export function EvidenceActions({ item }: { item: EvidenceDetail }) {
  const { may } = useAppState();
  const [asking, setAsking] = useState<Asking>(null);
  const submit = useSubmit(item.id);
  const remove = useRemove(item.id);
  const restore = useRestore(item.id);
  const revise = useReviseEvidence(item.id);
  if (!may('evidence:write')) return null;
  const close = () => setAsking(null);
  const { state, deletedAt, mayApprove, source } = item;
  if (deletedAt) {
    return (
      <Button loading={restore.isPending} onClick={() => restore.mutate(undefined)}>
        Restore
      </Button>
    );
  }
  const isOpen = state === 'pending_review' || state === 'auto_collected';
  const isUploaded = source.person !== null && source.importId === null && item.kind !== 'answer';
  const problem = submit.error ?? remove.error ?? revise.error;
  return (
    <>
      {isOpen && (
        <Button disabled={!mayApprove} onClick={() => setAsking('approve')}>
          {mayApprove ? 'Approve' : 'Needs a second reviewer'}
        </Button>
      )}
      {(isOpen || state === 'approved') && (
        <Button variant="default" onClick={() => setAsking('reject')}>
          Reject
        </Button>
      )}
      {state === 'rejected' && (
        <Button loading={submit.isPending} onClick={() => submit.mutate(undefined)}>
          Submit again
        </Button>
      )}
      {isUploaded && (
        <>
          <Button variant="default" onClick={() => setAsking('edit')}>
            Edit
          </Button>
          <FileButton
            onChange={(file) => file && revise.mutate(file)}
            inputProps={{ 'aria-label': 'New revision file' }}
          >
            {(props) => (
              <Button {...props} variant="default" loading={revise.isPending}>
                New revision
              </Button>
            )}
          </FileButton>
          <Button variant="default" onClick={() => setAsking('renewal')}>
            Request renewal
          </Button>
        </>
      )}
      <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate(undefined)}>
        Remove
      </Button>
      {Boolean(problem) && <ProblemAlert problem={problem} />}
      {asking === 'approve' && <ApproveDialog item={item} onClose={close} />}
      {asking === 'edit' && <EvidenceEditDialog item={item} onClose={close} />}
      {(asking === 'reject' || asking === 'renewal') && (
        <ReasonDialog id={item.id} action={asking} onClose={close} />
      )}
    </>
  );
}

function ApproveDialog({ item, onClose }: { item: EvidenceDetail; onClose: () => void }) {
  const { may } = useAppState();
  const approve = useApprove(item.id);
  // The latest change shown when the dialog opened; the reviewer has not seen later ones.
  const [seenAt] = useState(item.reviews.at(-1)?.at ?? item.createdAt);
  const [comment, setComment] = useState('');
  const [answered, setAnswered] = useState<string[]>([]);
  const [statement, setStatement] = useState('');
  const [tooShort, setTooShort] = useState(false);
  const send = () => {
    const isShort = answered.length > 0 && statement.trim().length < 10;
    setTooShort(isShort);
    if (isShort) return;
    const controls = answered.map((controlId) => ({ controlId, status: 'implemented' as const }));
    approve.mutate(
      {
        seenAt,
        ...(comment.trim() ? { comment: comment.trim() } : {}),
        ...(answered.length > 0 ? { answers: { statement: statement.trim(), controls } } : {}),
      },
      { onSuccess: onClose },
    );
  };
  const mayAnswer =
    may('compliance:write') && item.controls.length > 0 && item.controls.length <= 50;
  return (
    <FormDialog
      title="Approve this evidence"
      submit="Approve"
      busy={approve.isPending}
      problem={approve.error}
      onSubmit={send}
      onClose={onClose}
    >
      <Textarea
        label="Comment"
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
        maxLength={2_000}
      />
      {mayAnswer && (
        <Checkbox.Group
          label="Answer “implemented” with it for"
          description="Approval alone changes no control. An answer cites this evidence and expires with it; failing results overrule it."
          value={answered}
          onChange={setAnswered}
        >
          {item.controls.map(({ id, title }) => (
            <Checkbox key={id} value={id} label={`${id} ${title}`} mt="xs" />
          ))}
        </Checkbox.Group>
      )}
      {answered.length > 0 && (
        <Textarea
          label="How it implements them"
          value={statement}
          onChange={(event) => setStatement(event.currentTarget.value)}
          error={tooShort && 'Write at least 10 characters'}
          maxLength={2_000}
          required
        />
      )}
    </FormDialog>
  );
}

interface ReasonDialogProps {
  id: string;
  action: 'reject' | 'renewal';
  onClose: () => void;
}

function ReasonDialog({ id, action, onClose }: ReasonDialogProps) {
  const give = useGiveReason(id, action);
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const submit = () => {
    const isMissing = reason.trim().length < 3;
    setMissing(isMissing);
    if (!isMissing) give.mutate(reason.trim(), { onSuccess: onClose });
  };
  return (
    <FormDialog
      title={action === 'reject' ? 'Reject this evidence' : 'Request a newer revision'}
      submit={action === 'reject' ? 'Reject' : 'Request'}
      danger={action === 'reject'}
      busy={give.isPending}
      problem={give.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Textarea
        label="Reason"
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        error={missing && 'Enter a reason'}
        maxLength={2_000}
        required
      />
    </FormDialog>
  );
}
