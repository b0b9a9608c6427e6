import { z } from 'zod';
import { ControlDecision, ControlStatus } from './control.js';
import { endpoint } from './endpoint.js';
import { PageQuery, pageOf } from './page.js';

const module = 'compliance' as const;
const read = 'compliance:read' as const;
const write = 'compliance:write' as const;

// ── settings ───────────────────────────────────────────────────────────────────────────────────

/** By what a team judges. Each is bounded, so that none can make a failing control pass. */
export const EngineSettings = z.strictObject({
  failShare: z
    .number()
    .min(0.05)
    .max(1)
    .describe('fails of at least this share of the weighted results are not_implemented'),
  evidenceDays: z.int().min(1).max(730).describe('how long scan results can be relied on'),
  answerDays: z.int().min(1).max(730).describe('how long an answer without an end counts'),
  autoSatisfyShare: z
    .number()
    .min(0.5)
    .max(1)
    .describe('share of a requirement that shared controls must cover to answer it by itself'),
});
export type EngineSettings = z.infer<typeof EngineSettings>;

const settingsPath = '/api/compliance-engine/settings';
export const getEngineSettings = endpoint({
  method: 'GET',
  path: settingsPath,
  module,
  access: read,
  summary: 'The thresholds by which the team’s controls are judged',
  result: EngineSettings,
});
export const putEngineSettings = endpoint({
  method: 'PUT',
  path: settingsPath,
  module,
  access: write,
  summary: 'Change the thresholds; every control is judged anew',
  body: EngineSettings,
  result: EngineSettings,
});

// ── scopes ─────────────────────────────────────────────────────────────────────────────────────

const Account = z.string().trim().min(3).max(1_000).describe('provider/account: aws/123456789012');
const Word = z.string().trim().toLowerCase().min(1).max(60);
const AccountParams = z.object({
  provider: z.string().trim().min(1).max(60),
  accountId: z.string().trim().min(1).max(900),
});

/** What evidence can be of: a cloud account, an image, a host or a site. */
export const AccountProfile = z.object({
  account: z.string().describe('provider/account'),
  provider: z.string(),
  accountId: z.string(),
  environment: z.string().nullable(),
  tags: z.array(z.string()),
  /** False when it is declared only: no tool has looked into it yet. */
  seen: z.boolean(),
});
export type AccountProfile = z.infer<typeof AccountProfile>;

export const listAccountProfiles = endpoint({
  method: 'GET',
  path: '/api/compliance-engine/accounts',
  module,
  access: read,
  summary:
    'Every account that there is evidence of or that was declared, with environment and tags',
  query: PageQuery,
  result: pageOf(AccountProfile),
});
export const putAccountProfile = endpoint({
  method: 'PUT',
  path: '/api/compliance-engine/accounts/:provider/:accountId',
  module,
  access: write,
  summary: 'Set an account’s environment and tags; one that no tool has seen is declared by it',
  params: AccountParams,
  body: z.strictObject({ environment: Word.nullable(), tags: z.array(Word).max(50) }),
  result: AccountProfile,
});
export const removeAccountProfile = endpoint({
  method: 'DELETE',
  path: '/api/compliance-engine/accounts/:provider/:accountId',
  module,
  access: write,
  summary: 'Forget an account’s environment and tags',
  params: AccountParams,
  result: z.object({ account: z.string() }),
});

const Selection = z.strictObject({
  accounts: z.array(Account).max(2_000).default([]),
  environments: z.array(Word).max(50).default([]),
  tags: z.array(Word).max(50).default([]),
});
export type Selection = z.infer<typeof Selection>;

/** Accounts that any part of `include` names, without those that any part of `exclude` names. */
export const ScopeDefinition = z.strictObject({
  include: Selection.describe('empty: every account'),
  exclude: Selection.describe('empty: none'),
});
export type ScopeDefinition = z.infer<typeof ScopeDefinition>;

export const FrameworkScope = ScopeDefinition.extend({
  frameworkId: z.string(),
  /** Frameworks of equal scopes share it; empty: everything. */
  scopeId: z.string(),
  accounts: z.array(z.string()).describe('that are in it now, at most 200'),
  accountsTotal: z.number(),
  changedBy: z.string(),
  changedAt: z.string(),
});
export type FrameworkScope = z.infer<typeof FrameworkScope>;

const ScopeParams = z.object({ frameworkId: z.string().min(1).max(200) });
export const listFrameworkScopes = endpoint({
  method: 'GET',
  path: '/api/compliance-engine/scopes',
  module,
  access: read,
  summary: 'The frameworks that have a scope of their own; all others are about everything',
  result: z.object({ items: z.array(FrameworkScope) }),
});
export const putFrameworkScope = endpoint({
  method: 'PUT',
  path: '/api/compliance-engine/scopes/:frameworkId',
  module,
  access: write,
  summary: 'Say which accounts a framework is about; its controls are judged by these alone',
  params: ScopeParams,
  body: ScopeDefinition,
  result: FrameworkScope,
});
export const removeFrameworkScope = endpoint({
  method: 'DELETE',
  path: '/api/compliance-engine/scopes/:frameworkId',
  module,
  access: write,
  summary: 'Make a framework about everything again',
  params: ScopeParams,
  result: z.object({ frameworkId: z.string() }),
});

// ── decisions ──────────────────────────────────────────────────────────────────────────────────

/** One line of the append-only log of what people decided about a control, and how it ended. */
export const DecisionLogEntry = z.object({
  id: z.string(),
  controlId: z.string(),
  /** `restored`: it stands again, as the answer that had taken its place was taken back, or its own came back. */
  action: z.enum(['decided', 'withdrawn', 'expired', 'restored']),
  kind: ControlDecision.shape.kind,
  status: ControlDecision.shape.status,
  justification: z.string(),
  approver: z.string().nullable(),
  /** Who decided, withdrew or restored; `system` for what time did. */
  actor: z.string(),
  at: z.string(),
  expiresAt: z.string().nullable(),
});
export type DecisionLogEntry = z.infer<typeof DecisionLogEntry>;

export const listControlDecisions = endpoint({
  method: 'GET',
  path: '/api/common-controls/:controlId/decisions',
  module,
  access: read,
  summary: 'Everything that was ever decided about a control, newest first',
  params: z.object({ controlId: z.string().max(100) }),
  query: PageQuery,
  result: pageOf(DecisionLogEntry),
});

/** A decision that stands, with what contradicts it. */
export const StandingDecision = ControlDecision.extend({
  controlId: z.string(),
  title: z.string(),
  controlStatus: ControlStatus,
  contradicted: z.boolean(),
  /** What the control would be without the decision is in its explanation; here, what speaks against it. */
  against: z.array(
    z.object({ tool: z.string(), checkId: z.string(), fail: z.number(), pass: z.number() }),
  ),
});
export type StandingDecision = z.infer<typeof StandingDecision>;

export const listDecisions = endpoint({
  method: 'GET',
  path: '/api/compliance-engine/decisions',
  module,
  access: read,
  summary: 'Decisions that stand, those that evidence contradicts first',
  query: z.object({ contradicted: z.enum(['true', 'false']).optional() }),
  result: z.object({ items: z.array(StandingDecision) }),
});
