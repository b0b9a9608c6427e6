import type { ControlStatus } from '../../../../contract/compliance.js';
import type { Catalogue, Framework, Limit, Requirement } from '../../catalogue/index.js';
import { type NumberVerdict, verdictOn } from './asked-numbers.rules.js';
import type { ControlStanding } from './control-standing.js';

/** A person's valid statement about a requirement. */
export interface GivenAnswer {
  /** The answer to the whole requirement; absent for an attestation of what controls do not cover. */
  answer?: 'yes' | 'partially' | 'no';
  unsupported?: boolean;
  values?: Readonly<Record<string, number>>;
}

/** An answered requirement whose edge to a control covers the control. */
export interface AnsweredElsewhere {
  frameworkId: string;
  requirementId: string;
}

export interface PostureInputs {
  catalogue: Catalogue;
  /** A control without a status is not assessed. A framework with a scope has separate statuses. */
  statusOf: (controlId: string, frameworkId?: string) => ControlStatus | undefined;
  /** Whether the requirement has a valid attestation. */
  attested: (frameworkId: string, requirementId: string) => boolean;
  /** What else is known of the control's state. */
  standingOf?: (controlId: string, frameworkId?: string) => ControlStanding | undefined;
  /** A person's valid statement about the requirement. */
  givenFor?: (frameworkId: string, requirementId: string) => GivenAnswer | undefined;
  /** Explained answers “yes” to requirements that cover the control. */
  answersFor?: (controlId: string) => readonly AnsweredElsewhere[];
}

/** A part of a requirement's all-of set. */
export interface Member {
  weight: number;
  status: ControlStatus;
  /** Partial by a claim that nothing supports yet: half of it counts as met, the other half as unknown. */
  isClaim?: boolean;
}

export interface ControlMember extends Member {
  controlId: string;
  /** Why it counts otherwise than its own status. */
  by: 'answer' | 'elsewhere' | null;
  /** The answers that it counts by, when they are to other requirements. */
  elsewhere: readonly AnsweredElsewhere[];
}

export interface NumberMember extends Member, NumberVerdict {
  status: NumberVerdict['status'];
  parameter: string;
  limit: Limit;
}

/** Weight of an attestation or a number in its set, and of a requirement that has no controls. */
export const PLAIN_WEIGHT = 5;

/**
 * The controls of a requirement as they count for it. A person's answer to the requirement decides about
 * controls of which evidence shows nothing or too little; answers to other requirements make unknown
 * controls partial at most. Neither ever hides a fail or a decision about the control.
 */
export function controlMembers(
  framework: Framework,
  requirement: Requirement,
  inputs: PostureInputs,
): ControlMember[] {
  const given = inputs.givenFor?.(framework.id, requirement.id);
  return requirement.controls.map(({ controlId }) => {
    const weight = inputs.catalogue.controls.get(controlId)?.weight ?? PLAIN_WEIGHT;
    const status = inputs.statusOf(controlId, framework.id) ?? 'not_assessed';
    const own = { controlId, weight, status, by: null, elsewhere: NO_ANSWERS };
    const isOpen =
      status === 'not_assessed' ||
      (status === 'partial' && inputs.standingOf?.(controlId, framework.id)?.incomplete === true);
    if (!isOpen) return own;
    if (given?.answer) {
      const answered = answerStatus(given);
      const counts = answered === 'implemented' || (answered === 'partial' && status !== 'partial');
      const isClaim = given.unsupported === true && answered === 'partial';
      return counts ? { ...own, status: answered, by: 'answer', isClaim } : own;
    }
    if (status !== 'not_assessed') return own;
    const elsewhere = (inputs.answersFor?.(controlId) ?? NO_ANSWERS).filter(
      (each) => each.frameworkId !== framework.id || each.requirementId !== requirement.id,
    );
    return elsewhere.length === 0
      ? own
      : { ...own, status: 'partial', by: 'elsewhere', elsewhere, isClaim: true };
  });
}

const NO_ANSWERS: readonly AnsweredElsewhere[] = [];

/** The attestation that a requirement needs, and a “no” to any requirement. */
export function statementMembers(
  framework: Framework,
  requirement: Requirement,
  inputs: PostureInputs,
): Member[] {
  const given = inputs.givenFor?.(framework.id, requirement.id);
  if (!requirement.attestation && given?.answer !== 'no') return [];
  const attested = inputs.attested(framework.id, requirement.id);
  const otherwise = attested ? 'implemented' : 'not_assessed';
  const status = given ? answerStatus(given) : otherwise;
  const isClaim = given?.unsupported === true && status === 'partial';
  return [{ weight: PLAIN_WEIGHT, status, isClaim }];
}

/** The numbers that a requirement asks for. */
export function numberMembers(
  framework: Framework,
  { id, parameter, controls }: Requirement,
  { givenFor, standingOf }: PostureInputs,
): NumberMember[] {
  if (!parameter) return [];
  const given = givenFor?.(framework.id, id);
  const values = new Map(Object.entries(given?.unsupported ? {} : (given?.values ?? {})));
  return Object.entries(parameter).map(([name, limit]) => {
    const ofControls = controls.flatMap(({ controlId }) =>
      (standingOf?.(controlId, framework.id)?.stated ?? []).filter(
        ({ parameter: about }) => about === name,
      ),
    );
    // A check of several of its controls states its number once.
    const stated = [...new Map(ofControls.map((each) => [JSON.stringify(each), each])).values()];
    const verdict = verdictOn(limit, stated, values.get(name));
    return { parameter: name, limit, weight: PLAIN_WEIGHT, ...verdict };
  });
}

function answerStatus({ answer = 'yes', unsupported }: GivenAnswer): ControlStatus {
  if (answer === 'no') return 'not_implemented';
  return answer === 'partially' || unsupported ? 'partial' : 'implemented';
}
