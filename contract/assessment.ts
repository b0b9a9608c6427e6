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
  /** How many levels to choose from; null where there are none. */
  levels: z.number().nullable(),
  source: z
    .object({ publication: z.string(), published: z.string(), count: z.number() })
    .nullable(),
  /** To be shown with it, when the texts of its framework are not ours. */
  attribution: z.string().optional(),
});
export type QuestionnaireSummary = z.infer<typeof QuestionnaireSummary>;

/** What supports an answer: an address, or a piece of the evidence hub by its id. */
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

/** One control on the way from what is known to an answer. */
export const AnswerStep = z.object({
  controlId: z.string(),
  /** How the question relates to the control: `equal` and `subset`: the control covers it. */
  relation: Relation,
  from: z.enum(['scan', 'decision', 'answer']),
  /** What is known, in words: the status and its reason, or whose answer to what. */
  what: z.string(),
  assessmentId: z.string().nullable(),
  value: AnswerValue,
  /** It follows from the relations; otherwise it is a hint only. */
  proves: z.boolean(),
  confidence: z.number().min(0).max(1),
});
export type AnswerStep = z.infer<typeof AnswerStep>;

export const Answer = z.object({
  value: AnswerValue,
  explanation: z.string(),
  evidence: z.array(AnswerEvidence),
  owner: z.string().nullable(),
  /** Filled in from what is known, not given by a person. Replaceable. */
  auto: z.boolean(),
  /** 1 for a person's own answer. */
  confidence: z.number(),
  path: z.array(AnswerStep),
  by: z.string(),
  at: z.string(),
  expiresAt: z.string(),
  /** Its time is over: it counts as no answer. */
  expired: z.boolean(),
  /** What it was before, newest first, at most 50. */
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
  /** One sentence: what stands against what. */
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
  /** The controls it is about. */
  controls: z.array(z.object({ id: z.string(), title: z.string(), relation: Relation })),
  /** A yes to this control is also evidence for these requirements; at most 60. */
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

/** Percentages 0–100 with one decimal; unanswered counts 0 in `floor`, 1 in `ceiling`. Null: nothing applies. */
export const AssessmentScore = z.object({
  floor: z.number().nullable(),
  ceiling: z.number().nullable(),
  coverage: z.number().nullable(),
  questions: z.number(),
  answered: z.number(),
  auto: z.number(),
  expired: z.number(),
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
  /** Set of one that is deleted. */
  deleted: z.object({ at: z.string(), by: z.string(), restorableUntil: z.string() }).optional(),
  /** To be shown with the questionnaire's name, when its texts are not ours. */
  attribution: z.string().optional(),
});
export type AssessmentSummary = z.infer<typeof AssessmentSummary>;

export const AssessmentDetail = AssessmentSummary.extend({
  asks: QuestionnaireSummary.shape.asks,
  framework: z.string().nullable(),
  maturityOf: z.number().describe('the highest maturity of its scale'),
  /** The assessment that this is the next period of. */
  previousId: z.string().nullable(),
  categories: z.array(z.object({ id: z.string(), title: z.string(), score: AssessmentScore })),
  transitions: z.array(
    z.object({
      to: AssessmentStatus,
      by: z.string(),
      at: z.string(),
      reason: z.string().nullable(),
    }),
  ),
  /** Of what its questions say, and of the controls and frameworks named with them. */
  attributions: Attributions,
});
export type AssessmentDetail = z.infer<typeof AssessmentDetail>;

export const AutofillProposal = z.object({
  questionId: z.string(),
  title: z.string(),
  category: z.string(),
  /** `set`: it follows, and is filled in; `suggest`: a person should decide; `conflict`: what is known disagrees; `kept`: a person's own answer stands, though another would follow. */
  action: z.enum(['set', 'clear', 'suggest', 'conflict', 'kept']),
  value: AnswerValue.nullable(),
  current: AnswerValue.nullable(),
  confidence: z.number(),
  /** Share of the question's controls, by weight, that is known to be met. */
  share: z.number(),
  why: z.string(),
  path: z.array(AnswerStep),
});
export type AutofillProposal = z.infer<typeof AutofillProposal>;
