import { eventType } from '../../platform/events/events.js';

/** A report has been stored: what is known of these checks may have changed. */
export const importCompleted = eventType<{ teamId: string; importId: string; checkIds: string[] }>(
  'import.completed',
);

/** A person or an expiry changed what a finding counts as. */
export const findingTriaged = eventType<{ teamId: string; findingId: string; checkIds: string[] }>(
  'finding.triaged',
);
