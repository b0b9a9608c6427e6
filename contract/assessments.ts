import { z } from 'zod';
import {
  AnswerEvidence,
  AnswerValue,
  AssessmentDetail,
  AssessmentQuestion,
  AssessmentStatus,
  AssessmentSummary,
  AutofillProposal,
  QuestionnaireSummary,
} from './assessment.js';
import { endpoint } from './endpoint.js';
import { Flag, PageQuery, pageOf } from './page.js';

export * from './assessment.js';

const PREFIX = '/api/assessments';
const module = 'assessments';
const one = z.object({ assessmentId: z.string().max(100) });
const question = one.extend({ questionId: z.string().max(300) });
const name = z.string().trim().min(1).max(200);
const person = z.string().trim().min(1).max(200);

export const listQuestionnaires = endpoint({
  method: 'GET',
  path: `${PREFIX}/questionnaires`,
  module,
  access: 'assessments:read',
  summary: 'Available questionnaires: the shipped ones and one per framework of the team',
  result: z.object({ items: z.array(QuestionnaireSummary) }),
});

export const AssessmentSettings = z.object({
  /** Default validity of an answer. */
  validityDays: z.number().int().min(1).max(370),
});
export type AssessmentSettings = z.infer<typeof AssessmentSettings>;

export const getAssessmentSettings = endpoint({
  method: 'GET',
  path: `${PREFIX}/settings`,
  module,
  access: 'assessments:read',
  summary: 'Default validity of answers',
  result: AssessmentSettings,
});
export const changeAssessmentSettings = endpoint({
  method: 'PUT',
  path: `${PREFIX}/settings`,
  module,
  access: 'assessments:write',
  summary: 'Change the default validity of answers',
  body: AssessmentSettings,
  result: AssessmentSettings,
});

export const listAssessments = endpoint({
  method: 'GET',
  path: PREFIX,
  module,
  access: 'assessments:read',
  summary: 'Assessments of the team with progress and score, newest first; or the deleted ones',
  query: PageQuery.extend({
    status: AssessmentStatus.optional(),
    deleted: Flag.optional().describe('deleted assessments that can be restored, in any status'),
  }),
  result: pageOf(AssessmentSummary),
});

export const createAssessment = endpoint({
  method: 'POST',
  path: PREFIX,
  module,
  access: 'assessments:write',
  summary: 'Start an assessment with a questionnaire',
  body: z.object({
    questionnaireId: z.string().min(1).max(200),
    name,
    level: z.number().int().min(1).max(5).optional(),
    dueAt: z.iso.datetime().optional(),
    assignee: person.optional(),
  }),
  idempotent: { shownOnce: [] },
  result: AssessmentDetail,
  status: 201,
});

export const getAssessment = endpoint({
  method: 'GET',
  path: `${PREFIX}/:assessmentId`,
  module,
  access: 'assessments:read',
  summary: 'One assessment: progress, score per category, maturity and history',
  params: one,
  result: AssessmentDetail,
});
export const changeAssessment = endpoint({
  method: 'PATCH',
  path: `${PREFIX}/:assessmentId`,
  module,
  access: 'assessments:write',
  summary: 'Rename an assessment, or change its due date and assignee',
  params: one,
  body: z.object({
    name: name.optional(),
    dueAt: z.iso.datetime().nullable().optional(),
    assignee: person.nullable().optional(),
  }),
  result: AssessmentDetail,
});
const AssessmentEffects = z.object({
  decisions: z.number().describe('control decisions that are withdrawn or restored with it'),
  attestations: z
    .number()
    .describe('requirement attestations that are withdrawn or restored with it'),
});
const restorableUntil = z.string().describe('it can be restored until then');
export const getAssessmentDeletion = endpoint({
  method: 'GET',
  path: `${PREFIX}/:assessmentId/deletion`,
  module,
  access: 'assessments:read',
  summary: 'Preview what deleting an assessment would withdraw',
  params: one,
  result: AssessmentEffects.extend({ answers: z.number(), restorableUntil }),
});
export const deleteAssessment = endpoint({
  method: 'DELETE',
  path: `${PREFIX}/:assessmentId`,
  module,
  access: 'assessments:write',
  summary:
    'Delete an assessment that was never completed, with the decisions from its answers; it can be restored',
  description:
    'Decisions and attestations based on its answers are withdrawn at once; an older answer that one of them replaced counts again. The assessment is kept for the `deleted_assessments` days of RETENTION_DAYS.',
  params: one,
  result: AssessmentEffects.extend({ deleted: z.literal(true), restorableUntil }),
});
export const restoreAssessment = endpoint({
  method: 'POST',
  path: `${PREFIX}/:assessmentId/restore`,
  module,
  access: 'assessments:write',
  summary: 'Restore a deleted assessment and its decisions',
  description: 'Decisions made elsewhere in the meantime stay.',
  params: one,
  result: AssessmentDetail.extend(AssessmentEffects.shape),
});

export const listQuestions = endpoint({
  method: 'GET',
  path: `${PREFIX}/:assessmentId/questions`,
  module,
  access: 'assessments:read',
  summary: 'Questions with their answers, conflicts and the requirements each also answers',
  params: one,
  query: PageQuery.extend({
    category: z.string().max(200).optional(),
    show: z.enum(['unanswered', 'auto', 'conflicts', 'expired']).optional(),
    q: z.string().max(200).optional(),
  }),
  result: pageOf(AssessmentQuestion),
});

export const answerQuestion = endpoint({
  method: 'PUT',
  path: `${PREFIX}/:assessmentId/answers/:questionId`,
  module,
  access: 'assessments:write',
  summary: 'Answer a question; an answer about a control counts for all frameworks',
  description:
    'An answer about a control becomes the team’s decision on it unless an override is in force or the caller lacks compliance:write; an answer to a requirement counts for that requirement. A yes without explanation and evidence counts as partial.',
  params: question,
  body: z.object({
    value: AnswerValue,
    explanation: z.string().trim().max(4_000).default(''),
    evidence: z.array(AnswerEvidence).max(20).default([]),
    owner: person.nullable().default(null),
    step: z
      .number()
      .int()
      .min(0)
      .max(3)
      .optional()
      .describe('of a question with steps; it decides the value'),
    values: z
      .record(z.string().max(100), z.number().positive().max(1_000_000))
      .optional()
      .describe('the numbers that the question asks for: { "passwordMinLength": 14 }'),
    validityDays: z.number().int().min(1).max(370).optional(),
  }),
  result: AssessmentQuestion,
});
export const withdrawAnswer = endpoint({
  method: 'DELETE',
  path: `${PREFIX}/:assessmentId/answers/:questionId`,
  module,
  access: 'assessments:write',
  summary: 'Withdraw an answer and everything derived from it',
  params: question,
  result: AssessmentQuestion,
});

const Proposals = z.object({
  items: z.array(AutofillProposal),
  counts: z.object({
    set: z.number(),
    clear: z.number(),
    suggest: z.number(),
    conflict: z.number(),
    kept: z.number(),
  }),
});
export const previewAutofill = endpoint({
  method: 'GET',
  path: `${PREFIX}/:assessmentId/autofill`,
  module,
  access: 'assessments:read',
  summary: 'Preview the answers that scans, decisions and other assessments imply, with reasons',
  params: one,
  result: Proposals,
});
export const autofillAssessment = endpoint({
  method: 'POST',
  path: `${PREFIX}/:assessmentId/autofill`,
  module,
  access: 'assessments:write',
  summary: 'Fill in the implied answers; never overwrites a person’s answer',
  params: one,
  body: z.object({
    /** Questions whose suggestion is accepted too. */
    accept: z.array(z.string().max(300)).max(2_000).default([]),
  }),
  result: Proposals,
});

const transition = { method: 'POST', module, access: 'assessments:write', params: one } as const;
export const completeAssessment = endpoint({
  ...transition,
  path: `${PREFIX}/:assessmentId/complete`,
  summary: 'Complete an assessment and lock its answers',
  body: z.object({ note: z.string().trim().max(2_000).optional() }),
  result: AssessmentDetail,
});
export const reopenAssessment = endpoint({
  ...transition,
  path: `${PREFIX}/:assessmentId/reopen`,
  summary: 'Reopen a completed assessment, with a reason',
  body: z.object({ reason: z.string().trim().min(10).max(2_000) }),
  result: AssessmentDetail,
});
export const cloneAssessment = endpoint({
  ...transition,
  path: `${PREFIX}/:assessmentId/clone`,
  summary: 'Start the next period with the answers that are still valid',
  body: z.object({ name, dueAt: z.iso.datetime().optional() }),
  result: AssessmentDetail,
  status: 201,
});

export const exportAssessment = endpoint({
  method: 'GET',
  path: `${PREFIX}/:assessmentId/export`,
  module,
  access: 'assessments:read',
  summary: 'The assessment as a PDF document or an XLSX workbook',
  params: one,
  query: z.object({ format: z.enum(['pdf', 'xlsx']).default('pdf') }),
  result: z.string(),
  download: [
    'application/pdf',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ],
});
