import type { AnswerStep, AnswerValue } from '../../../../contract/assessments.js';
import type { Relation } from '../../../../contract/compliance.js';
import type { Subject } from '../questionnaires/form.rules.js';
import { inverse, isCovered, STRENGTH } from './relation.rules.js';

/** A person's valid answer, or the engine's result for a control. */
export interface Statement {
  from: AnswerStep['from'];
  value: AnswerValue;
  /** 0–1: a person's answer 1, a scan by its assurance. */
  confidence: number;
  /** A readable text for the explanation. */
  what: string;
  assessmentId: string | null;
  /** Its subject, by its relation to controls. */
  controls: Subject['controls'];
  /** A yes without explanation and evidence: it proves nothing elsewhere. */
  unsupported?: boolean;
}

/** What a statement means for one control. */
export interface ControlFact {
  controlId: string;
  value: AnswerValue;
  /** True when it follows from the relation; otherwise it is a hint. */
  proves: boolean;
  /** A yes to something wider than the control: it never proves a question about a part of the control. */
  isBroad: boolean;
  confidence: number;
  statement: Statement;
}

export interface Projection {
  /** `none`: no known fact concerns it. */
  outcome: 'answer' | 'suggestion' | 'conflict' | 'none';
  value: AnswerValue | null;
  confidence: number;
  /** Share of applicable controls, by weight, proven to be met; a required attestation counts as one. */
  share: number;
  why: string;
  path: AnswerStep[];
}

/** Weight of an attestation among controls, as in posture. */
const ATTESTATION_WEIGHT = 5;
const MAX_STEPS = 12;
/** Hints below this are not shown. */
const MIN_CONFIDENCE = 0.25;

/**
 * Projects answers to other questions: up to controls and down from there, never further. Pure: the same facts in any
 * order give the same projection.
 */
export class ControlMappingEngine {
  constructor(
    private readonly parts: {
      weightOf: (controlId: string) => number;
      /** The minimum share, 0–1, at which controls answer a question. */
      autoSatisfyShare: number;
    },
  ) {}

  /** What a statement means for each of its controls. */
  lift(statement: Statement): ControlFact[] {
    return statement.controls.map(({ controlId, relation }) => ({
      controlId,
      value: statement.value,
      proves: !statement.unsupported && provesControl(statement.value, relation),
      isBroad: relation === 'superset',
      confidence: statement.confidence * STRENGTH[inverse(relation)],
      statement,
    }));
  }

  /** All facts of the statements, by control; lists are sorted independently of the input order. */
  facts(statements: readonly Statement[]): Map<string, ControlFact[]> {
    const facts = new Map<string, ControlFact[]>();
    for (const fact of statements.flatMap((statement) => this.lift(statement))) {
      facts.set(fact.controlId, [...(facts.get(fact.controlId) ?? []), fact]);
    }
    for (const list of facts.values()) list.sort(byStrength);
    return facts;
  }

  /** Derives the answer to a question from facts about its controls. */
  project(target: Subject, facts: ReadonlyMap<string, readonly ControlFact[]>): Projection {
    const members = target.controls.map(({ controlId, relation }) => {
      const known = facts.get(controlId) ?? [];
      const proofs = known.filter(({ proves }) => proves);
      const fact = known[0] ?? null;
      const weight = this.parts.weightOf(controlId);
      return { controlId, relation, weight, fact, sides: sidesOf(proofs) };
    });
    const path = members
      .flatMap(({ fact, sides, relation }) =>
        (sides.length > 1 ? sides : fact ? [fact] : []).map((each) => stepOf(each, relation)),
      )
      .sort((a, b) => b.confidence - a.confidence || (a.controlId < b.controlId ? -1 : 1))
      .slice(0, MAX_STEPS);
    const disputed = members.filter(({ sides }) => sides.length > 1);
    if (disputed.length > 0) {
      const named = disputed.map(({ controlId }) => controlId).join(', ');
      const why = `The facts about ${named} disagree; a person must decide.`;
      return { outcome: 'conflict', value: null, confidence: 0, share: 0, why, path };
    }
    return { ...this.#judge(target, members), path };
  }

  #judge(target: Subject, members: readonly Member[]): Omit<Projection, 'path'> {
    const known = members.filter((member): member is KnownMember => member.fact !== null);
    if (known.length === 0) return NOTHING;
    const applicable = members.filter(
      ({ fact }) => !(fact?.value === 'not_applicable' && isCertain(fact)),
    );
    if (applicable.length === 0 && !target.attestation) {
      const certain = known.every(({ relation }) => relation === 'equal');
      const why = certain ? 'Its control does not apply.' : 'None of its controls applies.';
      return {
        outcome: certain ? 'answer' : 'suggestion',
        value: 'not_applicable',
        confidence: meanConfidence(known, 0),
        share: 0,
        why,
      };
    }
    const attestation = target.attestation ? ATTESTATION_WEIGHT : 0;
    const all = sum(applicable) + attestation;
    const met = known.filter(isMet);
    const share = all === 0 ? 0 : sum(met) / all;
    const confidence = meanConfidence(
      known.filter(({ fact }) => fact.value !== 'not_applicable'),
      all - sum(known.filter(({ fact }) => fact.value !== 'not_applicable')),
    );
    const lowered = loweredBy(known);
    if (lowered) return { ...lowered, confidence, share };
    const worst = worstOf(known);
    const asksForNumber = (target.numbers?.length ?? 0) > 0;
    if (worst === 'yes' && share >= this.parts.autoSatisfyShare && !asksForNumber) {
      const whole = met.length === applicable.length && !target.attestation;
      if (whole || met.some(({ relation }) => isCovered(relation))) {
        const why = `${percent(share)} of its controls, by weight, are known to be met.`;
        return { outcome: 'answer', value: 'yes', confidence, share, why };
      }
    }
    if (known.length === members.length && worst === 'not_applicable' && !target.attestation) {
      const why =
        'One person answered that its controls do not apply; no second person approved it.';
      const sure = meanConfidence(known, 0);
      return { outcome: 'suggestion', value: worst, confidence: sure, share, why };
    }
    if (confidence < MIN_CONFIDENCE) return { ...NOTHING, share };
    const value = worst === 'yes' && (share < 1 || asksForNumber) ? 'partially' : worst;
    const why =
      worst === 'yes'
        ? asksForNumber
          ? 'It asks for a number, which a person must state.'
          : `${percent(share)} of its controls, by weight, are known to be met, which is not enough to answer it.`
        : 'A control that intersects it is not met; a person must decide what that means here.';
    return { outcome: 'suggestion', value, confidence, share, why };
  }
}

interface Member {
  controlId: string;
  relation: Relation;
  weight: number;
  fact: ControlFact | null;
  /** The most certain proof of each proven value; more than one means a dispute. */
  sides: readonly ControlFact[];
}
type KnownMember = Member & { fact: ControlFact };

const NOTHING: Omit<Projection, 'path'> = {
  outcome: 'none',
  value: null,
  confidence: 0,
  share: 0,
  why: 'No known fact concerns it.',
};

/**
 * Whether an answer holds for a control with this relation to the question. A yes to something wider holds for all of
 * its parts; other answers hold only for the same thing.
 */
function provesControl(value: AnswerValue, relation: Relation): boolean {
  return relation === 'equal' || (value === 'yes' && relation === 'superset');
}

/**
 * Whether it may answer other questions. “Not applicable” needs a second person: a decision has an approver, while one
 * person's answer has none and is only a hint elsewhere.
 */
function isCertain({ proves, value, statement }: ControlFact): boolean {
  return proves && !(value === 'not_applicable' && statement.from === 'answer');
}

/** Whether a yes proves that the control is met, as far as the question asks for it. */
function isMet({ fact, relation }: KnownMember): boolean {
  if (!fact.proves || fact.value !== 'yes') return false;
  return !fact.isBroad || relation === 'superset';
}

/** A control that equals the question or is a part of it and is not met certainly lowers the question. */
function loweredBy(
  known: readonly KnownMember[],
): Pick<Projection, 'outcome' | 'value' | 'why'> | null {
  const certain = known.filter(
    ({ fact }) => fact.proves && (fact.value === 'no' || fact.value === 'partially'),
  );
  const same = certain.find(({ relation }) => relation === 'equal');
  if (same) {
    const why = `${same.controlId}, which asks the same, is ${same.fact.value === 'no' ? 'not' : 'partly'} met.`;
    return { outcome: 'answer', value: same.fact.value, why };
  }
  const part = certain.find(({ relation }) => relation === 'superset');
  if (!part) return null;
  const anyMet = known.some(
    ({ fact }) => fact.proves && (fact.value === 'yes' || fact.value === 'partially'),
  );
  const value = anyMet ? 'partially' : 'no';
  return {
    // A missing part rules out a yes, but does not prove a no.
    outcome: value === 'partially' ? 'answer' : 'suggestion',
    value,
    why: `${part.controlId}, a part of it, is ${part.fact.value === 'no' ? 'not' : 'partly'} met.`,
  };
}

function worstOf(known: readonly KnownMember[]): AnswerValue {
  for (const value of ['no', 'partially', 'yes'] as const) {
    if (known.some(({ fact }) => fact.value === value)) return value === 'no' ? 'partially' : value;
  }
  return 'not_applicable';
}

function sidesOf(proofs: readonly ControlFact[]): ControlFact[] {
  return proofs.filter(({ value }, at) => proofs.findIndex((each) => each.value === value) === at);
}

function stepOf(fact: ControlFact, relation: Relation): AnswerStep {
  const { controlId, value, confidence, statement } = fact;
  const { from, what, assessmentId } = statement;
  const proves = isCertain(fact);
  const sure = round(confidence * STRENGTH[relation]);
  return { controlId, relation, from, what, assessmentId, value, proves, confidence: sure };
}

/** Proofs first, “not applicable” hints last, then by confidence, and by text as a tie-breaker. */
function byStrength(a: ControlFact, b: ControlFact): number {
  const keyOf = ({ value, statement }: ControlFact) =>
    JSON.stringify([statement.from, value, statement.assessmentId, statement.what]);
  return (
    rankOf(a) - rankOf(b) ||
    b.confidence - a.confidence ||
    (keyOf(a) < keyOf(b) ? -1 : Number(keyOf(a) > keyOf(b)))
  );
}

function rankOf(fact: ControlFact): number {
  if (isCertain(fact)) return 0;
  return fact.value === 'not_applicable' ? 2 : 1;
}

function meanConfidence(known: readonly KnownMember[], unknownWeight: number): number {
  const total = sum(known) + unknownWeight;
  const sure = known.reduce(
    (all, { fact, relation, weight }) => all + weight * fact.confidence * STRENGTH[relation],
    0,
  );
  return total === 0 ? 0 : round(sure / total);
}

function sum(members: readonly Member[]): number {
  return members.reduce((total, { weight }) => total + weight, 0);
}

const round = (value: number) => Math.round(value * 1000) / 1000;
const percent = (share: number) => `${Math.floor(share * 100)} %`;
