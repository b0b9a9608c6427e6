import type { Severity } from '../../../../contract/severity.js';
import type { Verdict } from '../../../../contract/verdict.js';
import type { TeamDoc } from '../../../platform/database/collection.js';
import type { ResultEffect } from '../findings/finding-life.rules.js';

/** The latest result of one check for one resource. Passes are kept: they are the evidence. */
export interface CheckResult extends TeamDoc {
  tool: string;
  checkId: string;
  provider: string;
  accountId: string;
  accountName: string;
  region: string;
  resourceUid: string;
  resourceName: string;
  resourceType: string;
  /** It is about the account itself, or about something that does not exist; left out for a thing in the account. */
  ofAccount?: boolean;
  /** Distinguishes it from other results of its check and resource; left out where there is nothing. */
  subObject?: string;
  /** Further content that distinguishes results of one identity, see `Apart`; absent where its row has none. */
  discriminator?: string;
  /** Stored once rows of one report shared its identity; then another hint is another thing. */
  hint?: string;
  /** Where rows of one report shared its identity: its line in the file. */
  line?: number;
  /** The rows of its report that nothing tells from it, counted by verdict and words. */
  twins?: string;
  /** Of the resource, where its tool states some. */
  labels?: string[];
  /** Since when reports that are not known to be whole lack it, although they have its check. */
  missedAt?: string;
  verdict: Verdict;
  mutedVerdict: 'pass' | 'fail' | null;
  severity: Severity;
  rawSeverity: string;
  observed: string;
  /** When the tool looked. */
  observedAt: string;
  /** Last conclusive time of an inconclusive result: a verdict, or the resource was missing; else empty. */
  toldAt: string;
  /** How it counts for compliance; see `effectOf`. */
  standing: ResultEffect;
  /** A fail that is muted, suppressed or accepted: counts as a fail, marked as exempt. */
  exempt: boolean;
  /** False once a complete report of its scope no longer had it. */
  present: boolean;
  importId: string;
}

/** Results of a check in one account and region, counted by what they have in common. */
export interface Tally {
  checkId: string;
  provider: string;
  accountId: string;
  region: string;
  standing: ResultEffect;
  severity: Severity;
  exempt: boolean;
  /** See `CheckResult`. */
  ofAccount?: true;
  count: number;
}
