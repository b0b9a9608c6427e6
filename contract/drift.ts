import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { listOf, PageQuery, pageOf } from './page.js';
import { Severity } from './severity.js';

export * from './drift-routing.js';
export * from './drift-snapshots.js';
export * from './drift-words.js';

import { DriftStatus, DriftType } from './drift-words.js';

/** The cause, as far as it is known. */
export const DriftCause = z.object({
  kind: z.enum(['check', 'evidence', 'coverage', 'decision', 'attestation', 'definition', 'score']),
  /** One sentence for display. */
  text: z.string(),
  /** Checks whose results made the difference, at most 20. */
  checks: z.array(z.object({ tool: z.string(), checkId: z.string() })),
  /** Accounts that no longer have evidence, at most 20. */
  accounts: z.array(z.string()),
  /** The evidence or finding to look at, when the subject is not a control. */
  about: z
    .object({ kind: z.enum(['evidence', 'finding']), id: z.string(), title: z.string() })
    .optional(),
});
export type DriftCause = z.infer<typeof DriftCause>;

/** Why an episode was resolved: new evidence, a decision, or an update of library or rules. */
export const DriftResolution = z.object({
  kind: z.enum(['evidence', 'decision', 'definition', 'recorded']),
  text: z.string(),
});
export type DriftResolution = z.infer<typeof DriftResolution>;

/** One episode: it opens, may repeat while open, and is resolved by new evidence. */
export const DriftEvent = z.object({
  id: z.string(),
  type: DriftType,
  /** A control, `framework/requirement`, a framework, a domain, a version, settings, evidence or a finding. */
  subject: z.string(),
  title: z.string(),
  severity: Severity,
  status: DriftStatus,
  /** Control status, score or version before and after, as text. */
  from: z.string().nullable(),
  to: z.string().nullable(),
  cause: DriftCause,
  /** At most 50 of `controlsTotal`. */
  controls: z.array(z.string()),
  controlsTotal: z.number(),
  domains: z.array(z.string()),
  frameworks: z.array(z.string()),
  /** `framework/requirement`, at most 200 of `requirementsTotal`. */
  requirements: z.array(z.string()),
  requirementsTotal: z.number(),
  /** How often it was seen in this episode. */
  count: z.number(),
  firstSeenAt: z.string(),
  lastSeenAt: z.string(),
  resolvedAt: z.string().nullable(),
  resolution: DriftResolution.nullable(),
  acknowledged: z.object({ actor: z.string(), at: z.string() }).nullable(),
  assignee: z.string().nullable(),
  note: z.string().nullable(),
});
export type DriftEvent = z.infer<typeof DriftEvent>;

export const DriftFilter = z.object({
  type: listOf(DriftType),
  severity: listOf(Severity),
  status: DriftStatus.optional(),
  framework: z.string().max(100).optional(),
  control: z.string().max(100).optional(),
  domain: z.string().max(100).optional(),
  from: z.iso.datetime().optional().describe('last seen at or after'),
  to: z.iso.datetime().optional().describe('last seen at or before'),
});
export type DriftFilter = z.infer<typeof DriftFilter>;

const module = 'drift';

export const listDriftEvents = endpoint({
  method: 'GET',
  path: '/api/drift/events',
  module,
  access: 'drift:read',
  summary: 'Drift: what got worse, better or uncertain, last seen first',
  query: DriftFilter.extend(PageQuery.shape),
  result: pageOf(DriftEvent),
});

export const getDriftSummary = endpoint({
  method: 'GET',
  path: '/api/drift/summary',
  module,
  access: 'drift:read',
  summary: 'Open episodes by severity and type, and when drift was last detected',
  result: z.object({
    open: z.number(),
    bySeverity: z.record(Severity, z.number()),
    byType: z.record(DriftType, z.number()),
    /** The last comparison that found a difference; null before the first. */
    comparedAt: z.string().nullable(),
  }),
});

export const getDriftEvent = endpoint({
  method: 'GET',
  path: '/api/drift/events/:eventId',
  module,
  access: 'drift:read',
  summary: 'One drift episode with its cause',
  params: z.object({ eventId: z.string().max(100) }),
  result: DriftEvent,
});

export const changeDriftEvent = endpoint({
  method: 'PATCH',
  path: '/api/drift/events/:eventId',
  module,
  access: 'drift:write',
  summary: 'Acknowledge an episode, assign it, or add a note',
  description:
    'People cannot close an episode: only new evidence or a decision on the control resolves it.',
  params: z.object({ eventId: z.string().max(100) }),
  body: z
    .object({
      acknowledged: z.boolean().optional(),
      assignee: z.string().trim().min(1).max(200).nullable().optional(),
      note: z.string().trim().min(1).max(4_000).nullable().optional(),
    })
    .refine(
      (body) => Object.values(body).some((value) => value !== undefined),
      'give at least one change',
    ),
  result: DriftEvent,
});

/** A framework's target score is set with `chooseFramework`. */
export const DriftSettings = z.object({
  /** Days of notice before evidence or a decision expires. */
  expiringDays: z.number().int().min(1).max(90),
  /** Minimum hours between two notifications of the same episode to a channel. */
  repeatHours: z.number().min(0).max(168),
  /** When one run has more notifications than this, they are combined into one message. */
  digestAbove: z.number().int().min(1).max(50),
});
export type DriftSettings = z.infer<typeof DriftSettings>;

export const getDriftSettings = endpoint({
  method: 'GET',
  path: '/api/drift/settings',
  module,
  access: 'drift:read',
  summary: 'Expiry notice period and notification throttling',
  result: DriftSettings,
});

export const changeDriftSettings = endpoint({
  method: 'PATCH',
  path: '/api/drift/settings',
  module,
  access: 'drift:write',
  summary: 'Change the expiry notice period and notification throttling',
  body: DriftSettings.partial(),
  result: DriftSettings,
});
