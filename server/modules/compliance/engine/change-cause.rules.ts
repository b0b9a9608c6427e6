import { hash } from 'node:crypto';
import type {
  ChangeCause,
  ControlExplanation,
  ControlInput,
} from '../../../../contract/compliance.js';
import type { ChangedChecks } from '../../security-scans/index.js';
import type { StoredDecision } from '../decisions/stored-decision.js';
import type { TeamControlState } from '../states/team-control-state.js';
import type { Input } from './control-inputs.rules.js';
import { type ControlVerdict, validDecision } from './control-status.rules.js';
import type { StatusSettings } from './evidence.rules.js';
import { TALLY_HASHES } from './tallies.rules.js';

/** Why a run takes place, and what has changed since the previous one. */
export interface RunReason {
  /** Ids of checks that may have new results since the previous run. */
  changed: ReadonlySet<string>;
  /** Rules, library or mapping differ from the previous run. */
  definitionChanged: boolean;
  /** Thresholds, account profiles or scopes differ. */
  scopingChanged: boolean;
  /** The team reviewed matches since the previous run. */
  reviewed: boolean;
}

export const NO_CHANGES: ReadonlySet<string> = new Set();

/** Ids of checks that may have new results: none when no account was scanned. */
export function changedIds({ checkIds, accounts }: ChangedChecks): ReadonlySet<string> {
  return accounts.length > 0 ? new Set(checkIds) : NO_CHANGES;
}

/** The parts of a state's inputs by which two states are compared. */
export type InputsOfState = Pick<TeamControlState, 'inputsHash' | 'decisionKey'>;

/**
 * Of results and accounts, in any order, and independent of how they count for the control. `facts`: what
 * other evidence says about these, see `ProofReading`.
 */
export function inputsHashOf(
  tallies: readonly Input[],
  scope: readonly string[],
  facts: readonly string[] = [],
): string {
  if (tallies.length + scope.length + facts.length === 0) return NO_INPUTS;
  // Hashes are summed: the order does not matter, and no list of thousands must be sorted.
  const sum = tallies.reduce((before, { hash }) => (before + hash) % TALLY_HASHES, 0);
  const parts = [tallies.length, sum, [...scope].sort()];
  return hashOf(facts.length > 0 ? [...parts, [...facts].sort()] : parts);
}

/** Identifies the decision in force at that time; null for none. */
export function decisionKeyOf(
  decision: StoredDecision | null,
  now: string,
  settings: StatusSettings,
): string | null {
  const valid = validDecision({ decision, now, settings });
  return valid && [valid.kind, valid.status, valid.at].join(' ');
}

export function outcomeHashOf(
  verdict: Pick<
    ControlVerdict,
    'status' | 'assurance' | 'openFindings' | 'contradicted' | 'reason'
  >,
): string {
  const { status, assurance, openFindings, contradicted, reason } = verdict;
  return hashOf([status, assurance, openFindings, contradicted, reason]);
}

/**
 * Why a state changed. When rules, library or mapping have changed, old results evaluated by new rules differ
 * because of the rules: the cause is `evidence` only where a control's own results have changed.
 */
export function causeOf(
  before: TeamControlState | null,
  after: InputsOfState & { inputs: readonly ControlInput[]; isDecisionExpired: boolean },
  { changed, definitionChanged, scopingChanged, reviewed }: RunReason,
): ChangeCause {
  // Stored before causes were recorded, so the difference comes from the update.
  if (before && before.inputsHash === undefined) return 'definition';
  const decidedBefore = before?.decisionKey ?? null;
  if (decidedBefore !== after.decisionKey) {
    return after.decisionKey === null && after.isDecisionExpired ? 'expiry' : 'decision';
  }
  const isSame = before !== null && before.inputsHash === after.inputsHash;
  if (definitionChanged) {
    return isSame || !hasChanges(before ? allInputs(before.explanation) : [], after.inputs, changed)
      ? 'definition'
      : 'evidence';
  }
  if (before === null) return 'evidence';
  const isChosen = scopingChanged || reviewed;
  if (isChosen && !hasChanges(allInputs(before.explanation), after.inputs, changed))
    return 'decision';
  return isSame ? 'expiry' : 'evidence';
}

/** Of the checks that decide and of those that merely touch the control. */
export function allInputs({ inputs, related = [] }: ControlExplanation): ControlInput[] {
  return [...inputs, ...related];
}

/** Whether the results of a changed check differ from before. */
function hasChanges(
  before: readonly ControlInput[],
  after: readonly ControlInput[],
  changed: ReadonlySet<string>,
): boolean {
  const resultsOf = (inputs: readonly ControlInput[]) =>
    JSON.stringify(
      inputs
        .filter(({ checkId }) => changed.has(checkId))
        .map(({ tool, checkId, pass, uncounted, fail, exempted, unknown, lastSeenAt }) =>
          [tool, checkId, pass + (uncounted ?? 0), fail, exempted, unknown, lastSeenAt].join(' '),
        )
        .sort(),
    );
  return resultsOf(before) !== resultsOf(after);
}

function hashOf(value: unknown): string {
  return hash('sha256', JSON.stringify(value), 'base64url').slice(0, 22);
}

/** Of most controls of most teams. */
const NO_INPUTS = hashOf([0, 0, []]);
