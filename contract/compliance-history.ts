import { z } from 'zod';
import { Assurance, ControlStatus, PassingShare } from './control.js';
import { endpoint } from './endpoint.js';
import { Posture, RequirementCounts } from './framework.js';
import { PageQuery, pageOf } from './page.js';

const module = 'compliance' as const;
const read = 'compliance:read' as const;

export const ChangeCause = z.enum(['definition', 'evidence', 'decision', 'expiry']);
export type ChangeCause = z.infer<typeof ChangeCause>;

export const ScorePoint = z.object({
  frameworkId: z.string(),
  at: z.string(),
  score: z.number().nullable(),
  coverage: z.number().nullable(),
  ceiling: z.number().nullable(),
  passing: PassingShare.describe('null too where it was not recorded yet'),
  requirements: RequirementCounts,
  /** The rules and library it was computed with; never recomputed with others. */
  ruleVersion: z.string(),
});
export type ScorePoint = z.infer<typeof ScorePoint>;

const Instant = z.iso.datetime();
export const getScoreHistory = endpoint({
  method: 'GET',
  path: '/api/compliance-engine/history',
  module,
  access: read,
  summary: 'Score history: sampled evenly, or at each change',
  query: z.object({
    framework: z.string().min(1).max(200).optional().describe('default: every active one'),
    from: Instant.optional().describe('default: 90 days before `to`'),
    to: Instant.optional().describe('default: now'),
    points: z.coerce
      .number()
      .int()
      .min(2)
      .max(200)
      .optional()
      .describe('number of evenly spaced samples; default: the newest 1,000 changes per framework'),
  }),
  result: z.object({ items: z.array(ScorePoint).describe('by framework, oldest first') }),
});

export const PastPosture = z.object({
  at: z.string(),
  frameworks: z.array(
    ScorePoint.extend({
      /** Its current name; its id when it was removed. */
      name: z.string(),
      version: z.string(),
      band: Posture.shape.band,
      since: z.string(),
    }).omit({ at: true }),
  ),
  controls: z.record(ControlStatus, z.number()),
});
export type PastPosture = z.infer<typeof PastPosture>;

export const getPostureAt = endpoint({
  method: 'GET',
  path: '/api/compliance-engine/history/posture',
  module,
  access: read,
  summary: 'The posture at a past time, as judged then',
  query: z.object({ at: Instant.optional().describe('default: now') }),
  result: PastPosture,
});

export const ControlStateChange = z.object({
  controlId: z.string(),
  /** Empty: all accounts; otherwise the accounts in a framework’s scope. */
  scopeId: z.string(),
  at: z.string(),
  /** Null for the current state. */
  until: z.string().nullable(),
  status: ControlStatus,
  assurance: Assurance,
  openFindings: z.number(),
  contradicted: z.boolean(),
  reason: z.string(),
  cause: ChangeCause,
  ruleVersion: z.string(),
});
export type ControlStateChange = z.infer<typeof ControlStateChange>;

export const listControlHistory = endpoint({
  method: 'GET',
  path: '/api/common-controls/:controlId/history',
  module,
  access: read,
  summary: 'State history of a control, newest first, with the causes',
  params: z.object({ controlId: z.string().max(100) }),
  query: PageQuery,
  result: pageOf(ControlStateChange),
});

export const DefinitionChange = z.object({
  id: z.string(),
  at: z.string(),
  from: z.string(),
  to: z.string(),
  controls: z.array(z.object({ controlId: z.string(), from: ControlStatus, to: ControlStatus })),
  controlsTotal: z.number(),
  frameworks: z.array(
    z.object({
      frameworkId: z.string(),
      from: z.number().nullable(),
      to: z.number().nullable(),
    }),
  ),
});
export type DefinitionChange = z.infer<typeof DefinitionChange>;

export const listDefinitionChanges = endpoint({
  method: 'GET',
  path: '/api/compliance-engine/history/definitions',
  module,
  access: read,
  summary: 'Updates to rules, library or mapping, and the statuses they changed',
  query: PageQuery,
  result: pageOf(DefinitionChange),
});
