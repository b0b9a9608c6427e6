import { eventType } from '../../platform/events/events.js';

/** Evidence has expired and no longer counts. */
export const evidenceExpired = eventType<{
  teamId: string;
  evidenceId: string;
  title: string;
  controlIds: readonly string[];
  expiresAt: string;
}>('evidence.expired');

/** A person approved, removed or restored evidence, so an announced expiry may be obsolete. */
export const evidenceSettled = eventType<{ teamId: string; evidenceId: string }>(
  'evidence.settled',
);
