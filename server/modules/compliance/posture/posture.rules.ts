import type {
  ControlStatus,
  Posture,
  RequirementCounts,
  RequirementStatus,
} from '../../../../contract/compliance.js';
import { type Framework, isCounted, type Requirement } from '../../catalogue/index.js';
import { percent } from './percent.rules.js';
import {
  controlMembers,
  type Member,
  numberMembers,
  PLAIN_WEIGHT,
  type PostureInputs,
  statementMembers,
} from './requirement-members.rules.js';

export type { PostureInputs } from './requirement-members.rules.js';

export interface RequirementPosture {
  id: string;
  status: RequirementStatus;
  /** Weighted mean over the set with the unknown as 0; 0–1. */
  value: number;
  /** The same with the unknown as 1. */
  ceiling: number;
  /** Weight that was evaluated, 0–1. */
  coverage: number;
  weight: number;
}

export interface FrameworkPosture extends Posture {
  requirementPostures: RequirementPosture[];
}

const VALUE: Partial<Record<ControlStatus, number>> = { implemented: 1, partial: 0.5 };

/** Score, coverage and ceiling over the requirements of a framework that bind the team. */
export function postureOf(framework: Framework, inputs: PostureInputs): FrameworkPosture {
  const postures = counted(framework, inputs);
  const total = sums(postures);
  const share = (sum: number) => (total.weight === 0 ? null : percent(sum / total.weight));
  const score = share(total.value);
  return {
    score,
    coverage: share(total.coverage),
    ceiling: share(total.ceiling),
    band: bandOf(score, total.coverage > 0),
    requirements: countsOf(postures),
    requirementPostures: postures,
  };
}

function counted(framework: Framework, inputs: PostureInputs): RequirementPosture[] {
  return framework.requirements
    .filter(isCounted)
    .map((each) => requirementOf(framework, each, inputs));
}

export function requirementOf(
  framework: Framework,
  requirement: Requirement,
  inputs: PostureInputs,
): RequirementPosture {
  const applicable: Member[] = [];
  let heaviest = 0;
  for (const member of controlMembers(framework, requirement, inputs)) {
    if (member.weight > heaviest) heaviest = member.weight;
    if (member.status !== 'not_applicable') applicable.push(member);
  }
  applicable.push(...statementMembers(framework, requirement, inputs));
  // Where nothing applies, no number is asked for either.
  if (applicable.length > 0) applicable.push(...numberMembers(framework, requirement, inputs));
  let all = 0;
  let known = 0;
  let value = 0;
  for (const member of applicable) {
    all += member.weight;
    if (member.status === 'not_assessed') continue;
    const worth = VALUE[member.status] ?? 0;
    known += member.weight * (member.isClaim ? worth : 1);
    value += member.weight * worth;
  }
  const share = (sum: number) => (all === 0 ? 0 : sum / all);
  const ceiling = share(value + all - known);
  return {
    id: requirement.id,
    status: requirementStatus(applicable),
    value: share(value),
    ceiling,
    coverage: share(known),
    weight: heaviest || PLAIN_WEIGHT,
  };
}

/** Over the applicable members of the set, including a needed attestation. */
function requirementStatus(members: readonly Member[]): RequirementStatus {
  if (members.length === 0) return 'not_applicable';
  let implemented = 0;
  let unknown = 0;
  for (const { status } of members) {
    if (status === 'not_implemented') return 'failing';
    if (status === 'implemented') implemented += 1;
    else if (status === 'not_assessed') unknown += 1;
  }
  if (implemented === members.length) return 'satisfied';
  return unknown < members.length ? 'partial' : 'not_assessed';
}

export interface FrameworkGain {
  id: string;
  /** Percentage points of the framework's score. */
  gain: number;
}

/** Weight of each framework's applicable requirements: the base of a gain. */
export function weightsOf(inputs: PostureInputs): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const framework of inputs.catalogue.frameworks.values()) {
    weights.set(framework.id, weightOf(counted(framework, inputs)));
  }
  return weights;
}

export function weightOf(postures: readonly RequirementPosture[]): number {
  return sums(postures).weight;
}

/**
 * The gain of each framework's score if the control became implemented. Only its requirements are
 * computed; callers with many controls pass the weights.
 */
export function gainOf(
  controlId: string,
  inputs: PostureInputs,
  weights = weightsOf(inputs),
): FrameworkGain[] {
  if (inputs.statusOf(controlId) === 'not_applicable') return [];
  const fixed: PostureInputs = {
    ...inputs,
    statusOf: (id, frameworkId) =>
      id === controlId ? 'implemented' : inputs.statusOf(id, frameworkId),
  };
  const added = new Map<string, number>();
  for (const { framework, requirement } of inputs.catalogue.requirementsOf(controlId)) {
    if (!isCounted(requirement)) continue;
    const before = requirementOf(framework, requirement, inputs);
    const after = requirementOf(framework, requirement, fixed);
    const gain = before.weight * (after.value - before.value);
    added.set(framework.id, (added.get(framework.id) ?? 0) + gain);
  }
  return [...added].flatMap(([id, sum]) => {
    const gain = Math.round((sum / (weights.get(id) ?? 1)) * 10_000) / 100;
    return gain > 0 ? [{ id, gain }] : [];
  });
}

function sums(postures: readonly RequirementPosture[]) {
  const total = { weight: 0, value: 0, coverage: 0, ceiling: 0 };
  for (const { status, weight, value, coverage, ceiling } of postures) {
    if (status === 'not_applicable') continue;
    total.weight += weight;
    total.value += weight * value;
    total.coverage += weight * coverage;
    total.ceiling += weight * ceiling;
  }
  return total;
}

/** The band of a score in percent; `none` when nothing was evaluated. */
export function bandOf(score: number | null, evaluated: boolean): Posture['band'] {
  if (score === null || !evaluated) return 'none';
  if (score >= 70) return 'green';
  return score >= 40 ? 'amber' : 'red';
}

function countsOf(postures: readonly RequirementPosture[]): RequirementCounts {
  const counts = { satisfied: 0, partial: 0, failing: 0, not_assessed: 0, not_applicable: 0 };
  for (const { status } of postures) counts[status] += 1;
  const { satisfied, partial, failing, not_assessed, not_applicable } = counts;
  return {
    ...{ total: postures.length, satisfied, partial, failing },
    ...{ notAssessed: not_assessed, notApplicable: not_applicable },
  };
}
