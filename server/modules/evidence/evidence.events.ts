import { eventType } from '../../platform/events/events.js';

/** Evidence has stopped counting because its time is over. */
export const evidenceExpired = eventType<{
  teamId: string;
  evidenceId: string;
  title: string;
  controlIds: readonly string[];
  expiresAt: string;
}>('evidence.expired');

/** A person accepted evidence, removed it or put it back: an end that was told may be none any more. */
export const evidenceSettled = eventType<{ teamId: string; evidenceId: string }>(
  'evidence.settled',
);
