import { eventType } from '../../platform/events/events.js';

export interface Account {
  provider: string;
  accountId: string;
}

/** A part of what a team's controls are judged by: an account, or a region of it that nobody has looked into yet. */
export interface PlaceInScope extends Account {
  region?: string;
}

/** What may have changed: what is known of these checks, in these accounts and nowhere else. */
export interface ChangedChecks {
  checkIds: readonly string[];
  accounts: readonly Account[];
}

/** A report has been stored. */
export const importCompleted = eventType<{ teamId: string; importId: string } & ChangedChecks>(
  'import.completed',
);

/** A person or an expiry changed what a finding counts as. */
export const findingTriaged = eventType<{ teamId: string; findingId: string } & ChangedChecks>(
  'finding.triaged',
);

/** Other regions than before are such that no scan ever came to their end. */
export const scannedPlacesChanged = eventType<{ teamId: string }>('scanned-places.changed');
