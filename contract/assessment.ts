import { z } from 'zod';
import { Attributions, Relation } from './control.js';

export const ANSWER_VALUES = ['yes', 'partially', 'no', 'not_applicable'] as const;
export const AnswerValue = z.enum(ANSWER_VALUES);
export type AnswerValue = z.infer<typeof AnswerValue>;

export const ASSESSMENT_STATUSES = ['draft', 'in_progress', 'completed', 'reopened'] as const;
export const AssessmentStatus = z.enum(ASSESSMENT_STATUSES);
export type AssessmentStatus = z.infer<typeof AssessmentStatus>;

export const QuestionnaireSummary = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  publisher: z.string(),
  about: z.string(),
  /** `controls`: a question per control; `requirements`: one per requirement; `items`: its own questions. */
  asks: z.enum(['controls', 'requirements', 'items']),
  framework: z.string().nullable(),
  scoring: z.enum(['share', 'samm']),
  /** Number of levels to choose from; null without levels. */
  levels: z.number().nullable(),
  source: z
    .object({ publication: z.string(), published: z.string(), count: z.number() })
    .nullable(),
  /** Show it with the questionnaire when the framework's texts are not ours. */
  attribution: z.string().optional(),
});
export type QuestionnaireSummary = z.infer<typeof QuestionnaireSummary>;

/** Supports an answer: a URL, or the id of an item in the evidence hub. */
export const AnswerEvidence = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('url'),
    url: z.url({ protocol: /^https?$/, error: 'give an http or https address' }).max(2_000),
    label: z.string().trim().max(200).default(''),
  }),
  z.object({
    kind: z.literal('evidence'),
    evidenceId: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'give the id of a piece of evidence'),
    label: z.string().trim().max(200).default(''),
  }),
]);
export type AnswerEvidence = z.infer<typeof AnswerEvidence>;

/** One control on the path from known facts to an answer. */
export const AnswerStep = z.object({
  controlId: z.string(),
  /** How the question relates to the control; with `equal` and `subset` the control covers it. */
  relation: Relation,
  from: z.enum(['scan', 'decision', 'answer']),
  /** The known fact as text: a status and its reason, or an answer and who gave it. */
  what: z.string(),
  assessmentId: z.string().nullable(),
  value: AnswerValue,
  /** True when the relations imply the answer; otherwise only a hint. */
  proves: z.boolean(),
  confidence: z.number().min(0).max(1),
});
export type AnswerStep = z.infer<typeof AnswerStep>;

/** `person`: explained, or with evidence; `none`: neither; `facts`: filled in from scans and decisions; `other_answer`: filled in from an answer to another question. */
export const AnswerSupport = z.enum(['person', 'none', 'facts', 'other_answer']);
export type AnswerSupport = z.infer<typeof AnswerSupport>;

export const Answer = z.object({
  value: AnswerValue,
  explanation: z.string(),
  evidence: z.array(AnswerEvidence),
  owner: z.string().nullable(),
  /** The numbers that it states, by parameter. */
  values: z.record(z.string(), z.number()).optional(),
  /** Of a question with steps: 0–3. */
  step: z.number().optional(),
  support: AnswerSupport.describe(
    'a yes with `none`, or with `other_answer` until a person confirms it, counts as partial',
  ),
  /** Filled in automatically, not by a person; autofill may replace it. */
  auto: z.boolean(),
  /** 1 for a person's answer. */
  confidence: z.number(),
  path: z.array(AnswerStep),
  by: z.string(),
  at: z.string(),
  expiresAt: z.string(),
  /** Past its expiry: counts as unanswered. */
  expired: z.boolean(),
  /** Earlier answers, newest first, at most 50. */
  history: z.array(
    z.object({
      value: AnswerValue.nullable(),
      explanation: z.string(),
      auto: z.boolean(),
      by: z.string(),
      at: z.string(),
    }),
  ),
});
export type Answer = z.infer<typeof Answer>;

export const AnswerConflict = z.object({
  kind: z.enum(['answers', 'scan']),
  controlId: z.string(),
  /** One sentence: the two sides of the conflict. */
  text: z.string(),
});
export type AnswerConflict = z.infer<typeof AnswerConflict>;

export const AssessmentQuestion = z.object({
  id: z.string(),
  category: z.string(),
  title: z.string(),
  help: z.string().nullable(),
  level: z.number().nullable(),
  weight: z.number(),
  kind: z.enum(['control', 'requirement', 'item']),
  /** The four steps of a maturity question, worth 0, 0.25, 0.5 and 1; absent without steps. */
  steps: z.array(z.string()).optional(),
  /** All of these must hold for a step above the first. */
  criteria: z.array(z.string()).optional(),
  /** The numbers that it asks for; absent without any. */
  numbers: z
    .array(
      z.object({
        parameter: z.string(),
        title: z.string(),
        unit: z.string(),
        min: z.number().optional(),
        max: z.number().optional(),
      }),
    )
    .optional(),
  /** The controls it asks about. */
  controls: z.array(z.object({ id: z.string(), title: z.string(), relation: Relation })),
  /** A yes to this control is also evidence for these requirements; to anything else, in part at most. At most 60. */
  alsoAnswers: z.array(
    z.object({
      framework: z.string(),
      frameworkName: z.string(),
      requirement: z.string(),
      relation: Relation,
    }),
  ),
  answer: Answer.nullable(),
  conflicts: z.array(AnswerConflict),
});
export type AssessmentQuestion = z.infer<typeof AssessmentQuestion>;

/** Percentages 0–100 with one decimal; unanswered counts 0 in `floor`, 1 in `ceiling`. Null: no question applies. */
export const AssessmentScore = z.object({
  floor: z.number().nullable(),
  ceiling: z.number().nullable(),
  coverage: z.number().nullable(),
  questions: z.number(),
  answered: z.number(),
  auto: z.number(),
  expired: z.number(),
  expiredPoints: z
    .number()
    .optional()
    .describe('what the expired answers took from the floor; absent without any'),
  /** 0–3 for SAMM, 0–5 otherwise. */
  maturity: z.number().nullable(),
});
export type AssessmentScore = z.infer<typeof AssessmentScore>;

export const AssessmentSummary = z.object({
  id: z.string(),
  name: z.string(),
  questionnaireId: z.string(),
  questionnaireName: z.string(),
  level: z.number().nullable(),
  status: AssessmentStatus,
  assignee: z.string().nullable(),
  dueAt: z.string().nullable(),
  overdue: z.boolean(),
  createdAt: z.string(),
  createdBy: z.string(),
  updatedAt: z.string(),
  completedAt: z.string().nullable(),
  score: AssessmentScore,
  /** Set on a deleted assessment. */
  deleted: z.object({ at: z.string(), by: z.string(), restorableUntil: z.string() }).optional(),
  /** Show it with the questionnaire's name when its texts are not ours. */
  attribution: z.string().optional(),
});
export type AssessmentSummary = z.infer<typeof AssessmentSummary>;

export const AssessmentDetail = AssessmentSummary.extend({
  asks: QuestionnaireSummary.shape.asks,
  framework: z.string().nullable(),
  maturityOf: z.number().describe('highest maturity on its scale'),
  /** The assessment of the previous period. */
  previousId: z.string().nullable(),
  categories: z.array(z.object({ id: z.string(), title: z.string(), score: AssessmentScore })),
  /** Business functions over the categories; absent without any. */
  groups: z
    .array(z.object({ id: z.string(), title: z.string(), score: AssessmentScore }))
    .optional(),
  /** The score of each level with those below it, of a questionnaire with levels. */
  levels: z.array(z.object({ level: z.number(), score: AssessmentScore })).optional(),
  transitions: z.array(
    z.object({
      to: AssessmentStatus,
      by: z.string(),
      at: z.string(),
      reason: z.string().nullable(),
    }),
  ),
  /** Attributions for the texts of its questions, controls and frameworks. */
  attributions: Attributions,
});
export type AssessmentDetail = z.infer<typeof AssessmentDetail>;

export const AutofillProposal = z.object({
  questionId: z.string(),
  title: z.string(),
  category: z.string(),
  /** `set`: implied, so filled in; `clear`: no longer implied, so removed; `suggest`: a person should decide; `conflict`: the known facts disagree; `kept`: a person's answer stays although another is implied. */
  action: z.enum(['set', 'clear', 'suggest', 'conflict', 'kept']),
  value: AnswerValue.nullable(),
  current: AnswerValue.nullable(),
  confidence: z.number(),
  /** Share of the question's controls, by weight, known to be met. */
  share: z.number(),
  why: z.string(),
  path: z.array(AnswerStep),
});
export type AutofillProposal = z.infer<typeof AutofillProposal>;
