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
  const members = controlMembers(framework, requirement, inputs);
  const weight = Math.max(...members.map((member) => member.weight), 0) || PLAIN_WEIGHT;
  const needed = [
    ...members.filter(({ status }) => status !== 'not_applicable'),
    ...statementMembers(framework, requirement, inputs),
  ];
  // Where nothing applies, no number is asked for either.
  const numbers = needed.length > 0 ? numberMembers(framework, requirement, inputs) : [];
  const applicable = [...needed, ...numbers];
  const status = requirementStatus(applicable.map((member) => member.status));
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
    status,
    value: share(value),
    ceiling,
    coverage: share(known),
    weight,
  };
}

/** Over the applicable members of the set, including a needed attestation. */
function requirementStatus(members: readonly ControlStatus[]): RequirementStatus {
  if (members.length === 0) return 'not_applicable';
  if (members.includes('not_implemented')) return 'failing';
  if (members.every((status) => status === 'implemented')) return 'satisfied';
  return members.some((status) => status !== 'not_assessed') ? 'partial' : 'not_assessed';
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
    weights.set(framework.id, sums(counted(framework, inputs)).weight);
  }
  return weights;
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
  const of = (status: RequirementStatus) =>
    postures.filter((posture) => posture.status === status).length;
  return {
    total: postures.length,
    satisfied: of('satisfied'),
    partial: of('partial'),
    failing: of('failing'),
    notAssessed: of('not_assessed'),
    notApplicable: of('not_applicable'),
  };
}
