import { z } from 'zod';
import { ControlStatus, PassingShare, Relation, RequirementStatus } from './control.js';

export const RequirementCounts = z.object({
  total: z.number(),
  satisfied: z.number(),
  partial: z.number(),
  failing: z.number(),
  notAssessed: z.number(),
  notApplicable: z.number(),
});
export type RequirementCounts = z.infer<typeof RequirementCounts>;

/** The publication that defines the ids, its ISO date (or month), and its number of requirements. */
export const FrameworkSource = z.object({
  publication: z.string(),
  published: z.string(),
  count: z.number(),
  ids: z.string().optional().describe('what the list of requirement ids was compared with'),
  checked: z.string().optional().describe('month of the last comparison'),
});
export type FrameworkSource = z.infer<typeof FrameworkSource>;

/** Percentages 0–100 with one decimal. Unknown counts 0 in `score` and 1 in `ceiling`; null when every requirement is not applicable. */
export const Posture = z.object({
  score: z.number().nullable(),
  coverage: z.number().nullable(),
  ceiling: z.number().nullable(),
  band: z
    .enum(['green', 'amber', 'red', 'none'])
    .describe('≥ 70, 40–69, < 40 of the score; none: nothing was evaluated'),
  requirements: RequirementCounts,
});
export type Posture = z.infer<typeof Posture>;

export const NewerEdition = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  carriedOver: z.number().describe('requirements of the superseded edition that it has too'),
  requirements: z.number().describe('requirements of the superseded edition'),
});
export type NewerEdition = z.infer<typeof NewerEdition>;

export const FrameworkSummary = Posture.extend({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  publisher: z.string(),
  about: z.string(),
  passing: PassingShare.optional(),
  /** What expired evidence took from the score, in percentage points; absent without any. */
  expired: z
    .object({ controls: z.number(), requirements: z.number(), points: z.number() })
    .optional(),
  evaluatedAt: z.string().nullable(),
  supersededBy: NewerEdition.optional(),
  /** Show it with the framework when its control mappings and titles are not ours. */
  attribution: z.string().optional(),
});
export type FrameworkSummary = z.infer<typeof FrameworkSummary>;

const Attested = z.object({
  statement: z.string(),
  actor: z.string(),
  at: z.string(),
  expiresAt: z.string(),
  /** The numbers that it states, by parameter. */
  values: z.record(z.string(), z.number()).optional(),
});

/** A number that a requirement asks for. It is met only by a check or a person that states one. */
export const AskedNumber = z.object({
  parameter: z.string(),
  title: z.string(),
  unit: z.string(),
  min: z.number().optional(),
  max: z.number().optional(),
  status: ControlStatus,
  /** What a check or a person states; null without any. */
  stated: z.number().nullable(),
  why: z.string(),
});
export type AskedNumber = z.infer<typeof AskedNumber>;

export const RequirementState = z.object({
  id: z.string(),
  title: z.string(),
  section: z.string(),
  status: RequirementStatus,
  /** False: it binds authorities, or only permits something; it is listed, and in no figure. */
  counted: z.literal(false).optional(),
  movesTo: z.array(z.string()).optional().describe('ids in the edition that supersedes it'),
  /** 0 … 1, unknown counts as 0. */
  value: z.number(),
  coverage: z.number(),
  passing: PassingShare.optional(),
  expiredPoints: z
    .number()
    .optional()
    .describe('what expired evidence took from the framework’s score by it; absent without any'),
  weight: z.number(),
  /** A person must attest the part that the controls do not cover. */
  attestationNeeded: z.boolean(),
  attestation: Attested.nullable(),
  outdatedAttestation: Attested.nullable().describe(
    'does not count because the requirement’s text or controls changed since or were not recorded; attest again',
  ),
  /** A person's answer to the whole requirement in an assessment; absent without one. */
  answer: z
    .object({
      value: z.enum(['yes', 'partially', 'no']),
      statement: z.string(),
      actor: z.string(),
      at: z.string(),
      expiresAt: z.string(),
      unsupported: z.boolean().describe('without explanation and evidence: partial at most'),
    })
    .optional(),
  numbers: z.array(AskedNumber).optional().describe('absent when it asks for none'),
  controls: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      relation: Relation,
      status: ControlStatus,
      implementedUntil: z
        .string()
        .optional()
        .describe('the last day on which it was implemented; its evidence has expired since'),
      countsAs: ControlStatus.optional().describe('for this requirement, because of an answer'),
      because: z.string().optional(),
    }),
  ),
});
export type RequirementState = z.infer<typeof RequirementState>;
