import type { HttpApi } from '../../platform/http/http-api.js';
import type { Platform } from '../../platform/platform.js';
import type { JobQueue } from '../../platform/queue/job-queue.js';
import { type Compliance, engineRan } from '../compliance/index.js';
import { AnswerEffects } from './answers/answer-effects.service.js';
import { AnswersRepository } from './answers/answers.repository.js';
import { AnswersService } from './answers/answers.service.js';
import { ConflictsService } from './answers/conflicts.service.js';
import { AssessmentReader } from './assessments/assessment-reader.js';
import { AssessmentsRepository } from './assessments/assessments.repository.js';
import { AssessmentsService } from './assessments/assessments.service.js';
import { DeletionsService } from './assessments/deletions.service.js';
import { addAssessmentRoutes } from './assessments.routes.js';
import { requestAutofill, requestAutofillOf, workAutofill } from './autofill/autofill.jobs.js';
import { AutofillService } from './autofill/autofill.service.js';
import { ExportsService } from './exports/exports.service.js';
import { StatementsService } from './mapping/statements.service.js';
import { Questionnaires } from './questionnaires/questionnaires.js';

export type { ControlConflict } from './answers/conflicts.service.js';
export { answersCompared } from './assessments.events.js';

export interface AssessmentsParts {
  queue: JobQueue;
  /** Whether this process runs jobs. */
  work: boolean;
}

/** Questionnaires, people's answers, and answers derived from scans, decisions and other assessments. */
export function createAssessments(
  platform: Platform,
  compliance: Pick<
    Compliance,
    | 'attestations'
    | 'catalogues'
    | 'controls'
    | 'decisions'
    | 'posture'
    | 'reversals'
    | 'settings'
    | 'states'
  >,
  { queue, work }: AssessmentsParts,
) {
  const { config, repositories, audit, events, clock, log, teams } = platform;
  const { catalogues, settings } = compliance;
  const repository = repositories.create(AssessmentsRepository);
  const given = repositories.create(AnswersRepository);
  const questionnaires = new Questionnaires();
  const reader = new AssessmentReader({
    assessments: repository,
    answers: given,
    catalogues,
    clock,
  });
  const statements = new StatementsService({
    compliance,
    assessments: repository,
    answers: given,
    clock,
  });
  const conflicts = new ConflictsService({ statements });
  const effects = new AnswerEffects({
    compliance,
    answers: given,
    assessments: repository,
    clock,
    log,
  });
  const assessments = new AssessmentsService({
    assessments: repository,
    answers: given,
    ...{ reader, questionnaires, catalogues, platform },
  });
  const deletions = new DeletionsService({
    assessments: repository,
    answers: given,
    keptDays: config.retentionDays.deleted_assessments,
    ...{ reader, effects, platform },
  });
  const mapping = { statements, catalogues, settings };
  const shared = { answers: given, reader, assessments, mapping, platform };
  const answers = new AnswersService({ ...shared, effects });
  const autofill = new AutofillService({ ...shared, repository });
  const exports = new ExportsService({
    ...{ assessments, answers, audit, teams },
    posture: compliance.posture,
  });
  // The engine runs after people's decisions too, so answers reach other assessments this way.
  events.after(engineRan, ({ teamId }) => requestAutofill(queue, repository, { teamId }));
  return {
    questionnaires,
    assessments,
    deletions,
    answers,
    autofill,
    conflicts,
    exports,
    addRoutes: (http: HttpApi) =>
      addAssessmentRoutes(http, { assessments, deletions, answers, autofill, exports }),
    start: async () => {
      if (work) workAutofill(queue, autofill);
    },
    /** The previous process may have died between an engine run and its request. */
    catchUp: async () => {
      if (work) await requestAutofillOf(queue, await repository.teamsWithOpen());
    },
  };
}
export type Assessments = ReturnType<typeof createAssessments>;
