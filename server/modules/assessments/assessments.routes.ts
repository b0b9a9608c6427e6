import * as contract from '../../../contract/assessments.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import type { AnswersService } from './answers/answers.service.js';
import type { AssessmentsService } from './assessments/assessments.service.js';
import type { DeletionsService } from './assessments/deletions.service.js';
import type { AutofillService } from './autofill/autofill.service.js';
import type { ExportsService } from './exports/exports.service.js';

export interface AssessmentsServices {
  assessments: AssessmentsService;
  deletions: DeletionsService;
  answers: AnswersService;
  autofill: AutofillService;
  exports: ExportsService;
}

export function addAssessmentRoutes(http: HttpApi, services: AssessmentsServices): void {
  const { assessments, deletions, answers, autofill, exports } = services;
  http.add(contract.listQuestionnaires, async ({ actor }) => ({
    items: await assessments.questionnaires(actor),
  }));
  http.add(contract.getAssessmentSettings, ({ actor }) => assessments.settings(actor));
  http.add(contract.changeAssessmentSettings, ({ actor, body }) =>
    assessments.changeSettings(actor, body),
  );
  http.add(contract.listAssessments, ({ actor, query }) =>
    query.deleted ? deletions.list(actor, query) : assessments.list(actor, query),
  );
  http.add(contract.createAssessment, ({ actor, body }) => assessments.create(actor, body));
  http.add(contract.getAssessment, ({ actor, params }) =>
    assessments.get(actor, params.assessmentId),
  );
  http.add(contract.changeAssessment, ({ actor, params, body }) =>
    assessments.change(actor, params.assessmentId, body),
  );
  http.add(contract.getAssessmentDeletion, ({ actor, params }) =>
    deletions.deletion(actor, params.assessmentId),
  );
  http.add(contract.deleteAssessment, ({ actor, params }) =>
    deletions.delete(actor, params.assessmentId),
  );
  http.add(contract.restoreAssessment, ({ actor, params }) =>
    deletions.restore(actor, params.assessmentId),
  );
  http.add(contract.listQuestions, ({ actor, params, query }) =>
    answers.list(actor, params.assessmentId, query),
  );
  http.add(contract.answerQuestion, ({ actor, params, body }) =>
    answers.answer(actor, params.assessmentId, params.questionId, body),
  );
  http.add(contract.withdrawAnswer, ({ actor, params }) =>
    answers.withdraw(actor, params.assessmentId, params.questionId),
  );
  http.add(contract.previewAutofill, ({ actor, params }) =>
    autofill.preview(actor, params.assessmentId),
  );
  http.add(contract.autofillAssessment, ({ actor, params, body }) =>
    autofill.fill(actor, params.assessmentId, body.accept),
  );
  http.add(contract.completeAssessment, ({ actor, params, body }) =>
    assessments.complete(actor, params.assessmentId, body.note),
  );
  http.add(contract.reopenAssessment, ({ actor, params, body }) =>
    assessments.reopen(actor, params.assessmentId, body.reason),
  );
  http.add(contract.cloneAssessment, ({ actor, params, body }) =>
    assessments.clone(actor, params.assessmentId, body),
  );
  http.addDownload(contract.exportAssessment, ({ actor, params, query }) =>
    exports.export(actor, params.assessmentId, query.format),
  );
}
