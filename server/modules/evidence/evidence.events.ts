import { eventType } from '../../platform/events/events.js';

/** Evidence has stopped counting because its time is over. */
export const evidenceExpired = eventType<{
  teamId: string;
  evidenceId: string;
  title: string;
  controlIds: readonly string[];
  expiresAt: string;
}>('evidence.expired');
