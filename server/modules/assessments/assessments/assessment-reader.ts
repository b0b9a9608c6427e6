import type {
  AssessmentDetail,
  AssessmentStatus,
  AssessmentSummary,
} from '../../../../contract/assessments.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import type { Compliance } from '../../compliance/index.js';
import type { StoredAnswer } from '../answers/answer.js';
import type { AnswersRepository } from '../answers/answers.repository.js';
import type { Form } from '../questionnaires/form.rules.js';
import { formAttributions } from '../questionnaires/form-attributions.js';
import {
  type AssessmentsRepository,
  OPEN,
  type StoredAssessment,
} from './assessments.repository.js';
import { highestMaturity, scoresOf } from './score.rules.js';

/** An assessment with its questions and answers. */
export interface Loaded {
  assessment: StoredAssessment;
  form: Form;
  /** By question; withdrawn ones have no value. */
  answers: Map<string, StoredAnswer>;
}

/** Reads whole assessments, and keeps their stored scores up to date. */
export class AssessmentReader {
  constructor(
    private readonly deps: {
      assessments: AssessmentsRepository;
      answers: AnswersRepository;
      catalogues: Compliance['catalogues'];
      clock: Clock;
    },
  ) {}

  async load(scope: TeamScope, assessmentId: string): Promise<Loaded> {
    const { assessments, answers } = this.deps;
    const assessment = await assessments.get(scope, assessmentId);
    const form = assessment && (await assessments.formOf(scope, assessmentId));
    if (!assessment || !form) throw new NotFoundError('no such assessment');
    return { assessment, form, answers: await answers.ofAssessment(scope, assessmentId) };
  }

  /** The same for writing; throws ConflictError when it is completed. */
  async loadOpen(scope: TeamScope, assessmentId: string): Promise<Loaded> {
    const loaded = await this.load(scope, assessmentId);
    if (!OPEN.includes(loaded.assessment.status)) {
      throw new ConflictError('the assessment is completed; reopen it to change its answers');
    }
    return loaded;
  }

  async detail({ assessment, form, answers }: Loaded): Promise<AssessmentDetail> {
    const catalogue = await this.deps.catalogues.of(assessment);
    const now = this.#momentOf(assessment);
    const { total, categories, groups, levels } = scoresOf(form, answers, now);
    const { asks, framework } = form.questionnaire;
    return {
      ...this.summary({ ...assessment, score: total }),
      ...{ asks, framework, categories },
      ...(groups.length > 0 ? { groups } : {}),
      ...(levels.length > 0 ? { levels } : {}),
      maturityOf: highestMaturity(form),
      previousId: assessment.previousId,
      transitions: assessment.transitions,
      attributions: formAttributions(form, catalogue),
    };
  }

  summary(stored: StoredAssessment): AssessmentSummary {
    const { teamId: _, scoreUntil: __, previousId: ___, transitions: ____, ...rest } = stored;
    const { deletedAt: _____, deletedBy: ______, ...shown } = rest;
    const now = this.deps.clock.now().toISOString();
    const overdue = stored.status !== 'completed' && stored.dueAt !== null && stored.dueAt <= now;
    return { ...shown, overdue };
  }

  /** Recomputes the score where an answer has expired since it was stored. */
  async current(scope: TeamScope, stored: StoredAssessment): Promise<StoredAssessment> {
    const now = this.#momentOf(stored);
    if (stored.scoreUntil === null || stored.scoreUntil > now) return stored;
    return (await this.rescore(scope, await this.load(scope, stored.id))) ?? stored;
  }

  /** Stores score and state, if it is still in one of these states. */
  rescore(
    scope: TeamScope,
    { assessment, form, answers }: Loaded,
    set: Partial<StoredAssessment> = {},
    statuses?: readonly AssessmentStatus[],
  ): Promise<StoredAssessment | null> {
    const { total, until } = scoresOf(form, answers, this.#momentOf({ ...assessment, ...set }));
    const changes = { ...set, score: total, scoreUntil: until };
    return this.deps.assessments.update(scope, assessment.id, changes, statuses);
  }

  /** A completed assessment is scored as of its completion. */
  #momentOf({ status, completedAt }: StoredAssessment): string {
    const now = this.deps.clock.now().toISOString();
    return status === 'completed' && completedAt ? completedAt : now;
  }
}
