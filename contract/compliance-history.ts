import { z } from 'zod';
import { Assurance, ControlStatus } from './control.js';
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
  requirements: RequirementCounts,
  /** Rules and library that made it: it is never computed again with others. */
  ruleVersion: z.string(),
});
export type ScorePoint = z.infer<typeof ScorePoint>;

const Instant = z.iso.datetime();
export const getScoreHistory = endpoint({
  method: 'GET',
  path: '/api/compliance-engine/history',
  module,
  access: read,
  summary: 'How scores went: the standing at evenly spaced moments, or at each change',
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
      .describe('so many evenly spaced moments; without it the newest 1,000 changes of each'),
  }),
  result: z.object({ items: z.array(ScorePoint).describe('by framework, oldest first') }),
});

export const PastPosture = z.object({
  at: z.string(),
  frameworks: z.array(
    ScorePoint.extend({
      /** As it is called now; its id when it is no longer there. */
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
  summary: 'The posture at a past moment, as it was judged then',
  query: z.object({ at: Instant.optional().describe('default: now') }),
  result: PastPosture,
});

export const ControlStateChange = z.object({
  controlId: z.string(),
  /** Empty: of all accounts; else of those of a framework’s scope. */
  scopeId: z.string(),
  at: z.string(),
  /** Null while it holds. */
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
  summary: 'How the state of a control went, newest first, with what changed it',
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
  summary: 'Updates of rules, library or mapping, and what they changed without the team’s doing',
  query: PageQuery,
  result: pageOf(DefinitionChange),
});
