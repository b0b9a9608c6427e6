import { hash } from 'node:crypto';
import type { ChangeCause, ControlInput } from '../../../../contract/compliance.js';
import type { EvidenceNews } from '../../security-scans/index.js';
import type { StoredDecision } from '../decisions/decisions.repository.js';
import type { TeamControlState } from '../states/control-states.repository.js';
import type { Input } from './control-inputs.rules.js';
import { type ControlVerdict, validDecision } from './control-status.rules.js';
import type { StatusSettings } from './evidence.rules.js';
import { TALLY_HASHES } from './tallies.rules.js';

/** Why a run was made, and what is new to it. */
export interface RunReason {
  /** Checks whose results may be new since the run before. */
  news: ReadonlySet<string>;
  /** Rules, library or mapping are others than at the run before. */
  definitionChanged: boolean;
  /** Thresholds, account profiles or scopes are others. */
  scopingChanged: boolean;
  /** The team reviewed matches since the run before. */
  reviewed: boolean;
}

export const NO_NEWS: ReadonlySet<string> = new Set();

/** Checks that may have new results: none where nobody looked into an account. */
export function newsOf({ checkIds, accounts }: EvidenceNews): ReadonlySet<string> {
  return accounts.length > 0 ? new Set(checkIds) : NO_NEWS;
}

/** What a state was made of, as far as two of them must be told apart. */
export type Made = Pick<TeamControlState, 'inputsHash' | 'decisionKey'>;

/** Results and accounts, whatever their order and however they count for the control. */
export function inputsHashOf(tallies: readonly Input[], scope: readonly string[]): string {
  // Hashes are added up: the same in any order, and no list of thousands has to be sorted.
  const sum = tallies.reduce((before, { hash }) => (before + hash) % TALLY_HASHES, 0);
  return hashOf([tallies.length, sum, [...scope].sort()]);
}

/** The decision that counts at that time; null for none. */
export function decisionKeyOf(
  decision: StoredDecision | null,
  now: string,
  settings: StatusSettings,
): string | null {
  const valid = validDecision({ decision, now, settings });
  return valid && [valid.kind, valid.status, valid.at].join(' ');
}

export function standingHashOf(
  verdict: Pick<
    ControlVerdict,
    'status' | 'assurance' | 'openFindings' | 'contradicted' | 'reason'
  >,
): string {
  const { status, assurance, openFindings, contradicted, reason } = verdict;
  return hashOf([status, assurance, openFindings, contradicted, reason]);
}

/**
 * What made a state another than it was. Where rules, library or mapping changed, old inputs judged by
 * the new ones differ by them alone: only a control with news among its own results is put down to these.
 */
export function causeOf(
  before: TeamControlState | null,
  after: Made & { inputs: readonly ControlInput[]; isDecisionOver: boolean },
  { news, definitionChanged, scopingChanged, reviewed }: RunReason,
): ChangeCause {
  // Stored before causes were told: it is the update that makes it another.
  if (before && before.inputsHash === undefined) return 'definition';
  const decidedBefore = before?.decisionKey ?? null;
  if (decidedBefore !== after.decisionKey) {
    return after.decisionKey === null && after.isDecisionOver ? 'expiry' : 'decision';
  }
  const isSame = before !== null && before.inputsHash === after.inputsHash;
  if (definitionChanged) {
    return isSame || !hasNews(before?.explanation.inputs ?? [], after.inputs, news)
      ? 'definition'
      : 'evidence';
  }
  if (before === null) return 'evidence';
  const isChosen = scopingChanged || reviewed;
  if (isChosen && !hasNews(before.explanation.inputs, after.inputs, news)) return 'decision';
  return isSame ? 'expiry' : 'evidence';
}

/** Whether a check that may have new results says other than it did. */
function hasNews(
  before: readonly ControlInput[],
  after: readonly ControlInput[],
  news: ReadonlySet<string>,
): boolean {
  const told = (inputs: readonly ControlInput[]) =>
    JSON.stringify(
      inputs
        .filter(({ checkId }) => news.has(checkId))
        .map(({ tool, checkId, pass, fail, exempted, unknown, lastSeenAt }) =>
          [tool, checkId, pass, fail, exempted, unknown, lastSeenAt].join(' '),
        )
        .sort(),
    );
  return told(before) !== told(after);
}

function hashOf(value: unknown): string {
  return hash('sha256', JSON.stringify(value), 'base64url').slice(0, 22);
}
