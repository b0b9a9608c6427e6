import type { z } from 'zod';
import type {
  AssessmentDetail,
  AssessmentSummary,
  getAssessmentDeletion,
} from '../../../../contract/assessments.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Page } from '../../../platform/database/collection.js';
import { ConflictError, ForbiddenError, NotFoundError } from '../../../platform/errors.js';
import type { Platform } from '../../../platform/platform.js';
import type { AnswerEffect } from '../answers/answer.js';
import type { AnswerEffects, Made } from '../answers/answer-effects.service.js';
import type { AnswersRepository } from '../answers/answers.repository.js';
import { answersCompared } from '../assessments.events.js';
import type { AssessmentReader, Loaded } from './assessment-reader.js';
import type { AssessmentsRepository } from './assessments.repository.js';
import { leaseOf } from './assessments.service.js';

export interface DeletionsDeps {
  platform: Pick<Platform, 'audit' | 'events' | 'clock' | 'leases'>;
  assessments: AssessmentsRepository;
  answers: AnswersRepository;
  reader: AssessmentReader;
  effects: Pick<AnswerEffects, 'made' | 'meant' | 'undo' | 'bringBack'>;
  /** For how many days deleted assessments can be restored. */
  keptDays: number;
}

type Deletion = z.output<typeof getAssessmentDeletion.result>;
type Effects = Pick<Deletion, 'decisions' | 'attestations'>;

const DAY_MS = 86_400_000;

/** Deletes and restores assessments, with the decisions and attestations of their answers. */
export class DeletionsService {
  constructor(private readonly deps: DeletionsDeps) {}

  /** What deleting would remove. */
  async deletion(actor: Actor, assessmentId: string): Promise<Deletion> {
    const loaded = await this.deps.reader.load(actor, assessmentId);
    const answered = [...loaded.answers.values()].filter(({ value }) => value).length;
    const { goes } = await this.#made(actor, loaded);
    const restorableUntil = this.#until(this.#now());
    return { answers: answered, ...counted(goes.map(({ effect }) => effect)), restorableUntil };
  }

  /**
   * Deletes it with the decisions and attestations of its answers. Those made elsewhere since stay, and replaced older
   * answers count again. An assessment that was ever completed is a record and cannot be deleted.
   */
  async delete(
    actor: Actor,
    assessmentId: string,
  ): Promise<Effects & { deleted: true; restorableUntil: string }> {
    const { reader, assessments, answers, effects } = this.deps;
    const { audit, leases, events } = this.deps.platform;
    const done = await leases.hold(leaseOf(assessmentId), async () => {
      const loaded = await reader.load(actor, assessmentId);
      if (loaded.assessment.completedAt) {
        throw new ConflictError(
          'an assessment that was completed is a record and cannot be deleted',
        );
      }
      const { made, goes } = await this.#made(actor, loaded);
      if (goes.length > 0) requireDecider(actor, 'delete');
      // Before anything is removed, so that all of it can be restored.
      await answers.put(
        actor,
        made.map(({ answer, effect }) => ({ ...answer, lost: effect })),
      );
      // Effects first, so that none is based on a deleted answer.
      const meant = await effects.meant(actor, assessmentId);
      for (const { answer } of goes) await effects.undo(actor, answer, meant);
      const at = this.#now();
      await assessments.markDeleted(actor, assessmentId, actor.name, at);
      await answers.markDeleted(actor, assessmentId, at);
      const counts = counted(goes.map(({ effect }) => effect));
      const { name } = loaded.assessment;
      await audit.record(actor, 'assessment.deleted', assessmentId, { name, ...counts });
      return { deleted: true, ...counts, restorableUntil: this.#until(at) } as const;
    });
    await events.emit(answersCompared, { teamId: actor.teamId });
    return done;
  }

  /** Assessments that can be restored, the last deleted first. */
  async list(
    actor: Actor,
    { limit, cursor }: { limit: number; cursor?: string },
  ): Promise<Page<AssessmentSummary>> {
    const { assessments, reader } = this.deps;
    const page = await assessments.deletedPage(actor, this.#since(), limit, cursor);
    const items = page.items.map((each): AssessmentSummary => {
      const at = each.deletedAt ?? '';
      const deleted = { at, by: each.deletedBy ?? '', restorableUntil: this.#until(at) };
      return { ...reader.summary(each), deleted };
    });
    return { items, nextCursor: page.nextCursor };
  }

  /** Restores it with the decisions of its answers, unless newer ones exist. */
  async restore(actor: Actor, assessmentId: string): Promise<AssessmentDetail & Effects> {
    const { reader, assessments, answers, effects } = this.deps;
    const { audit, leases, events } = this.deps.platform;
    const done = await leases.hold(leaseOf(assessmentId), async () => {
      const given = await answers.ofAssessment(actor, assessmentId);
      const lost = [...given.values()].flatMap((answer) => answer.lost ?? []);
      if (lost.length > 0) requireDecider(actor, 'restore');
      const found = await assessments.unmarkDeleted(actor, assessmentId, this.#since());
      if (!found) {
        throw new NotFoundError('no such deleted assessment, or it can no longer be restored');
      }
      const back: AnswerEffect[] = [];
      for (const effect of lost) if (await effects.bringBack(actor, effect)) back.push(effect);
      await answers.markDeleted(actor, assessmentId, null);
      const counts = counted(back);
      const { name } = found;
      await audit.record(actor, 'assessment.restored', assessmentId, { name, ...counts });
      // Answers may have expired meanwhile.
      const loaded = await reader.load(actor, assessmentId);
      await reader.rescore(actor, loaded);
      return { ...(await reader.detail(loaded)), ...counts };
    });
    await events.emit(answersCompared, { teamId: actor.teamId });
    return done;
  }

  /** The effects of its answers; `goes`: those in force that no other period shares. */
  async #made(
    actor: Actor,
    { assessment, answers }: Loaded,
  ): Promise<Record<'made' | 'goes', Made[]>> {
    const made = await this.deps.effects.made(actor, [...answers.values()]);
    if (made.length === 0) return { made, goes: [] };
    const keyOf = ({ questionId, decidedAt }: Made['answer']) => `${questionId} ${decidedAt}`;
    const living = new Set((await this.deps.assessments.all(actor)).map(({ id }) => id));
    living.delete(assessment.id);
    const others = (await this.deps.answers.ofPeople(actor)).filter((answer) =>
      living.has(answer.assessmentId),
    );
    const held = new Set(others.map(keyOf));
    return { made, goes: made.filter(({ answer, stands }) => stands && !held.has(keyOf(answer))) };
  }

  /** Assessments deleted before then are purged or about to be. */
  #since(): string {
    return new Date(
      this.deps.platform.clock.now().getTime() - this.deps.keptDays * DAY_MS,
    ).toISOString();
  }

  #until(deletedAt: string): string {
    return new Date(Date.parse(deletedAt) + this.deps.keptDays * DAY_MS).toISOString();
  }

  #now(): string {
    return this.deps.platform.clock.now().toISOString();
  }
}

function requireDecider({ permissions }: Actor, act: string): void {
  if (permissions.includes('compliance:write')) return;
  throw new ForbiddenError(
    `decisions about controls are based on its answers; ${act} needs the permission compliance:write`,
  );
}

function counted(effects: readonly AnswerEffect[]): Effects {
  const decisions = effects.filter((effect) => 'decision' in effect).length;
  return { decisions, attestations: effects.length - decisions };
}
