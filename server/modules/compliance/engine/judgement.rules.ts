import type { ControlStateChange } from '../../../../contract/compliance.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { ControlChange, ControlStanding } from '../compliance.events.js';
import type { StoredDecision } from '../decisions/decisions.repository.js';
import { stateId, type TeamControlState } from '../states/control-states.repository.js';
import {
  causeOf,
  decisionKeyOf,
  inputsHashOf,
  type RunReason,
  standingHashOf,
} from './change-cause.rules.js';
import type { Input } from './control-inputs.rules.js';
import { type ControlEvidence, type ControlVerdict, statusOf } from './control-status.rules.js';

export interface Making {
  team: TeamScope;
  reason: RunReason;
  ruleVersion: string;
  now: string;
}

/** A state that is another than the stored one. */
export interface Judged {
  state: TeamControlState;
  change: ControlChange;
  /** Null when nothing of what the history keeps is different. */
  interval: Omit<ControlStateChange, 'until'> | null;
}

/** Judges one control in one scope; nothing when what is stored says the same. */
export function judge(
  { team, reason, ruleVersion, now }: Making,
  { controlId, scopeId }: { controlId: string; scopeId: string },
  given: ControlEvidence & { tallies: readonly Input[]; decision: StoredDecision | null },
  before: TeamControlState | null,
): Judged[] {
  const verdict = statusOf(given);
  const { evidenceStatus: _, ...told } = verdict;
  const made = {
    inputsHash: inputsHashOf(given.tallies, given.scope),
    decisionKey: decisionKeyOf(given.decision, now, given.settings),
  };
  const isSame =
    before !== null &&
    before.ruleVersion === ruleVersion &&
    before.inputsHash === made.inputsHash &&
    JSON.stringify(toldBy(told)) === JSON.stringify(toldBy(before));
  if (isSame) return [];
  const standingHash = standingHashOf(verdict);
  const state: TeamControlState = {
    ...told,
    ...made,
    id: stateId(team, controlId, scopeId),
    teamId: team.teamId,
    controlId,
    scopeId,
    standingHash,
    since: before?.status === verdict.status ? before.since : now,
    evaluatedAt: now,
    ruleVersion,
  };
  const end = given.decision?.expiresAt ?? null;
  const isDecisionOver = given.decision !== null && made.decisionKey === null && end !== null;
  const after = { ...made, inputs: told.explanation.inputs, isDecisionOver };
  const cause = causeOf(before, after, reason);
  const change = { controlId, from: before && standingOf(before), to: standingOf(state), cause };
  const { status, assurance, openFindings, contradicted, reason: why } = state;
  const kept = { status, assurance, openFindings, contradicted, reason: why };
  const interval = { controlId, scopeId, at: now, ...kept, cause, ruleVersion };
  return [{ state, change, interval: before?.standingHash === standingHash ? null : interval }];
}

function standingOf(state: TeamControlState): ControlStanding {
  const { status, assurance, openFindings, contradicted, reason, explanation } = state;
  const failingChecks = explanation.inputs
    .filter(({ fail }) => fail > 0)
    .map(({ tool, checkId }) => ({ tool, checkId }));
  return { status, assurance, openFindings, contradicted, reason, failingChecks };
}

/** What a state says of its control, without when. */
function toldBy(state: Omit<ControlVerdict, 'evidenceStatus'>) {
  const { status, assurance, reason, openFindings, contradicted, explanation } = state;
  return { status, assurance, reason, openFindings, contradicted, explanation };
}
