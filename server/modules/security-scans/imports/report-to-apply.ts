import type { StatedCoverage } from '../../../../contract/security-scans.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import type { Covers, ReadOutcome } from '../../../scanners/rows/report.js';
import type { Account } from '../security-scans.events.js';
import type { ReportSurvey } from './report-survey.js';
import type { RowSpool } from './row-spool.js';

/** A report that was read to its end. */
export interface ReportToApply {
  team: TeamScope;
  importId: string;
  sizeBytes: number;
  now: string;
  lease: Pick<Lease, 'check'>;
  outcome: ReadOutcome;
  survey: ReportSurvey;
  spool: RowSpool;
  /** Known from the scan's arguments; left out for a report of unknown origin. */
  covers?: Covers;
  /** Made by a scan of ours, which knows what it asked for. */
  isOurs: boolean;
  /** What the caller states about the report; null: nothing. */
  coverage: StatedCoverage | null;
  /** Accounts whose reports are whole, as the team has set. */
  isAlwaysWhole: (account: Account) => boolean;
  /** Share of the rows that are stored, 0 … 1. */
  onProgress: (share: number) => void;
}
