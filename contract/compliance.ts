import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { Severity } from './severity.js';

// ── words ──────────────────────────────────────────────────────────────────────────────────────

export const CONTROL_STATUSES = [
  'implemented',
  'partial',
  'not_implemented',
  'not_applicable',
  'not_assessed',
] as const;
export const ControlStatus = z.enum(CONTROL_STATUSES);
export type ControlStatus = z.infer<typeof ControlStatus>;

/** How far a status can be relied on: age of its newest evidence, or that its inputs disagree. */
export const Assurance = z.enum(['fresh', 'stale', 'expired', 'conflicting', 'none']);
export type Assurance = z.infer<typeof Assurance>;

export const REQUIREMENT_STATUSES = [
  'satisfied',
  'partial',
  'failing',
  'not_assessed',
  'not_applicable',
] as const;
export const RequirementStatus = z.enum(REQUIREMENT_STATUSES);
export type RequirementStatus = z.infer<typeof RequirementStatus>;

/** How the requirement relates to the control (NIST IR 8477): `equal` and `subset`: the control covers it. */
export const Relation = z.enum(['equal', 'subset', 'superset', 'intersects']);
export type Relation = z.infer<typeof Relation>;

export const ControlKind = z.enum(['technology', 'process', 'data', 'people', 'facility']);
export const Cadence = z.enum(['continuous', 'quarterly', 'semi_annual', 'annual']);

/** 1 curated check→control, 2 requirement ids stated by the tool, 3 text, 4 domain. Only 1 and 2 can turn a control green. */
export const Tier = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
export type Tier = z.infer<typeof Tier>;

// ── why a control has its status ───────────────────────────────────────────────────────────────

/** Why a check counts for a control. */
export const MatchReason = z.object({
  tier: Tier,
  confidence: z.number().min(0).max(1),
  /** One sentence for people. */
  text: z.string(),
  /** Tier 2: the requirement ids by which the tool's statement leads to the control. */
  edges: z.array(z.object({ framework: z.string(), requirement: z.string(), stated: z.string() })),
  /** Tier 3 and the support of tier 2: keywords that were found, where, and what each weighs. */
  tokens: z.array(z.object({ keyword: z.string(), field: z.string(), weight: z.number() })),
});
export type MatchReason = z.infer<typeof MatchReason>;

export const ControlInput = z.object({
  tool: z.string(),
  checkId: z.string(),
  title: z.string(),
  severity: Severity,
  match: MatchReason,
  pass: z.number(),
  fail: z.number().describe('open fails, also those that are muted, suppressed or accepted'),
  exempted: z.number().describe('of the fails: muted, suppressed or accepted'),
  unknown: z.number().describe('manual, error, not evaluated'),
  /** The newest evidence. */
  lastSeenAt: z.string().nullable(),
});
export type ControlInput = z.infer<typeof ControlInput>;

export const ControlExplanation = z.object({
  /** The rule that decided, one sentence. */
  rule: z.string(),
  /** What would change the status, one sentence each. */
  whatWouldChangeIt: z.array(z.string()),
  inputs: z.array(ControlInput).describe('worst first, at most 100'),
  inputsTotal: z.number(),
  /** Accounts in scope of which there is no evidence for this control. */
  accountsWithoutEvidence: z.array(z.string()),
});
export type ControlExplanation = z.infer<typeof ControlExplanation>;

export const ControlDecision = z.object({
  kind: z.enum(['not_applicable', 'override', 'answer']),
  /** For an override or an answer. */
  status: z.enum(['implemented', 'partial', 'not_implemented']).nullable(),
  justification: z.string(),
  actor: z.string(),
  at: z.string(),
  expiresAt: z.string().nullable(),
});
export type ControlDecision = z.infer<typeof ControlDecision>;

export const ControlSummary = z.object({
  id: z.string(),
  title: z.string(),
  domain: z.string(),
  domainName: z.string(),
  weight: z.number(),
  kind: ControlKind,
  status: ControlStatus,
  assurance: Assurance,
  reason: z.string(),
  openFindings: z.number(),
  /** An override or answer stands against failing evidence, or the other way round. */
  contradicted: z.boolean(),
});
export type ControlSummary = z.infer<typeof ControlSummary>;

export const RequirementRef = z.object({
  framework: z.string(),
  frameworkName: z.string(),
  requirement: z.string(),
  title: z.string(),
  relation: Relation,
});

export const ControlDetail = ControlSummary.extend({
  intent: z.string(),
  cadence: Cadence,
  keywords: z.array(z.string()),
  explanation: ControlExplanation,
  decision: ControlDecision.nullable(),
  requirements: z.array(RequirementRef),
  since: z.string().nullable().describe('when the status last changed'),
  evaluatedAt: z.string().nullable(),
});
export type ControlDetail = z.infer<typeof ControlDetail>;

export const listControls = endpoint({
  method: 'GET',
  path: '/api/common-controls',
  module: 'compliance',
  access: 'compliance:read',
  summary: 'The control library with the team’s status of each control',
  query: z.object({
    domain: z.string().optional(),
    status: ControlStatus.optional(),
    q: z.string().max(200).optional(),
  }),
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
  result: ControlDetail,
});

export const decideControl = endpoint({
  method: 'PUT',
  path: '/api/common-controls/:controlId/decision',
  module: 'compliance',
  access: 'compliance:write',
  summary: 'Declare a control not applicable, override its status, or answer for it',
  description:
    'An override stands over evidence and is flagged when evidence disagrees; an answer stands over passing evidence only.',
  params: z.object({ controlId: z.string() }),
  body: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('not_applicable'),
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
  summary: 'Take a decision back; the evidence speaks again',
  params: z.object({ controlId: z.string() }),
  result: ControlDetail,
});

// ── frameworks ─────────────────────────────────────────────────────────────────────────────────

export const RequirementCounts = z.object({
  total: z.number(),
  satisfied: z.number(),
  partial: z.number(),
  failing: z.number(),
  notAssessed: z.number(),
  notApplicable: z.number(),
});
export type RequirementCounts = z.infer<typeof RequirementCounts>;

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

export const FrameworkSummary = Posture.extend({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  publisher: z.string(),
  about: z.string(),
  evaluatedAt: z.string().nullable(),
});
export type FrameworkSummary = z.infer<typeof FrameworkSummary>;

export const RequirementState = z.object({
  id: z.string(),
  title: z.string(),
  section: z.string(),
  status: RequirementStatus,
  /** 0 … 1, unknown as 0. */
  value: z.number(),
  coverage: z.number(),
  weight: z.number(),
  /** A person must attest the part that the controls do not cover. */
  attestationNeeded: z.boolean(),
  attestation: z
    .object({ statement: z.string(), actor: z.string(), at: z.string(), expiresAt: z.string() })
    .nullable(),
  controls: z.array(
    z.object({ id: z.string(), title: z.string(), relation: Relation, status: ControlStatus }),
  ),
});
export type RequirementState = z.infer<typeof RequirementState>;

export const listFrameworks = endpoint({
  method: 'GET',
  path: '/api/frameworks',
  module: 'compliance',
  access: 'compliance:read',
  summary: 'Frameworks with score, coverage, ceiling and requirement counts',
  result: z.object({ items: z.array(FrameworkSummary) }),
});

export const getFramework = endpoint({
  method: 'GET',
  path: '/api/frameworks/:frameworkId',
  module: 'compliance',
  access: 'compliance:read',
  summary: 'One framework: every requirement with its status and controls',
  params: z.object({ frameworkId: z.string() }),
  result: FrameworkSummary.extend({
    sections: z.array(z.object({ id: z.string(), title: z.string() })),
    requirementStates: z.array(RequirementState),
  }),
});

export const attestRequirement = endpoint({
  method: 'PUT',
  path: '/api/frameworks/:frameworkId/requirements/:requirementId/attestation',
  module: 'compliance',
  access: 'compliance:write',
  summary: 'Attest the part of a requirement that no tool can judge',
  params: z.object({ frameworkId: z.string(), requirementId: z.string() }),
  body: z.object({
    statement: z.string().trim().min(10).max(4_000),
    expiresAt: z.iso.datetime().describe('at most 370 days ahead'),
  }),
  result: RequirementState,
});
export const withdrawAttestation = endpoint({
  method: 'DELETE',
  path: '/api/frameworks/:frameworkId/requirements/:requirementId/attestation',
  module: 'compliance',
  access: 'compliance:write',
  summary: 'Take an attestation back',
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

export const TopFix = z.object({
  controlId: z.string(),
  title: z.string(),
  status: ControlStatus,
  reason: z.string(),
  openFindings: z.number(),
  worstSeverity: Severity.nullable(),
  /** Sum over frameworks of the percentage points that implementing the control would add to their scores. */
  gain: z.number(),
  frameworks: z.array(z.object({ id: z.string(), gain: z.number() })),
});
export type TopFix = z.infer<typeof TopFix>;

export const getPosture = endpoint({
  method: 'GET',
  path: '/api/compliance-engine/posture',
  module: 'compliance',
  access: 'compliance:read',
  summary:
    'What the landing page shows: frameworks, control counts, the controls whose fix gains most',
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
    lastRun: EngineRun.nullable(),
  }),
});

/** The controls that a check counts for, with why: what a finding lowers. */
export const getCheckControls = endpoint({
  method: 'GET',
  path: '/api/common-controls/by-check/:tool/:checkId',
  module: 'compliance',
  access: 'compliance:read',
  summary: 'Which controls a check counts for, and by which rule',
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
  }),
});
