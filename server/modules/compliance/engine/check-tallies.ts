import type { TeamDoc } from '../../../platform/database/collection.js';
import type { Account } from '../../security-scans/index.js';
import type { Counts } from './evidence.rules.js';

/**
 * What is known of a check, added up per account: a tenth of the scopes and less, and all that judging a
 * control needs, so that a change in one account does not read the others again.
 */
export interface CheckTallies extends TeamDoc {
  tool: string;
  checkId: string;
  title: string;
  accounts: AccountTally[];
}

/** What is known of a check in one account: of the regions that whole reports covered, or of those that none did. */
export interface AccountTally extends Account {
  /** False when it was only ever seen in reports that were cut off. */
  complete: boolean;
  /** The newest result, ISO 8601 UTC. */
  lastSeenAt: string;
  pass: Counts;
  /** Open fails, those that are muted, suppressed or accepted among them. */
  fail: Counts;
  /** Of the fails: muted, suppressed or accepted. */
  exempt: Counts;
  /** Manual, error, not evaluated. */
  unknown: number;
  /** Of all kinds. */
  results: number;
  /** Of the check and all of the above, below `TALLY_HASHES`: a tally goes into many controls' inputs. */
  hash: number;
}
