import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { AppError } from '../../../platform/errors.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import { currentRequirementId } from '../../catalogue/index.js';
import type { Compliance } from '../../compliance/index.js';
import type { AssessmentsRepository } from '../assessments/assessments.repository.js';
import { wordOf } from '../mapping/answer-words.js';
import type { AnswerEffect, StoredAnswer } from './answer.js';
import { isPartialAtMost } from './answer-support.rules.js';
import type { AnswersRepository } from './answers.repository.js';
import { type Meant, meantBy, statusOf } from './meant.rules.js';
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

/** An answer's decision or attestation, if it still exists. */
export interface Made {
  answer: StoredAnswer;
  effect: AnswerEffect;
  /** False when a newer one replaced it. */
  stands: boolean;
}

/**
 * The effects of people's answers in compliance: a decision about the control, or an attestation of the requirement.
 * An override, or a decision made elsewhere, is never replaced.
 */
export class AnswerEffects {
  constructor(private readonly deps: EffectsDeps) {}

  /** Returns when the decision or attestation was made; null without one. `before`: the replaced answer. */
  async bringAbout(
    actor: Actor,
    assessmentName: string,
    answer: StoredAnswer,
    before: StoredAnswer | undefined,
  ): Promise<string | null> {
    // Without the permission to decide, earlier decisions stay and can be withdrawn later.
    if (!actor.permissions.includes('compliance:write')) return before?.decidedAt ?? null;
    if (answer.subject.kind === 'control')
      return this.#decide(actor, assessmentName, answer, before);
    if (answer.subject.kind !== 'requirement') return null;
    const { value } = answer;
    if (value && value !== 'not_applicable')
      return this.#attest(actor, assessmentName, { ...answer, value }, before);
    return before ? this.undo(actor, before) : null;
  }

  /**
   * Withdraws the effect of this answer if it is still in force; a replaced older answer counts again. Returns when
   * the effect was made if it could not withdraw it.
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
      // Even if the framework is inactive or its text changed: else it could count again later.
      const at = decidedAt;
      await attestations.takeBack(actor, { frameworkId, requirementId, at }, attestation);
    }
    return null;
  }

  /** What people's answers decide, without those of one assessment. */
  async meant(team: TeamScope, without: string): Promise<Meant> {
    const { valid } = await validAnswers(team, this.deps, this.deps.clock.now().toISOString());
    return meantBy(
      valid.flatMap(({ answer }) => (answer.assessmentId === without ? [] : [answer])),
    );
  }

  /** The effects of these answers that were not withdrawn since. */
  async made(team: TeamScope, answers: readonly StoredAnswer[]): Promise<Made[]> {
    const { decisions, attestations } = this.deps.compliance;
    const deciding = answers.filter(({ decidedAt }) => decidedAt);
    if (deciding.length === 0) return [];
    const decided = await decisions.byControl(team);
    const attested = new Map(
      (await attestations.unexpired(team)).map((each) => [subjectKey(each), each]),
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

  /** Restores a withdrawn effect, unless a newer one exists. */
  async bringBack(actor: Actor, effect: AnswerEffect): Promise<boolean> {
    const { reversals, attestations } = this.deps.compliance;
    return 'decision' in effect
      ? reversals.restore(actor, effect.decision)
      : attestations.restore(actor, effect.attestation);
  }

  async #decide(
    actor: Actor,
    assessmentName: string,
    answer: StoredAnswer,
    before: StoredAnswer | undefined,
  ): Promise<string | null> {
    const { decisions, controls, catalogues } = this.deps.compliance;
    const { subject, value, owner, expiresAt } = answer;
    const controlId = subject.controls[0]?.controlId;
    if (!value || !controlId || !(await catalogues.of(actor)).controls.has(controlId)) return null;
    const standing = (await decisions.byControl(actor, [controlId])).get(controlId);
    const isOver = standing?.expiresAt && standing.expiresAt <= this.deps.clock.now().toISOString();
    const isOurs = standing && standing.at === before?.decidedAt;
    if (standing && !isOver && !isOurs && standing.kind !== 'answer') return null;
    const justification = textOf(assessmentName, { ...answer, value });
    if (value === 'not_applicable') {
      if (owner === null || owner === actor.name) {
        // “Not applicable” needs a second person; without one it counts in the assessment only.
        if (before && isOurs) await this.undo(actor, before);
        return null;
      }
      const given = { kind: value, approver: owner, justification, expiresAt };
      return (await controls.decide(actor, controlId, given)).decision?.at ?? null;
    }
    const status = statusOf(answer);
    if (status === null) return null;
    const given = { kind: 'answer' as const, status, justification, expiresAt };
    const decided = await controls.decide(actor, controlId, given);
    return decided.decision?.at ?? null;
  }

  async #attest(
    actor: Actor,
    assessmentName: string,
    answer: StoredAnswer & { value: 'yes' | 'partially' | 'no' },
    before: StoredAnswer | undefined,
  ): Promise<string | null> {
    const { frameworkId = '', requirementId = '' } = answer.subject;
    const { expiresAt, values } = answer;
    const unsupported = isPartialAtMost(answer);
    const standing = before?.decidedAt ?? null;
    // Also for an inactive framework: it counts once that is active.
    const { catalogues } = this.deps.compliance;
    if (!(await catalogues.all(actor)).frameworks.has(frameworkId)) return standing;
    const statement = textOf(assessmentName, answer);
    try {
      const { attestations } = this.deps.compliance;
      const replaced = unsupported ? await attestations.unexpired(actor) : [];
      // An empty yes does not replace what a person attested with a statement.
      const isAttested = replaced.some(
        (each) =>
          each.answer === undefined &&
          each.frameworkId === frameworkId &&
          each.requirementId === requirementId,
      );
      if (isAttested) return standing;
      const state = await attestations.attest(actor, frameworkId, requirementId, {
        statement,
        expiresAt,
        answer: answer.value,
        ...(unsupported ? { unsupported } : {}),
        ...(values ? { values } : {}),
      });
      return state.answer?.at ?? null;
    } catch (error) {
      // The framework changed since the assessment began: the answer stays, without an attestation.
      if (!(error instanceof AppError)) throw error;
      this.deps.log.info({ err: error, requirementId }, 'answer not attested');
      return standing;
    }
  }
}

/** The matching one: the current or one that it replaced, with those that the match replaced. */
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
  return `${frameworkId}/${currentRequirementId(frameworkId, requirementId)}`;
}

function textOf(
  assessmentName: string,
  answer: StoredAnswer & { value: NonNullable<StoredAnswer['value']> },
): string {
  const lacking = isPartialAtMost(answer) ? ' without explanation or evidence' : '';
  const what = `Answered “${wordOf(answer.value)}”${lacking} in the assessment “${assessmentName}”.`;
  return `${what} ${answer.explanation}`.trim().slice(0, 4_000);
}
