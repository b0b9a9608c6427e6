import type { ControlStatus, MatchReason } from '../../../../contract/compliance.js';
import { SEVERITIES, type Severity } from '../../../../contract/severity.js';

/** Numbers of results by severity; a severity that is left out has none. */
export type Counts = Readonly<Partial<Record<Severity, number>>>;

/** The results of one check in one account. */
export interface CheckTally {
  tool: string;
  checkId: string;
  title: string;
  accountId: string;
  /** False when all its reports were truncated. */
  complete: boolean;
  /** The newest result, ISO 8601 UTC. */
  lastSeenAt: string | null;
  pass: Counts;
  /** Open fails, including muted, suppressed and accepted ones. */
  fail: Counts;
  /** Of the fails: muted, suppressed or accepted. They count as the others do. */
  exempt: number;
  /** Manual, error, not evaluated. */
  unknown: number;
}

export interface TallyMatch {
  tally: CheckTally;
  match: MatchReason;
  /** Why its passes do not count; left out where they do. */
  withheld?: Withheld;
}

export type Withheld =
  /** No release of the tool has the check, or the checks of the tool are not known. */
  | { why: 'unknown_check' }
  /** A check that must pass beside it does not. */
  | { why: 'needs'; check: string }
  /** The check does not see enough for a pass to mean anything. */
  | { why: 'misses'; what: string };

export interface StatusSettings {
  /** Fails of at least this share of the weighted results are `not_implemented`; 0–1. */
  failShare: number;
  /** Validity of scan results in days. */
  evidenceDays: number;
  /** Validity of an answer without an end, in days. */
  answerDays: number;
}

export const DEFAULT_STATUS_SETTINGS: StatusSettings = {
  failShare: 0.5,
  evidenceDays: 90,
  answerDays: 365,
};

/** Weight of a result in the share of fails. */
export const SEVERITY_WEIGHT: Readonly<Record<Severity, number>> = {
  critical: 10,
  high: 7,
  medium: 4,
  low: 2,
  informational: 1,
};

const DAY_MS = 86_400_000;

/** When evidence is judged, and for how long it counts. */
export interface Validity {
  /** ISO 8601 UTC. */
  now: string;
  settings: Pick<StatusSettings, 'evidenceDays'>;
}

/** Whether evidence is older than its validity. */
export function isExpired(seenAt: string | null, { now, settings }: Validity): boolean {
  return seenAt === null || Date.parse(now) - Date.parse(seenAt) > settings.evidenceDays * DAY_MS;
}

/** The last day on which evidence counts. */
export function lastDayOf(seenAt: string, settings: Validity['settings']): string {
  const end = Date.parse(seenAt) + settings.evidenceDays * DAY_MS;
  return new Date(end).toISOString().slice(0, 10);
}

export interface EvidenceSummary {
  /** The status by evidence alone. */
  status: Exclude<ControlStatus, 'not_applicable'>;
  kind: 'failing' | 'passing' | 'none';
  /** Passes that count: of tiers 1 and 2, from complete reports. */
  passes: number;
  /** Of the passes: too old, and so unknown. */
  expired: number;
  /** The last day on which it was implemented, where only expired evidence is missing; null else. */
  implementedUntil: string | null;
  fails: number;
  criticalFails: number;
  exempt: number;
  unknown: number;
  /** Fails in the severity-weighted results, 0–1; 0 without any. */
  failShare: number;
  /** Accounts in scope without a result that counts. */
  accountsWithout: string[];
  /** Results, and fails among them, of checks that touch the control without testing a part of it. */
  touching: number;
  touchingFails: number;
  /** Some evidence comes from truncated reports only. */
  cutOff: boolean;
  /** All passes match by text or domain only. */
  onlyByText: boolean;
  /** Passes that do not count, because their check is unknown. */
  ofUnknownChecks: number;
  /** Passes that are not evaluated, because another check does not pass beside them. */
  notEvaluated: number;
  /** Results of the search that the control asks for, see `MatchReason`. */
  found: number;
}

/** What the checklist of the control shows, and when. */
export interface ShownProof {
  isProven: boolean;
  /** The oldest evidence, where the control would be proven if none had expired. */
  lapsedAt: string | null;
  now: string;
}

/**
 * Sums up the results for a control.
 *
 * Passes count from tiers 1 and 2 and from complete reports only; fails always count. An account
 * with truncated reports only and a fail is `not_implemented`: missing results cannot count in its
 * favour. So neither a truncated report nor a weak match ever raises a status. A check that
 * merely touches the control decides nothing; while it fails, passes alone make no `implemented`.
 * Passes show parts: only with proof of the whole are they `implemented`. Expired passes are unknown; expired
 * fails stay, with the passes beside them, so that age never makes fails weigh less.
 */
export function evidenceOf(
  given: readonly TallyMatch[],
  scope: readonly string[],
  settings: StatusSettings,
  proof: ShownProof,
): EvidenceSummary {
  let passes = 0;
  let expired = 0;
  let passWeight = 0;
  let failWeight = 0;
  let cutOff = false;
  const sum = { fails: 0, criticalFails: 0, exempt: 0, unknown: 0, weakPasses: 0 };
  const held = { ofUnknownChecks: 0, notEvaluated: 0, found: 0 };
  const touch = { touching: 0, touchingFails: 0 };
  const accounts = new Set<string>();
  for (const each of given) {
    const { tally, match, withheld } = each;
    const sums = sumsOf(tally);
    const { passes: passed, fails } = sums;
    if (match.finds) {
      held.found += passed + fails;
      continue;
    }
    if (!decides(each)) {
      touch.touching += passed + fails;
      touch.touchingFails += fails;
      continue;
    }
    const counted = passesCount(each) ? passed : 0;
    passes += counted;
    if (counted > 0 && isExpired(tally.lastSeenAt, { now: proof.now, settings }))
      expired += counted;
    if (counted > 0) passWeight += sums.passWeight;
    failWeight += sums.failWeight;
    cutOff ||= !tally.complete;
    sum.fails += fails;
    sum.criticalFails += tally.fail.critical ?? 0;
    sum.exempt += tally.exempt;
    sum.unknown += tally.unknown;
    if (withheld?.why === 'needs') {
      sum.unknown += passed;
      held.notEvaluated += passed;
    } else if (withheld?.why === 'misses') held.notEvaluated += passed;
    else if (withheld) held.ofUnknownChecks += passed;
    if (match.tier > 2) sum.weakPasses += passed;
    if (fails > 0 || counted > 0) accounts.add(tally.accountId);
  }
  const accountsWithout = [...new Set(scope)].filter((id) => !accounts.has(id)).sort();
  const failShare = failWeight === 0 ? 0 : failWeight / (failWeight + passWeight);
  const facts = { ...sum, ...touch, ...held, passes, expired, failShare, accountsWithout };
  const onlyByText = passes === 0 && sum.weakPasses > 0;
  const kind = sum.fails > 0 ? 'failing' : passes > expired ? 'passing' : 'none';
  const isWhole =
    !cutOff && sum.unknown === 0 && touch.touchingFails === 0 && accountsWithout.length === 0;
  const status =
    kind === 'none'
      ? 'not_assessed'
      : kind === 'passing'
        ? isWhole && proof.isProven
          ? 'implemented'
          : 'partial'
        : isNotImplemented(facts, settings) || failsInCutOffAccount(given.filter(decides))
          ? 'not_implemented'
          : 'partial';
  const isLapsed = isWhole && sum.fails === 0 && proof.lapsedAt !== null;
  const implementedUntil = isLapsed ? lastDayOf(proof.lapsedAt ?? '', settings) : null;
  return { ...facts, status, kind, cutOff, onlyByText, implementedUntil };
}

/** Whether the passes of a tally count for the control. */
export function passesCount({
  tally,
  match,
  withheld,
}: Pick<TallyMatch, 'match' | 'withheld'> & { tally: Pick<CheckTally, 'complete'> }): boolean {
  return decides({ match }) && tally.complete && match.tier <= 2 && withheld === undefined;
}

/** Whether results decide about the control: a check that merely touches it, or a find of a search, does not. */
export function decides({ match }: Pick<TallyMatch, 'match'>): boolean {
  return match.relation !== 'intersects' && !match.finds;
}

export interface TallySums {
  passes: number;
  fails: number;
  passWeight: number;
  failWeight: number;
  /** Of the fails; of the passes where nothing fails. */
  worst: Severity;
}

/** A tally is an input of many controls: it is added up once for all of them. */
const sumsByTally = new WeakMap<CheckTally, TallySums>();

export function sumsOf(tally: CheckTally): TallySums {
  const known = sumsByTally.get(tally);
  if (known) return known;
  const { pass, fail } = tally;
  const sums = {
    passes: totalOf(pass),
    fails: totalOf(fail),
    passWeight: weightOf(pass),
    failWeight: weightOf(fail),
    worst: worstOf(fail) ?? worstOf(pass) ?? 'informational',
  };
  sumsByTally.set(tally, sums);
  return sums;
}

function worstOf(counts: Counts): Severity | undefined {
  return SEVERITIES.find((severity) => (counts[severity] ?? 0) > 0);
}

export function totalOf(counts: Counts): number {
  return SEVERITIES.reduce((sum, severity) => sum + (counts[severity] ?? 0), 0);
}

function weightOf(counts: Counts): number {
  return SEVERITIES.reduce(
    (sum, severity) => sum + (counts[severity] ?? 0) * SEVERITY_WEIGHT[severity],
    0,
  );
}

export function isNotImplemented(
  { criticalFails, failShare }: Pick<EvidenceSummary, 'criticalFails' | 'failShare'>,
  settings: StatusSettings,
): boolean {
  return criticalFails > 0 || failShare >= settings.failShare;
}

function failsInCutOffAccount(tallies: readonly TallyMatch[]): boolean {
  const whole = new Set(tallies.filter(({ tally }) => tally.complete).map(accountOf));
  return tallies.some((each) => totalOf(each.tally.fail) > 0 && !whole.has(accountOf(each)));
}

function accountOf({ tally }: TallyMatch): string {
  return tally.accountId;
}

/** What decides a control's status, in order of precedence. */
export type StatusBasis = 'not_applicable' | 'override' | 'failing' | 'answer' | 'passing' | 'none';
