import type { z } from 'zod';
import type {
  AssessmentDetail,
  AssessmentSettings,
  AssessmentStatus,
  AssessmentSummary,
  changeAssessment,
  createAssessment,
  QuestionnaireSummary,
} from '../../../../contract/assessments.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Page, TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, InvalidInputError } from '../../../platform/errors.js';
import type { Platform } from '../../../platform/platform.js';
import type { Compliance } from '../../compliance/index.js';
import { type AnswersRepository, answerId } from '../answers/answers.repository.js';
import { isUnapproved } from '../answers/approval.rules.js';
import { isValid } from '../answers/question-view.rules.js';
import { answersCompared } from '../assessments.events.js';
import { answerTo, type Form } from '../questionnaires/form.rules.js';
import type { Questionnaires } from '../questionnaires/questionnaires.js';
import type { AssessmentReader, Loaded } from './assessment-reader.js';
import {
  type AssessmentsRepository,
  OPEN,
  type StoredAssessment,
} from './assessments.repository.js';
import { scoresOf } from './score.rules.js';

export interface AssessmentsDeps {
  platform: Pick<Platform, 'audit' | 'events' | 'clock' | 'newId' | 'leases'>;
  assessments: AssessmentsRepository;
  answers: AnswersRepository;
  reader: AssessmentReader;
  questionnaires: Questionnaires;
  catalogues: Compliance['catalogues'];
}

export const DEFAULT_SETTINGS: AssessmentSettings = { validityDays: 365 };

type New = z.output<NonNullable<typeof createAssessment.body>>;
type Change = z.output<NonNullable<typeof changeAssessment.body>>;

/** One writer per assessment at a time, so that no answer is added after completion. */
export const leaseOf = (assessmentId: string) => `assessments/${assessmentId}`;

/** The first answer moves a draft to in progress. */
export function begunBy(
  { status, transitions }: StoredAssessment,
  by: string,
  at: string,
): Partial<Pick<StoredAssessment, 'status' | 'transitions'>> {
  if (status !== 'draft') return {};
  const to = 'in_progress';
  return { status: to, transitions: [...transitions, { to, by, at, reason: null }] };
}

/** Assessments from creation to completion, reopening and the next period. */
export class AssessmentsService {
  constructor(private readonly deps: AssessmentsDeps) {}

  async questionnaires(actor: Actor): Promise<QuestionnaireSummary[]> {
    const { questionnaires, catalogues } = this.deps;
    return questionnaires.list(await catalogues.of(actor), await catalogues.all(actor));
  }

  async settings(scope: TeamScope): Promise<AssessmentSettings> {
    const stored = await this.deps.assessments.settingsOf(scope);
    return stored ?? DEFAULT_SETTINGS;
  }

  async changeSettings(actor: Actor, settings: AssessmentSettings): Promise<AssessmentSettings> {
    await this.deps.assessments.putSettings(actor, settings);
    await this.deps.platform.audit.record(
      actor,
      'assessment.settings_changed',
      actor.teamId,
      settings,
    );
    return settings;
  }

  async list(
    actor: Actor,
    { status, limit, cursor }: { status?: AssessmentStatus; limit: number; cursor?: string },
  ): Promise<Page<AssessmentSummary>> {
    const { assessments, reader } = this.deps;
    const page = await assessments.page(actor, status, limit, cursor);
    const items: AssessmentSummary[] = [];
    for (const each of page.items) items.push(reader.summary(await reader.current(actor, each)));
    return { items, nextCursor: page.nextCursor };
  }

  async get(actor: Actor, assessmentId: string): Promise<AssessmentDetail> {
    const { reader } = this.deps;
    return reader.detail(await reader.load(actor, assessmentId));
  }

  async create(actor: Actor, { questionnaireId, level, ...given }: New): Promise<AssessmentDetail> {
    const { assessments, reader } = this.deps;
    const { audit } = this.deps.platform;
    const form = await this.#form(actor, questionnaireId, level ?? null);
    if (given.dueAt) this.#requireFuture(given.dueAt);
    const assessment = this.#begun(actor, form, given);
    await assessments.add(assessment, form);
    const { name } = assessment;
    await audit.record(actor, 'assessment.created', assessment.id, { name, questionnaireId });
    return reader.detail({ assessment, form, answers: new Map() });
  }

  async change(actor: Actor, assessmentId: string, change: Change): Promise<AssessmentDetail> {
    const { reader, assessments } = this.deps;
    const { audit } = this.deps.platform;
    await reader.loadOpen(actor, assessmentId);
    if (change.dueAt) this.#requireFuture(change.dueAt);
    const set = { ...change, updatedAt: this.#now() };
    if (!(await assessments.update(actor, assessmentId, set, OPEN))) throw lost();
    await audit.record(actor, 'assessment.changed', assessmentId, { ...change });
    return this.get(actor, assessmentId);
  }

  complete(actor: Actor, assessmentId: string, note?: string): Promise<AssessmentDetail> {
    return this.#move(actor, assessmentId, 'completed', note ?? null);
  }

  reopen(actor: Actor, assessmentId: string, reason: string): Promise<AssessmentDetail> {
    return this.#move(actor, assessmentId, 'reopened', reason);
  }

  /**
   * The next period: the current version of the questionnaire, with people's answers that are still valid. A “not
   * applicable” that only one person gave is not copied but suggested, to be answered again.
   */
  async clone(
    actor: Actor,
    assessmentId: string,
    { name, dueAt }: { name: string; dueAt?: string },
  ): Promise<AssessmentDetail> {
    const { reader, assessments, answers } = this.deps;
    const { audit, events } = this.deps.platform;
    const before = await reader.load(actor, assessmentId);
    if (dueAt) this.#requireFuture(dueAt);
    const { questionnaireId, level, assignee } = before.assessment;
    const form = await this.#form(actor, questionnaireId, level);
    const assessment = this.#begun(actor, form, { name, dueAt, assignee: assignee ?? undefined });
    assessment.previousId = before.assessment.id;
    const now = this.#now();
    const taken = form.questions.flatMap((question) => {
      const answer = answerTo(question, before.answers);
      if (!answer || answer.auto || !isValid(answer, now) || isUnapproved(answer)) return [];
      const id = answerId(assessment.id, question.id);
      const { id: questionId, requirementId } = question;
      const subject = { ...answer.subject, ...(requirementId ? { requirementId } : {}) };
      return [{ ...answer, id, questionId, subject, assessmentId: assessment.id, history: [] }];
    });
    if (taken.length > 0) assessment.status = 'in_progress';
    const answersById = new Map(taken.map((answer) => [answer.questionId, answer]));
    const { total, until } = scoresOf(form, answersById, now);
    await assessments.add({ ...assessment, score: total, scoreUntil: until }, form);
    await answers.put(actor, taken);
    const details = { name, from: before.assessment.id, answers: taken.length };
    await audit.record(actor, 'assessment.cloned', assessment.id, details);
    await events.emit(answersCompared, { teamId: actor.teamId });
    return this.get(actor, assessment.id);
  }

  async #form(actor: Actor, questionnaireId: string, level: number | null): Promise<Form> {
    const { questionnaires, catalogues } = this.deps;
    const [inUse, all] = await Promise.all([catalogues.of(actor), catalogues.all(actor)]);
    return questionnaires.form(inUse, questionnaireId, level, all);
  }

  async #move(
    actor: Actor,
    assessmentId: string,
    to: 'completed' | 'reopened',
    reason: string | null,
  ): Promise<AssessmentDetail> {
    const { reader } = this.deps;
    const { audit, leases } = this.deps.platform;
    const from: readonly AssessmentStatus[] = to === 'completed' ? OPEN : ['completed'];
    return leases.hold(leaseOf(assessmentId), async () => {
      const loaded = await reader.load(actor, assessmentId);
      const { assessment, answers } = loaded;
      if (!from.includes(assessment.status)) {
        throw new ConflictError(
          to === 'completed' ? 'the assessment is completed already' : 'the assessment is open',
        );
      }
      if (to === 'completed' && ![...answers.values()].some(({ value }) => value)) {
        throw new ConflictError(
          'no question is answered yet, so the assessment cannot be completed',
        );
      }
      const at = this.#now();
      const transitions = [...assessment.transitions, { to, by: actor.name, at, reason }].slice(
        -200,
      );
      const completedAt = to === 'completed' ? at : assessment.completedAt;
      const set = { status: to, transitions, updatedAt: at, completedAt };
      const moved = await reader.rescore(actor, loaded, set, from);
      if (!moved) throw lost();
      await audit.record(actor, `assessment.${to}`, assessmentId, { reason });
      return reader.detail({ ...loaded, assessment: moved } satisfies Loaded);
    });
  }

  #begun(
    actor: Actor,
    form: Form,
    { name, dueAt, assignee }: { name: string; dueAt?: string; assignee?: string },
  ): StoredAssessment {
    const at = this.#now();
    const { questionnaire, level } = form;
    return {
      id: this.deps.platform.newId('assessment'),
      teamId: actor.teamId,
      name,
      questionnaireId: questionnaire.id,
      questionnaireName: `${questionnaire.name} ${questionnaire.version}`,
      ...(questionnaire.attribution ? { attribution: questionnaire.attribution } : {}),
      level,
      status: 'draft',
      assignee: assignee ?? null,
      dueAt: dueAt ?? null,
      createdAt: at,
      createdBy: actor.name,
      updatedAt: at,
      completedAt: null,
      previousId: null,
      transitions: [],
      score: scoresOf(form, new Map(), at).total,
      scoreUntil: null,
    };
  }

  #requireFuture(dueAt: string): void {
    if (Date.parse(dueAt) > this.deps.platform.clock.now().getTime()) return;
    const message = 'must be in the future';
    const errors = [{ path: 'body.dueAt', message }];
    throw new InvalidInputError(`body.dueAt: ${message}`, { errors });
  }

  #now(): string {
    return this.deps.platform.clock.now().toISOString();
  }
}

function lost(): ConflictError {
  return new ConflictError('the assessment was changed by someone else; reload it');
}
