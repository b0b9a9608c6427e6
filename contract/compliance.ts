import { z } from 'zod';
import {
  Attributions,
  ControlDetail,
  ControlStatus,
  ControlSummary,
  MatchReason,
} from './control.js';
import { endpoint } from './endpoint.js';
import { FrameworkSource, FrameworkSummary, RequirementState } from './framework.js';
import { Severity } from './severity.js';

export * from './account-regions.js';
export * from './compliance-engine.js';
export * from './compliance-fixes.js';
export * from './compliance-history.js';
export * from './control.js';
export * from './custom-controls.js';
export * from './framework.js';
export * from './framework-library.js';
export * from './regions.js';
export * from './requirement.js';

// ── controls ───────────────────────────────────────────────────────────────────────────────────

export const listControls = endpoint({
  method: 'GET',
  path: '/api/common-controls',
  module: 'compliance',
  access: 'compliance:read',
  summary: 'The control library with the team’s status for each control',
  query: z.object({
    domain: z.string().optional(),
    status: ControlStatus.optional(),
    q: z.string().max(200).optional(),
  }),
  tagged: true,
  result: z.object({
    items: z.array(ControlSummary),
    domains: z.array(z.object({ code: z.string(), name: z.string(), controls: z.number() })),
  }),
});

export const getControl = endpoint({
  method: 'GET',
  path: '/api/common-controls/:controlId',
  module: 'compliance',
  access: 'compliance:read',
  summary: 'One control: status, why, and the requirements it serves',
  params: z.object({ controlId: z.string() }),
  tagged: true,
  result: ControlDetail,
});

export const decideControl = endpoint({
  method: 'PUT',
  path: '/api/common-controls/:controlId/decision',
  module: 'compliance',
  access: 'compliance:write',
  summary: 'Declare a control not applicable, override its status, or answer it',
  description:
    'Applies to every framework. An override takes precedence over evidence and is flagged when evidence disagrees; an answer takes precedence over passing evidence only; not applicable needs an approver.',
  params: z.object({ controlId: z.string() }),
  body: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('not_applicable'),
      approver: z.string().trim().min(2).max(200).describe('a different person than the caller'),
      justification: z.string().trim().min(10).max(4_000),
      expiresAt: z.iso.datetime().optional(),
    }),
    z.object({
      kind: z.enum(['override', 'answer']),
      status: z.enum(['implemented', 'partial', 'not_implemented']),
      justification: z.string().trim().min(10).max(4_000),
      expiresAt: z.iso.datetime().optional(),
    }),
  ]),
  result: ControlDetail,
});
export const withdrawDecision = endpoint({
  method: 'DELETE',
  path: '/api/common-controls/:controlId/decision',
  module: 'compliance',
  access: 'compliance:write',
  summary: 'Withdraw a decision; evidence decides again',
  params: z.object({ controlId: z.string() }),
  result: ControlDetail,
});

// ── frameworks ─────────────────────────────────────────────────────────────────────────────────

export const listFrameworks = endpoint({
  method: 'GET',
  path: '/api/frameworks',
  module: 'compliance',
  access: 'compliance:read',
  summary: 'Frameworks with score, coverage, ceiling and requirement counts',
  tagged: true,
  result: z.object({ items: z.array(FrameworkSummary) }),
});

export const getFramework = endpoint({
  method: 'GET',
  path: '/api/frameworks/:frameworkId',
  module: 'compliance',
  access: 'compliance:read',
  summary: 'One framework: every requirement with its status and controls',
  params: z.object({ frameworkId: z.string() }),
  tagged: true,
  result: FrameworkSummary.extend({
    source: FrameworkSource.nullable(),
    sections: z.array(z.object({ id: z.string(), title: z.string() })),
    requirementStates: z.array(RequirementState),
    attributions: Attributions,
  }),
});

export const attestRequirement = endpoint({
  method: 'PUT',
  path: '/api/frameworks/:frameworkId/requirements/:requirementId/attestation',
  module: 'compliance',
  access: 'compliance:write',
  summary: 'Attest the part of a requirement that no tool can assess, or a number it asks for',
  params: z.object({ frameworkId: z.string(), requirementId: z.string() }),
  body: z.object({
    statement: z.string().trim().min(10).max(4_000),
    expiresAt: z.iso.datetime().describe('at most 370 days ahead'),
    values: z
      .record(z.string().max(100), z.number().positive().max(1_000_000))
      .optional()
      .describe('the numbers that the requirement asks for: { "passwordMinLength": 14 }'),
  }),
  result: RequirementState,
});
export const withdrawAttestation = endpoint({
  method: 'DELETE',
  path: '/api/frameworks/:frameworkId/requirements/:requirementId/attestation',
  module: 'compliance',
  access: 'compliance:write',
  summary: 'Withdraw an attestation',
  params: z.object({ frameworkId: z.string(), requirementId: z.string() }),
  result: RequirementState,
});

// ── engine ─────────────────────────────────────────────────────────────────────────────────────

export const EngineRun = z.object({
  mode: z.enum(['full', 'incremental']),
  startedAt: z.string(),
  durationMs: z.number(),
  checks: z.number(),
  controlsChanged: z.number(),
  requirementsChanged: z.number(),
});
export type EngineRun = z.infer<typeof EngineRun>;

export const syncEngine = endpoint({
  method: 'POST',
  path: '/api/compliance-engine/sync',
  module: 'compliance',
  access: 'compliance:write',
  summary: 'Recompute every control, requirement and framework of the team from its results',
  result: EngineRun,
});

/** A stored control state that differs from a full recomputation. */
const WrongState = z.object({
  controlId: z.string(),
  /** Empty: all accounts. */
  scopeId: z.string(),
  stored: z.string(),
  computed: z.string(),
});
export const EngineCheck = z.object({
  at: z.string(),
  wrong: z.number().describe('control states that were wrong and have been corrected'),
  states: z.array(WrongState).describe('the first 20 of them'),
});
export type EngineCheck = z.infer<typeof EngineCheck>;

export const EngineHealth = z.object({
  lastRun: EngineRun.nullable(),
  /** When everything was last computed, and with which rules and library. */
  fullAt: z.string().nullable(),
  ruleVersion: z.string().nullable(),
  /** The last comparison with a full recomputation; null before the first. */
  lastCheck: EngineCheck.nullable(),
  /** The last comparison that found a difference. */
  lastAlarm: EngineCheck.nullable(),
});
export type EngineHealth = z.infer<typeof EngineHealth>;

export const getEngineHealth = endpoint({
  method: 'GET',
  path: '/api/compliance-engine/health',
  module: 'compliance',
  access: 'compliance:read',
  summary: 'When the engine ran, and whether its stored states equal a full recomputation',
  result: EngineHealth,
});

export const TopFix = z.object({
  controlId: z.string(),
  title: z.string(),
  status: ControlStatus,
  reason: z.string(),
  openFindings: z.number(),
  worstSeverity: Severity.nullable(),
  /** Percentage points that implementing the control would add, summed over framework scores. */
  gain: z.number(),
  frameworks: z.array(z.object({ id: z.string(), gain: z.number() })),
});
export type TopFix = z.infer<typeof TopFix>;

export const getPosture = endpoint({
  method: 'GET',
  path: '/api/compliance-engine/posture',
  module: 'compliance',
  access: 'compliance:read',
  summary: 'Posture overview: frameworks, control counts and the fixes that raise scores most',
  result: z.object({
    frameworks: z.array(FrameworkSummary),
    controls: z.record(ControlStatus, z.number()),
    openFindings: z.record(Severity, z.number()),
    accounts: z.array(
      z.object({
        provider: z.string(),
        accountId: z.string(),
        results: z.number(),
        lastSeenAt: z.string(),
      }),
    ),
    topFixes: z.array(TopFix),
    attributions: Attributions,
    lastRun: EngineRun.nullable(),
  }),
});

/** The controls that a check counts for, with reasons: those its findings lower. */
export const getCheckControls = endpoint({
  method: 'GET',
  path: '/api/common-controls/by-check/:tool/:checkId',
  module: 'compliance',
  access: 'compliance:read',
  summary: 'The controls a check counts for, and the rule for each',
  params: z.object({ tool: z.string(), checkId: z.string() }),
  result: z.object({
    items: z.array(
      z.object({
        controlId: z.string(),
        title: z.string(),
        status: ControlStatus,
        match: MatchReason,
      }),
    ),
    attributions: Attributions,
  }),
});
