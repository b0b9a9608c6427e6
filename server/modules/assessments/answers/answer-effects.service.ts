import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { AppError } from '../../../platform/errors.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import type { Compliance } from '../../compliance/index.js';
import type { AssessmentsRepository } from '../assessments/assessments.repository.js';
import { wordOf } from '../mapping/statements.service.js';
import type { AnswerEffect, AnswersRepository, StoredAnswer } from './answers.repository.js';
import { type Meant, meantBy, STATUS } from './meant.rules.js';
import { validAnswers } from './valid-answers.js';

type Asked = Pick<
  Compliance,
  'controls' | 'attestations' | 'decisions' | 'reversals' | 'catalogues'
>;

export interface EffectsDeps {
  compliance: Asked;
  answers: AnswersRepository;
  assessments: AssessmentsRepository;
  clock: Clock;
  log: Logger;
}

/** What an answer brought about, as far as it is still there. */
export interface Made {
  answer: StoredAnswer;
  effect: AnswerEffect;
  /** It counts now; otherwise a newer answer has taken its place. */
  stands: boolean;
}

/**
 * What a person's answer brings about in compliance: a decision about the control, or the attestation of the
 * requirement. An override, or a decision that was made elsewhere, is never replaced.
 */
export class AnswerEffects {
  constructor(private readonly deps: EffectsDeps) {}

  /** When the decision or attestation was made; null when none was. `before`: the answer that this one replaces. */
  async bringAbout(
    actor: Actor,
    assessmentName: string,
    answer: StoredAnswer,
    before: StoredAnswer | undefined,
  ): Promise<string | null> {
    // Who may answer may not therefore decide: what was decided stands, and can be taken back later.
    if (!actor.permissions.includes('compliance:write')) return before?.decidedAt ?? null;
    if (answer.subject.kind === 'control')
      return this.#decide(actor, assessmentName, answer, before);
    if (answer.subject.kind !== 'requirement') return null;
    if (answer.value === 'yes' && answer.subject.attestation)
      return this.#attest(actor, assessmentName, answer, before);
    return before ? this.undo(actor, before) : null;
  }

  /**
   * Takes back what this answer brought about, if it still stands; an older answer whose place it took counts again.
   * Answers when that was made which it could not take back.
   */
  async undo(actor: Actor, answer: StoredAnswer, meant?: Meant): Promise<string | null> {
    const { subject, decidedAt } = answer;
    if (!decidedAt || !actor.permissions.includes('compliance:write')) return decidedAt;
    const { reversals, attestations } = this.deps.compliance;
    const { decision, attestation } = meant ?? (await this.meant(actor, answer.assessmentId));
    const { kind, controls, frameworkId, requirementId } = subject;
    const controlId = controls[0]?.controlId;
    if (kind === 'control' && controlId) {
      await reversals.takeBack(actor, controlId, decidedAt, decision(controlId));
    } else if (frameworkId && requirementId) {
      // Also of a framework that is not in use, or of other text: else it would count again as soon as it could.
      const at = decidedAt;
      await attestations.takeBack(actor, { frameworkId, requirementId, at }, attestation);
    }
    return null;
  }

  /** What people's answers stand for, those of one assessment left out. */
  async meant(team: TeamScope, without: string): Promise<Meant> {
    const { valid } = await validAnswers(team, this.deps, this.deps.clock.now().toISOString());
    return meantBy(
      valid.flatMap(({ answer }) => (answer.assessmentId === without ? [] : [answer])),
    );
  }

  /** What these answers brought about and nobody took back since. */
  async made(team: TeamScope, answers: readonly StoredAnswer[]): Promise<Made[]> {
    const { decisions, attestations } = this.deps.compliance;
    const deciding = answers.filter(({ decidedAt }) => decidedAt);
    if (deciding.length === 0) return [];
    const decided = await decisions.byControl(team);
    const attested = new Map(
      (await attestations.standing(team)).map((each) => [subjectKey(each), each]),
    );
    return deciding.flatMap((answer): Made[] => {
      const { kind, controls, frameworkId = '', requirementId = '' } = answer.subject;
      const isIt = ({ at }: { at: string }) => at === answer.decidedAt;
      if (kind === 'control') {
        const current = decided.get(controls[0]?.controlId ?? '');
        const decision = current && withBelow(current, isIt);
        return decision ? [{ answer, effect: { decision }, stands: isIt(current) }] : [];
      }
      const current = attested.get(subjectKey({ frameworkId, requirementId }));
      const attestation = current && withBelow(current, isIt);
      return attestation ? [{ answer, effect: { attestation }, stands: isIt(current) }] : [];
    });
  }

  /** Makes what was taken back stand again, unless something newer does. */
  async bringBack(actor: Actor, effect: AnswerEffect): Promise<boolean> {
    const { reversals, attestations } = this.deps.compliance;
    return 'decision' in effect
      ? reversals.bringBack(actor, effect.decision)
      : attestations.bringBack(actor, effect.attestation);
  }

  async #decide(
    actor: Actor,
    assessmentName: string,
    { subject, value, explanation, owner, expiresAt }: StoredAnswer,
    before: StoredAnswer | undefined,
  ): Promise<string | null> {
    const { decisions, controls, catalogues } = this.deps.compliance;
    const controlId = subject.controls[0]?.controlId;
    if (!value || !controlId || !(await catalogues.of(actor)).controls.has(controlId)) return null;
    const standing = (await decisions.byControl(actor, [controlId])).get(controlId);
    const isOver = standing?.expiresAt && standing.expiresAt <= this.deps.clock.now().toISOString();
    const isOurs = standing && standing.at === before?.decidedAt;
    if (standing && !isOver && !isOurs && standing.kind !== 'answer') return null;
    const justification = told(
      `Answered “${wordOf(value)}” in the assessment “${assessmentName}”.`,
      explanation,
    );
    if (value === 'not_applicable') {
      if (owner === null || owner === actor.name) {
        // Nobody takes a control out of the count alone: the answer then stands in the assessment only.
        if (before && isOurs) await this.undo(actor, before);
        return null;
      }
      const given = { kind: value, approver: owner, justification, expiresAt };
      return (await controls.decide(actor, controlId, given)).decision?.at ?? null;
    }
    const given = { kind: 'answer' as const, status: STATUS[value], justification, expiresAt };
    const decided = await controls.decide(actor, controlId, given);
    return decided.decision?.at ?? null;
  }

  async #attest(
    actor: Actor,
    assessmentName: string,
    { subject, explanation, expiresAt }: StoredAnswer,
    before: StoredAnswer | undefined,
  ): Promise<string | null> {
    const { frameworkId = '', requirementId = '' } = subject;
    const standing = before?.decidedAt ?? null;
    // Also of one that is not in use: it counts as soon as it is.
    const { catalogues } = this.deps.compliance;
    if (!(await catalogues.all(actor)).frameworks.has(frameworkId)) return standing;
    const statement = told(`Answered “yes” in the assessment “${assessmentName}”.`, explanation);
    try {
      const { attestations } = this.deps.compliance;
      const state = await attestations.attest(actor, frameworkId, requirementId, {
        statement,
        expiresAt,
      });
      return state.attestation?.at ?? null;
    } catch (error) {
      // The framework has changed since the assessment began: the answer stands, there is nothing to attest.
      if (!(error instanceof AppError)) throw error;
      this.deps.log.info({ err: error, requirementId }, 'answer not attested');
      return standing;
    }
  }
}

/** The one that is meant: what stands, or what it has below it; with what is below that. */
function withBelow<T extends { at: string; replaced?: { at: string }[] }>(
  current: T,
  isIt: (each: { at: string }) => boolean,
): T | null {
  if (isIt(current)) return current;
  const below = current.replaced ?? [];
  const place = below.findIndex(isIt);
  return place < 0 ? null : { ...current, ...below[place], replaced: below.slice(place + 1) };
}

function subjectKey({
  frameworkId,
  requirementId,
}: {
  frameworkId: string;
  requirementId: string;
}): string {
  return `${frameworkId}/${requirementId}`;
}

function told(what: string, explanation: string): string {
  return `${what} ${explanation}`.trim().slice(0, 4_000);
}
