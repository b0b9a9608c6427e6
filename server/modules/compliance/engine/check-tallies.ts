import type { TeamDoc } from '../../../platform/database/collection.js';
import type { Account } from '../../security-scans/index.js';
import type { Counts } from './evidence.rules.js';

/**
 * The results of a check, added up per account: a tenth of the scopes or less, and all that an evaluation
 * needs, so that a change in one account does not read the others again.
 */
export interface CheckTallies extends TeamDoc {
  tool: string;
  checkId: string;
  title: string;
  accounts: AccountTally[];
}

/** The results of a check in one account, separately for the regions that complete reports covered and the others. */
export interface AccountTally extends Account {
  /** False when all its reports were truncated. */
  complete: boolean;
  /** The newest result, ISO 8601 UTC. */
  lastSeenAt: string;
  pass: Counts;
  /** Open fails, including muted, suppressed and accepted ones. */
  fail: Counts;
  /** Of the fails: muted, suppressed or accepted. */
  exempt: Counts;
  /** Manual, error, not evaluated. */
  unknown: number;
  /** Results about things in the account, with any verdict; the account itself does not count as one. */
  things: number;
  /** Results of all kinds. */
  results: number;
  /** Hash of the check and the fields above, below `TALLY_HASHES`; a tally is an input of many controls. */
  hash: number;
}
