import { eventType } from '../../platform/events/events.js';

export interface Account {
  provider: string;
  accountId: string;
}

/** A place that counts for a team's controls: an account, or one of its regions that was never scanned. */
export interface PlaceInScope extends Account {
  region?: string;
  /** Of an account: its regions with results, or that a scan has finished, sorted. */
  regions?: readonly string[];
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

/** A report has been stored, with the places that it is about. */
export const reportStored = eventType<{
  teamId: string;
  importId: string;
  /** The scan that made it; null for one that a person imported. */
  scanId: string | null;
  /** Of the raw report. */
  sha256: string;
  at: string;
  places: readonly Account[];
}>('report.stored');

/** An import was undone: results and findings are as before it. */
export const importUndone = eventType<{ teamId: string; importId: string }>('import.undone');

/** A person or an expiry changed how a finding counts. */
export const findingTriaged = eventType<{ teamId: string; findingId: string } & ChangedChecks>(
  'finding.triaged',
);

/** The set of regions that no scan has ever finished has changed. */
export const scannedPlacesChanged = eventType<{ teamId: string }>('scanned-places.changed');
