import type { TeamDoc } from '../../../platform/database/collection.js';
import type { Tally } from './check-result.js';

/**
 * One check in one account and region: its counted results, and how good the evidence is. Repeated reports
 * that change nothing touch these few rows and no result.
 */
export interface CheckScope extends TeamDoc {
  tool: string;
  checkId: string;
  provider: string;
  accountId: string;
  region: string;
  /** When a tool last looked, completely or partly. */
  lastSeenAt: string;
  /**
   * As the newest report states it, where that is not `lastSeenAt`: without a zone, or earlier than a report
   * without a zone that came before it.
   */
  stated?: { at: string; isLocal: boolean };
  /** When a complete report last covered it; null: never, so results it lacks are unknown. */
  lastCompleteAt: string | null;
  /** Since when later reports of the account have given no evidence of it. */
  staleSince: string | null;
  /** Since when its newest report states an error that may hide results of it: its passes prove nothing. */
  gapSince?: string;
  lastImportId: string;
  tallies: Pick<Tally, 'standing' | 'severity' | 'exempt' | 'ofAccount' | 'count'>[];
}

/** Complete reports have covered it, and the newest one states no error that may hide results of it. */
export function provesPasses({
  lastCompleteAt,
  gapSince,
}: Pick<CheckScope, 'lastCompleteAt' | 'gapSince'>): boolean {
  return lastCompleteAt !== null && gapSince === undefined;
}

/** A region of an account, and how many checks report there. */
export interface ReportedRegion extends Pick<CheckScope, 'provider' | 'accountId' | 'region'> {
  count: number;
}

export type ScopeSeen = Pick<
  CheckScope,
  'provider' | 'checkId' | 'lastSeenAt' | 'lastCompleteAt' | 'stated'
>;
