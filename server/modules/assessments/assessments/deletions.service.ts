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
import type { AnswerEffects, Made } from '../answers/answer-effects.service.js';
import type { AnswerEffect, AnswersRepository } from '../answers/answers.repository.js';
import { answersCompared } from '../assessments.events.js';
import type { AssessmentReader, Loaded } from './assessment-reader.js';
import type { AssessmentsRepository } from './assessments.repository.js';
import { leaseOf } from './assessments.service.js';

export interface DeletionsDeps extends Pick<Platform, 'audit' | 'events' | 'clock' | 'leases'> {
  assessments: AssessmentsRepository;
  answers: AnswersRepository;
  reader: AssessmentReader;
  effects: Pick<AnswerEffects, 'made' | 'meant' | 'undo' | 'bringBack'>;
  /** How long what was deleted is kept: so long it can be restored. */
  keptDays: number;
}

type Deletion = z.output<typeof getAssessmentDeletion.result>;
type Effects = Pick<Deletion, 'decisions' | 'attestations'>;

const DAY_MS = 86_400_000;

/** Deleting assessments, and restoring them for a while, each with what their answers brought about. */
export class DeletionsService {
  constructor(private readonly deps: DeletionsDeps) {}

  /** What deleting it would take with it. */
  async deletion(actor: Actor, assessmentId: string): Promise<Deletion> {
    const loaded = await this.deps.reader.load(actor, assessmentId);
    const answered = [...loaded.answers.values()].filter(({ value }) => value).length;
    const { goes } = await this.#made(actor, loaded);
    const restorableUntil = this.#until(this.#now());
    return { answers: answered, ...counted(goes.map(({ effect }) => effect)), restorableUntil };
  }

  /**
   * With the decisions and attestations that stand on its answers; one that was made elsewhere since stays, and an
   * older answer whose place one took counts again. What was completed once is a record, and stays.
   */
  async delete(
    actor: Actor,
    assessmentId: string,
  ): Promise<Effects & { deleted: true; restorableUntil: string }> {
    const { reader, assessments, answers, effects, audit, leases, events } = this.deps;
    const done = await leases.hold(leaseOf(assessmentId), async () => {
      const loaded = await reader.load(actor, assessmentId);
      if (loaded.assessment.completedAt) {
        throw new ConflictError(
          'an assessment that was completed is a record and cannot be deleted',
        );
      }
      const { made, goes } = await this.#made(actor, loaded);
      if (goes.length > 0) requireDecider(actor, 'delete');
      // Before anything goes, so that all of it can come back.
      await answers.put(
        actor,
        made.map(({ answer, effect }) => ({ ...answer, lost: effect })),
      );
      // First what followed, so that nothing stands on an answer that is gone.
      const meant = await effects.meant(actor, assessmentId);
      for (const { answer } of goes) await effects.undo(actor, answer, meant);
      const at = this.#now();
      await assessments.markDeleted(actor, assessmentId, actor.name, at);
      await answers.markDeleted(actor, assessmentId, at);
      const told = counted(goes.map(({ effect }) => effect));
      const { name } = loaded.assessment;
      await audit.record(actor, 'assessment.deleted', assessmentId, { name, ...told });
      return { deleted: true, ...told, restorableUntil: this.#until(at) } as const;
    });
    await events.emit(answersCompared, { teamId: actor.teamId });
    return done;
  }

  /** Those that can be restored, the last deleted first. */
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

  /** As it was, and what its answers decided stands again where nothing newer does. */
  async restore(actor: Actor, assessmentId: string): Promise<AssessmentDetail & Effects> {
    const { reader, assessments, answers, effects, audit, leases, events } = this.deps;
    const done = await leases.hold(leaseOf(assessmentId), async () => {
      const given = await answers.ofAssessment(actor, assessmentId);
      const lost = [...given.values()].flatMap((answer) => answer.lost ?? []);
      if (lost.length > 0) requireDecider(actor, 'restore');
      const found = await assessments.unmarkDeleted(actor, assessmentId, this.#since());
      if (!found) {
        throw new NotFoundError(
          'no such assessment is deleted, or its time to be restored is over',
        );
      }
      const back: AnswerEffect[] = [];
      for (const effect of lost) if (await effects.bringBack(actor, effect)) back.push(effect);
      await answers.markDeleted(actor, assessmentId, null);
      const told = counted(back);
      const { name } = found;
      await audit.record(actor, 'assessment.restored', assessmentId, { name, ...told });
      // Answers may have run out meanwhile.
      const loaded = await reader.load(actor, assessmentId);
      await reader.rescore(actor, loaded);
      return { ...(await reader.detail(loaded)), ...told };
    });
    await events.emit(answersCompared, { teamId: actor.teamId });
    return done;
  }

  /** What its answers brought about; `goes`: what stands and is not another period's as well. */
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

  /** What was deleted before is gone, or about to. */
  #since(): string {
    return new Date(this.deps.clock.now().getTime() - this.deps.keptDays * DAY_MS).toISOString();
  }

  #until(deletedAt: string): string {
    return new Date(Date.parse(deletedAt) + this.deps.keptDays * DAY_MS).toISOString();
  }

  #now(): string {
    return this.deps.clock.now().toISOString();
  }
}

function requireDecider({ permissions }: Actor, act: string): void {
  if (permissions.includes('compliance:write')) return;
  throw new ForbiddenError(
    `decisions about controls stand on its answers: who may write compliance can ${act} it`,
  );
}

function counted(effects: readonly AnswerEffect[]): Effects {
  const decisions = effects.filter((effect) => 'decision' in effect).length;
  return { decisions, attestations: effects.length - decisions };
}
