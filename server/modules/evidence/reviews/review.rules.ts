import type { EvidenceSettings, EvidenceState } from '../../../../contract/evidence.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { StoredEvidence } from '../items/evidence-item.js';

export type ReviewAction = 'submitted' | 'approved' | 'rejected';

const FROM: Record<ReviewAction, readonly EvidenceState[]> = {
  submitted: ['rejected', 'auto_collected'],
  approved: ['pending_review', 'auto_collected'],
  rejected: ['pending_review', 'auto_collected', 'approved'],
};
const TO: Record<ReviewAction, EvidenceState> = {
  submitted: 'pending_review',
  approved: 'approved',
  rejected: 'rejected',
};

/** The state that an action leads to, or why it is not possible. */
export function reviewed(
  item: Pick<StoredEvidence, 'state' | 'deletedAt' | 'expiresAt'>,
  action: ReviewAction,
  now: string,
): { to: EvidenceState } | { problem: string } {
  if (item.deletedAt !== null) return { problem: 'this evidence was removed; restore it first' };
  if (action !== 'rejected' && (item.state === 'expired' || item.expiresAt <= now)) {
    return { problem: 'this evidence has expired; upload a new revision' };
  }
  if (FROM[action].includes(item.state)) return { to: TO[action] };
  const state = item.state.replace('_', ' ');
  return { problem: `evidence that is ${state} cannot be ${action}` };
}

/** Whether this person may approve it: with a second reviewer required, not who uploaded or changed the newest revision. */
export function mayApprove(
  { uploaderId, changedBy = [] }: Pick<StoredEvidence, 'uploaderId' | 'changedBy'>,
  actor: Pick<Actor, 'userId'>,
  { fourEyes }: EvidenceSettings,
): boolean {
  return !fourEyes || ![uploaderId, ...changedBy].includes(actor.userId);
}

/** Whether content, links or dates changed after this moment. */
export function changedSince(
  { reviews }: Pick<StoredEvidence, 'reviews'>,
  seenAt: string,
): boolean {
  const seen = Date.parse(seenAt);
  return reviews.some(
    ({ action, at }) => (action === 'revised' || action === 'changed') && Date.parse(at) > seen,
  );
}
