import type { ControlStateChange } from '../../../../contract/compliance.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { ControlChange, ControlOutcome } from '../compliance.events.js';
import type { StoredDecision } from '../decisions/stored-decision.js';
import { standingText } from '../posture/control-standing.js';
import { stateId, type TeamControlState } from '../states/team-control-state.js';
import {
  allInputs,
  causeOf,
  decisionKeyOf,
  inputsHashOf,
  outcomeHashOf,
  type RunReason,
} from './change-cause.rules.js';
import type { Input } from './control-inputs.rules.js';
import { type ControlEvidence, type ControlVerdict, statusOf } from './control-status.rules.js';
import { isSameJson } from './same-json.rules.js';

export interface JudgementContext {
  team: TeamScope;
  reason: RunReason;
  ruleVersion: string;
  now: string;
}

/** A state that differs from the stored one. */
export interface Judged {
  state: TeamControlState;
  change: ControlChange;
  /** Null when no field of the history changed. */
  interval: Omit<ControlStateChange, 'until'> | null;
}

/** Evaluates one control in one scope; returns nothing when the stored state is the same. */
export function judge(
  { team, reason, ruleVersion, now }: JudgementContext,
  { controlId, scopeId }: { controlId: string; scopeId: string },
  given: ControlEvidence & { tallies: readonly Input[]; decision: StoredDecision | null },
  before: TeamControlState | null,
): Judged[] {
  const verdict = statusOf(given);
  const { evidenceStatus: _, ...facts } = verdict;
  const keys = {
    inputsHash: inputsHashOf(given.tallies, given.scope, given.proof.facts),
    decisionKey: decisionKeyOf(given.decision, now, given.settings),
  };
  const isSame =
    before !== null &&
    before.ruleVersion === ruleVersion &&
    before.inputsHash === keys.inputsHash &&
    isSameJson(factsOf(facts), factsOf(before));
  if (isSame) return [];
  const outcomeHash = outcomeHashOf(verdict);
  const incomplete =
    verdict.status === 'partial' && verdict.openFindings === 0 && keys.decisionKey === null;
  const { stated = [], expired } = verdict.explanation;
  const standing = standingText({
    ...{ incomplete, stated, lapsed: expired?.instead },
    implementedUntil: expired?.implementedUntil ?? undefined,
  });
  const state: TeamControlState = {
    ...facts,
    ...keys,
    standing,
    id: stateId(team, controlId, scopeId),
    teamId: team.teamId,
    controlId,
    scopeId,
    standingHash: outcomeHash,
    since: before?.status === verdict.status ? before.since : now,
    evaluatedAt: now,
    ruleVersion,
  };
  const end = given.decision?.expiresAt ?? null;
  const isDecisionExpired = given.decision !== null && keys.decisionKey === null && end !== null;
  const after = { ...keys, inputs: allInputs(facts.explanation), isDecisionExpired };
  const cause = causeOf(before, after, reason);
  const change = { controlId, from: before && outcomeOf(before), to: outcomeOf(state), cause };
  const { status, assurance, openFindings, contradicted, reason: why } = state;
  const kept = { status, assurance, openFindings, contradicted, reason: why };
  const interval = { controlId, scopeId, at: now, ...kept, cause, ruleVersion };
  return [{ state, change, interval: before?.standingHash === outcomeHash ? null : interval }];
}

function outcomeOf(state: TeamControlState): ControlOutcome {
  const { status, assurance, openFindings, contradicted, reason, explanation, standing } = state;
  const failingChecks = explanation.inputs
    .filter(({ fail }) => fail > 0)
    .map(({ tool, checkId }) => ({ tool, checkId }));
  return { status, standing, assurance, openFindings, contradicted, reason, failingChecks };
}

/** The facts of a state without its times. */
function factsOf(state: Omit<ControlVerdict, 'evidenceStatus'>) {
  const { status, assurance, reason, openFindings, contradicted, explanation } = state;
  return { status, assurance, reason, openFindings, contradicted, explanation };
}
