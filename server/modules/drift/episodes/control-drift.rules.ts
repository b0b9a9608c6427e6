import type { ChangeCause } from '../../../../contract/compliance.js';
import type { DriftCause, DriftResolution } from '../../../../contract/drift.js';
import type { Moment } from '../state/moment-reader.js';
import { type ControlSnapshot, rankOf } from '../state/team-state.js';
import type { ResultChanges } from './result-changes.rules.js';
import { causeOf, type Signal, severityOfWeight, shifted } from './signal.js';

export interface ControlStep {
  id: string;
  before: ControlSnapshot;
  after: ControlSnapshot;
  moment: Moment;
  /** The engine's cause of the state, if it was read. */
  cause: ChangeCause | undefined;
  /** Null when the look before stored no results. */
  changes: ResultChanges | null;
  now: string;
}

/** What happened to one control between two looks. It was known at both. */
export function controlSignals(step: ControlStep): Signal[] {
  const { before, after } = step;
  const [was, is] = [rankOf(before.status), rankOf(after.status)];
  const signals: Signal[] = [];
  const fell = was !== null && (is === null ? after.status === 'not_assessed' : is < was);
  // The end of the decision is a separate signal, see `levelSignals`.
  if (fell && decisionRanOut(step)) return signals;
  if (fell && hasLapsed(step)) return [evidenceExpired(step)];
  if (fell && is === null) {
    const isDecided = !isSameDecision(before, after);
    const text = 'it has no valid evidence any more';
    signals.push(
      isDecided
        ? coverageLost(step, `a decision was withdrawn, and ${text}`, 'decision')
        : coverageLost(step, text),
    );
  } else if (fell) {
    signals.push(
      isFirstSeen(step)
        ? firstSeen(step)
        : isCoverageOnly(step)
          ? coverageLost(step, accountsText(step))
          : regression(step),
    );
  } else if (was !== null && is !== null && is > was) {
    // A decision against the evidence is not a recovery; it is reported as contradicted.
    if (!after.contradicted) signals.push(recovery(step));
  } else if (is !== null && is < 2 && was === is && gotWorse(step)) {
    signals.push(isFirstSeen(step) ? firstSeen(step) : regression(step));
  }
  const hadEvidence = before.assurance === 'fresh' || before.assurance === 'stale';
  if (hadEvidence && after.assurance === 'expired') signals.push(evidenceExpired(step));
  return signals;
}

export function titleOf({ id, moment }: Pick<ControlStep, 'id' | 'moment'>): string {
  const title = moment.catalogue.controls.get(id)?.title;
  return title ? `${id} ${title}` : id;
}

export function baseSeverity({ id, moment }: Pick<ControlStep, 'id' | 'moment'>) {
  return severityOfWeight(moment.catalogue.controls.get(id)?.weight ?? 5);
}

function regression(step: ControlStep): Signal {
  const { id, before, after } = step;
  const fell = (rankOf(before.status) ?? 0) - (rankOf(after.status) ?? 0);
  return {
    type: 'control_regression',
    subject: id,
    title: titleOf(step),
    severity: shifted(baseSeverity(step), fell >= 2 ? 1 : fell === 0 ? -1 : 0),
    // A control that failed before is compared by its open findings.
    from: fell > 0 ? before.status : openOf(before),
    to: fell > 0 ? after.status : openOf(after),
    cause: whyWorse(step),
    controls: [id],
    occurs: 'edge',
  };
}

/** Nothing that was known got worse: the first results of a tool or an account lowered it. */
function firstSeen(step: ControlStep): Signal {
  const { id, before, after, changes } = step;
  const checks = changes?.largestFirst(freshChecks(step)) ?? [];
  const sources = changes?.newSourcesOf(checks) ?? [];
  const accounts = newlyWithout(step);
  const texts = [
    ...(checks.length > 0 ? [`first results of ${namesOf(sources)}: ${namesOf(checks)}`] : []),
    ...(accounts.length > 0 ? [`there is no evidence for ${namesOf(accounts)} yet`] : []),
  ];
  const isSame = before.status === after.status;
  return {
    type: 'first_seen',
    subject: id,
    title: titleOf(step),
    severity: shifted(baseSeverity(step), -1),
    from: isSame ? openOf(before) : before.status,
    to: isSame ? openOf(after) : after.status,
    cause: { ...causeOf('check', texts.join('; '), checks), accounts },
    controls: [id],
    occurs: 'moment',
    resolution: FIRST_SEEN,
  };
}

export const FIRST_SEEN: DriftResolution = {
  kind: 'recorded',
  text: 'Seen for the first time; nothing that was known got worse.',
};

function openOf({ openFindings }: ControlSnapshot): string {
  return `${openFindings} open ${openFindings === 1 ? 'finding' : 'findings'}`;
}

function recovery(step: ControlStep): Signal {
  const { id, before, after } = step;
  const gone = largestFirst(
    step,
    before.failing.filter((check) => !after.failing.includes(check)),
  );
  const text =
    gone.length > 0
      ? `${namesOf(gone)} no longer ${gone.length === 1 ? 'fails' : 'fail'}`
      : isSameDecision(before, after)
        ? (step.moment.reasons.get(id) ?? 'its evidence is better')
        : 'a person decided about the control';
  const kind = gone.length === 0 && !isSameDecision(before, after) ? 'decision' : 'evidence';
  return {
    type: 'recovery',
    subject: id,
    title: titleOf(step),
    severity: 'informational',
    from: before.status,
    to: after.status,
    cause: causeOf(gone.length > 0 ? 'check' : kind, text, gone),
    controls: [id],
    occurs: 'moment',
    resolution: { kind, text },
  };
}

function coverageLost(
  step: ControlStep,
  text: string,
  kind: DriftCause['kind'] = 'coverage',
): Signal {
  const { id, before, after } = step;
  const accounts = after.without.filter((account) => !before.without.includes(account));
  return {
    type: 'coverage_lost',
    subject: id,
    title: titleOf(step),
    severity: baseSeverity(step),
    from: before.status,
    to: after.status,
    cause: { ...causeOf(kind, text), accounts },
    controls: [id],
    occurs: 'edge',
  };
}

/** Age alone took the former status: that is one event, not a regression or lost coverage beside it. */
function hasLapsed({ id, before, after, moment }: ControlStep): boolean {
  const but = rankOf(moment.lapsed.get(id));
  return but !== null && but >= (rankOf(before.status) ?? 0) && isSameDecision(before, after);
}

function evidenceExpired(step: ControlStep): Signal {
  const oldest = step.moment.oldestEvidence.get(step.id);
  const since = oldest ? `; the oldest is from ${oldest.slice(0, 10)}` : '';
  const { before, after } = step;
  const fell = hasLapsed(step) && before.status !== after.status;
  const was = fell
    ? `; the control was ${wordsOf(before)} and is ${wordsOf(after)} without it`
    : '';
  return {
    type: 'evidence_expired',
    subject: step.id,
    title: titleOf(step),
    severity: baseSeverity(step),
    from: fell ? before.status : before.assurance,
    to: fell ? after.status : 'expired',
    cause: causeOf('evidence', `its evidence is too old to count${since}${was}`),
    controls: [step.id],
    occurs: 'edge',
  };
}

function wordsOf({ status }: ControlSnapshot): string {
  return status.replaceAll('_', ' ');
}

function whyWorse(step: ControlStep): DriftCause {
  const { id, before, after, moment } = step;
  const reason = moment.reasons.get(id) ?? 'its evidence is worse';
  const added = largestFirst(
    step,
    after.failing.filter((check) => !before.failing.includes(check)),
  );
  if (added.length > 0) {
    const verb = added.length === 1 ? 'fails' : 'fail';
    return causeOf('check', `${namesOf(added)} ${verb} and did not before. ${reason}`, added);
  }
  if (after.openFindings > before.openFindings) {
    const most = largestFirst(step, after.failing);
    const text = `open findings rose from ${before.openFindings} to ${after.openFindings}, most of ${namesOf(most)}. ${reason}`;
    return causeOf('check', text, most);
  }
  if (!isSameDecision(before, after)) {
    const text = after.decision ? 'a person decided about the control' : 'a decision was withdrawn';
    return causeOf('decision', `${text}. ${reason}`);
  }
  return causeOf('evidence', reason, after.failing);
}

/**
 * The control fell with fails of new sources only, or with new accounts that have no evidence for it yet: no known
 * account lost its evidence, no check fails more often in a known source, and nobody decided.
 */
export function isFirstSeen(step: ControlStep): boolean {
  const { before, after, changes } = step;
  if (!changes || !isSameDecision(before, after)) return false;
  if (after.failing.some((check) => changes.added(check).known > 0)) return false;
  const missing = after.without.filter((account) => !before.without.includes(account));
  if (missing.some((account) => !changes.newAccounts.has(account))) return false;
  return freshChecks(step).length > 0 || missing.length > 0;
}

/** Checks of the control that fail in sources that the look before did not know. */
function freshChecks({ after, changes }: ControlStep): string[] {
  return after.failing.filter((check) => (changes?.added(check).fresh ?? 0) > 0);
}

/** New accounts without evidence for the control. */
function newlyWithout({ before, after }: ControlStep): string[] {
  return after.without.filter((account) => !before.without.includes(account));
}

/** It failed before and has more open findings now. */
function gotWorse({ before, after }: ControlStep): boolean {
  return after.openFindings > before.openFindings;
}

/** It fell without new fails: accounts are missing. */
function isCoverageOnly({ before, after }: ControlStep): boolean {
  const isMissing = after.without.some((account) => !before.without.includes(account));
  return isMissing && after.openFindings <= before.openFindings && isSameDecision(before, after);
}

/** The checks that brought most of the change first. */
function largestFirst({ changes }: ControlStep, checks: readonly string[]): readonly string[] {
  return changes?.largestFirst(checks) ?? checks;
}

function accountsText({ before, after }: ControlStep): string {
  const missing = after.without.filter((account) => !before.without.includes(account));
  return `there is no evidence for ${namesOf(missing)}`;
}

/** A decision overrode the evidence, and its end lowered the control, not a later result. */
function decisionRanOut({ before, after, cause, now }: ControlStep): boolean {
  if (before.decision === null || !isSameDecision(before, after)) return false;
  return hasEnded(after, now) && (cause === undefined || cause === 'expiry');
}

export function hasEnded({ decision }: ControlSnapshot, now: string): boolean {
  return decision?.expiresAt != null && decision.expiresAt <= now;
}

export function isSameDecision(before: ControlSnapshot, after: ControlSnapshot): boolean {
  return (
    before.decision?.at === after.decision?.at && before.decision?.kind === after.decision?.kind
  );
}

/** `a, b, c and 4 more`. */
export function namesOf(names: readonly string[], max = 3): string {
  const shown = names.slice(0, max).join(', ');
  return names.length > max ? `${shown} and ${names.length - max} more` : shown;
}
