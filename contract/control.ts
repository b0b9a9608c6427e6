import { z } from 'zod';
import { RegionNote } from './regions.js';
import { Severity } from './severity.js';

export const CONTROL_STATUSES = [
  'implemented',
  'partial',
  'not_implemented',
  'not_applicable',
  'not_assessed',
] as const;
export const ControlStatus = z.enum(CONTROL_STATUSES);
export type ControlStatus = z.infer<typeof ControlStatus>;

/** How reliable a status is: the age of its newest evidence, or conflicting inputs. */
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

/** How the requirement relates to the control (NIST IR 8477); with `equal` and `subset` the control covers it. */
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
  /** One sentence for display. */
  text: z.string(),
  /** Tier 1: the curated rule, by file and entry; absent for a team's own review. */
  rule: z.string().optional(),
  /** Tiers 1 and 3: how the tested property relates to the control. `intersects` alone never makes it pass. */
  relation: Relation.optional(),
  /** Its results come from the search that the control asks for: a find shows the search, and lowers nothing. */
  finds: z.literal(true).optional(),
  /** Tier 1: checks that must pass in the same account, or passes of this one are not evaluated. */
  needs: z.array(z.string()).optional(),
  /** Tier 1: what the check does not see: its fails count, its passes do not. */
  misses: z.string().optional(),
  /** Tier 1: the numbers that a pass of the check shows, by parameter: `{ passwordMinLength: 14 }`. */
  states: z.record(z.string(), z.number()).optional(),
  /** Tier 2: the requirement ids stated by the tool that lead to the control. */
  edges: z.array(z.object({ framework: z.string(), requirement: z.string(), stated: z.string() })),
  /** Tier 3, and support for tier 2: the matched keywords with place and weight. */
  tokens: z.array(z.object({ keyword: z.string(), field: z.string(), weight: z.number() })),
});
export type MatchReason = z.infer<typeof MatchReason>;

const STATED_RESULTS = ['pass', 'fail', 'unknown'] as const;
export type StatedResult = (typeof STATED_RESULTS)[number];

/** What the checks of a control show about a number in some accounts, whose results are the same. */
export const StatedNumber = z.object({
  parameter: z.string(),
  /** By the number that the checks test, ascending. */
  results: z.array(z.object({ value: z.number(), result: z.enum(STATED_RESULTS) })),
  accounts: z.number(),
});
export type StatedNumber = z.infer<typeof StatedNumber>;

export const ControlInput = z.object({
  tool: z.string(),
  checkId: z.string(),
  title: z.string(),
  severity: Severity,
  match: MatchReason,
  pass: z.number().describe('passes that count'),
  uncounted: z
    .number()
    .optional()
    .describe('passes that do not count: matched by text or domain, or of a truncated report'),
  fail: z.number().describe('open fails, including muted, suppressed and accepted ones'),
  exempted: z.number().describe('the muted, suppressed or accepted fails'),
  unknown: z.number().describe('manual, error, not evaluated'),
  /** Why its passes do not count, one sentence; left out where they do. */
  withheld: z.string().optional(),
  /** The newest evidence. */
  lastSeenAt: z.string().nullable(),
});
export type ControlInput = z.infer<typeof ControlInput>;

/** `withheld`: a check that must pass beside it does not, so its pass is not evaluated. */
export const ProofState = z.enum(['shown', 'missing', 'failing', 'expired', 'unknown', 'withheld']);
export type ProofState = z.infer<typeof ProofState>;

/** One thing that scans must show in an account before the control is implemented. */
export const ProofItem = z.object({
  /** `aws/123456789012` */
  account: z.string(),
  /** The check; several where one of them is enough. Other tools than Prowler are named: `web-check:hsts`. */
  checks: z.array(z.string()),
  state: ProofState,
  /** The newest evidence; null without any. */
  at: z.string().nullable(),
  /** The check that must pass beside it. */
  needs: z.string().optional(),
});
export type ProofItem = z.infer<typeof ProofItem>;

export const ProofChecklist = z.object({
  /** `person`: scans show parts of it only, so a person must answer for the rest. */
  by: z.enum(['scans', 'person']),
  items: z.array(ProofItem).describe('first what is not shown, at most 30'),
  total: z.number(),
  shown: z.number(),
  /** Providers with accounts in scope whose scans show parts of it only. */
  without: z.array(z.string()),
  /** Accounts whose reports are of too few services to show which ones they use, at most 20. */
  unsurveyed: z.array(z.string()),
});
export type ProofChecklist = z.infer<typeof ProofChecklist>;

export const ControlExplanation = z.object({
  /** The deciding rule, one sentence. */
  rule: z.string(),
  /** Actions that would change the status, one sentence each. */
  whatWouldChangeIt: z.array(z.string()),
  inputs: z.array(ControlInput).describe('the checks that decide: worst first, at most 100'),
  inputsTotal: z.number(),
  related: z
    .array(ControlInput)
    .optional()
    .describe(
      'checks that touch the control without testing a part of it: worst first, at most 100. They are in no other count',
    ),
  relatedTotal: z.number().optional(),
  relatedFindings: z.number().optional().describe('fails of the related checks'),
  /** What scans must show, and what they do show. */
  proof: ProofChecklist.optional(),
  /** Accounts in scope without evidence for this control. */
  accountsWithoutEvidence: z.array(z.string()),
  /** What results show of the regions of its accounts, at most 20; absent without anything to note. */
  regions: z.array(RegionNote).optional(),
  /** Passes that are too old and count as unknown; absent without any. */
  expired: z
    .object({
      passes: z.number(),
      implementedUntil: z.string().nullable().describe('the last day, where only age took it back'),
      instead: z.enum(['implemented', 'partial']).optional().describe('its status but for the age'),
    })
    .optional(),
  /** The numbers that its checks show; absent without any. */
  stated: z.array(StatedNumber).optional(),
  /** The accounts whose evidence was used, at most 20 by name. */
  scope: z.object({ accounts: z.array(z.string()), total: z.number() }).optional(),
  /** The team's thresholds it was judged by. */
  settings: z
    .object({ failShare: z.number(), evidenceDays: z.number(), answerDays: z.number() })
    .optional(),
});
export type ControlExplanation = z.infer<typeof ControlExplanation>;

export const ControlDecision = z.object({
  kind: z.enum(['not_applicable', 'override', 'answer']),
  /** For an override or an answer. */
  status: z.enum(['implemented', 'partial', 'not_implemented']).nullable(),
  justification: z.string(),
  actor: z.string(),
  /** Who approved that the control is not applicable; never the actor. */
  approver: z.string().nullish(),
  at: z.string(),
  expiresAt: z.string().nullable(),
});
export type ControlDecision = z.infer<typeof ControlDecision>;

/**
 * Severity-weighted share of passing among the conclusive results in scope, in percent with one decimal; null
 * without any. Each check counts once. No decision raises it, and it is no score: it moves with every fix.
 */
export const PassingShare = z.number().min(0).max(100).nullable();
export type PassingShare = z.infer<typeof PassingShare>;

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
  openFindings: z
    .number()
    .describe('findings that lower it: open, suppressed or accepted, of the checks that decide'),
  passing: PassingShare.optional(),
  /** True when an override or answer contradicts the evidence. */
  contradicted: z.boolean(),
  /** Show it with title and intent when these are not ours. */
  attribution: z.string().optional(),
});
export type ControlSummary = z.infer<typeof ControlSummary>;

/** Attributions to show with controls and frameworks whose texts are not ours. */
export const Attributions = z.array(z.string());

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
  answeredElsewhere: z
    .array(
      RequirementRef.omit({ relation: true }).extend({
        actor: z.string(),
        at: z.string(),
        expiresAt: z.string(),
      }),
    )
    .optional()
    .describe(
      'answers “yes” to requirements that cover it. They decide nothing here: while nothing else is known, it is partial for other requirements',
    ),
  requirements: z.array(RequirementRef),
  /** Requirements of frameworks that it serves. */
  attributions: Attributions,
  since: z.string().nullable().describe('when the status last changed'),
  evaluatedAt: z.string().nullable(),
  /** The rules and library that decided. */
  ruleVersion: z.string().nullish(),
  /** Its status in each framework that has a scope. */
  scopes: z
    .array(
      z.object({
        frameworks: z.array(z.object({ id: z.string(), name: z.string() })),
        status: ControlStatus,
        assurance: Assurance,
        reason: z.string(),
        openFindings: z.number(),
        passing: PassingShare.optional(),
        explanation: ControlExplanation,
      }),
    )
    .optional(),
});
export type ControlDetail = z.infer<typeof ControlDetail>;
