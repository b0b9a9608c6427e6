import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock } from '../../../platform/clock.js';
import { AppError } from '../../../platform/errors.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import type { Compliance } from '../../compliance/index.js';
import { wordOf } from '../mapping/statements.service.js';
import type { StoredAnswer } from './answers.repository.js';

const STATUS = { yes: 'implemented', partially: 'partial', no: 'not_implemented' } as const;

type Asked = Pick<Compliance, 'controls' | 'attestations' | 'decisions' | 'catalogues' | 'posture'>;

/**
 * What a person's answer brings about in compliance: a decision about the control, or the attestation of the
 * requirement. An override, or a decision that was made elsewhere, is never replaced.
 */
export class AnswerEffects {
  constructor(private readonly deps: { compliance: Asked; clock: Clock; log: Logger }) {}

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

  /** Takes back what this answer brought about, if it still stands. Answers when that was made which it could not take back. */
  async undo(actor: Actor, { subject, decidedAt }: StoredAnswer): Promise<string | null> {
    if (!decidedAt || !actor.permissions.includes('compliance:write')) return decidedAt;
    const { decisions, controls, attestations, posture, catalogues } = this.deps.compliance;
    const controlId = subject.controls[0]?.controlId;
    if (subject.kind === 'control' && controlId) {
      const decision = (await decisions.byControl(actor, [controlId])).get(controlId);
      if (decision?.at === decidedAt) await controls.withdraw(actor, controlId);
      return null;
    }
    const { frameworkId, requirementId } = subject;
    if (!frameworkId || !requirementId) return null;
    // Also of a framework that is not in use: else it would count again as soon as it is.
    if (!(await catalogues.all(actor)).frameworks.has(frameworkId)) return decidedAt;
    const { requirementStates } = await posture.framework(actor, frameworkId);
    const state = requirementStates.find(({ id }) => id === requirementId);
    // One that does not count now would count again as soon as the requirement says again what it did.
    const attestation = state?.attestation ?? state?.outdatedAttestation;
    if (attestation?.at !== decidedAt) return null;
    await attestations.withdraw(actor, frameworkId, requirementId);
    return null;
  }

  /** Those of these answers whose decision or attestation stands: nobody decided or attested since. */
  async standing(actor: Actor, answers: readonly StoredAnswer[]): Promise<StoredAnswer[]> {
    const { decisions, posture, catalogues } = this.deps.compliance;
    const made = answers.filter(({ decidedAt }) => decidedAt);
    if (made.length === 0) return [];
    const decided = await decisions.byControl(actor);
    const attested = new Map<string, string | undefined>();
    const { frameworks } = await catalogues.all(actor);
    for (const frameworkId of new Set(made.flatMap(({ subject }) => subject.frameworkId ?? []))) {
      if (!frameworks.has(frameworkId)) continue;
      const { requirementStates } = await posture.framework(actor, frameworkId);
      for (const { id, attestation } of requirementStates) {
        attested.set(`${frameworkId}/${id}`, attestation?.at);
      }
    }
    return made.filter(({ decidedAt, subject }) => {
      const { kind, controls, frameworkId, requirementId } = subject;
      if (kind === 'control') {
        return decided.get(controls[0]?.controlId ?? '')?.at === decidedAt;
      }
      return attested.get(`${frameworkId}/${requirementId}`) === decidedAt;
    });
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
        if (isOurs) await controls.withdraw(actor, controlId);
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
    if (!(await this.#isInUse(actor, frameworkId))) return standing;
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
      this.deps.log.info({ err: error, requirementId }, 'an answer could not be attested');
      return standing;
    }
  }

  async #isInUse(actor: Actor, frameworkId: string): Promise<boolean> {
    return (await this.deps.compliance.catalogues.of(actor)).frameworks.has(frameworkId);
  }
}

function told(what: string, explanation: string): string {
  return `${what} ${explanation}`.trim().slice(0, 4_000);
}
