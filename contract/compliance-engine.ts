import { z } from 'zod';
import { ControlDecision, ControlStatus } from './control.js';
import { endpoint } from './endpoint.js';
import { PageQuery, pageOf } from './page.js';

const module = 'compliance' as const;
const read = 'compliance:read' as const;
const write = 'compliance:write' as const;

// ── settings ───────────────────────────────────────────────────────────────────────────────────

/** A team's thresholds. Each is bounded so that none can make a failing control pass. */
export const EngineSettings = z.strictObject({
  failShare: z
    .number()
    .min(0.05)
    .max(1)
    .describe('a control with at least this weighted share of failing results is not_implemented'),
  evidenceDays: z.int().min(1).max(730).describe('how long scan results count'),
  answerDays: z.int().min(1).max(730).describe('how long an answer without an expiry date counts'),
  autoSatisfyShare: z
    .number()
    .min(0.5)
    .max(1)
    .describe('share of a requirement that shared controls must cover for autofill to answer it'),
});
export type EngineSettings = z.infer<typeof EngineSettings>;

const settingsPath = '/api/compliance-engine/settings';
export const getEngineSettings = endpoint({
  method: 'GET',
  path: settingsPath,
  module,
  access: read,
  summary: 'The team’s thresholds for judging controls',
  result: EngineSettings,
});
export const putEngineSettings = endpoint({
  method: 'PUT',
  path: settingsPath,
  module,
  access: write,
  summary: 'Change the thresholds; every control is re-evaluated',
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

/** A subject of evidence: a cloud account, an image, a host or a site. */
export const AccountProfile = z.object({
  account: z.string().describe('provider/account'),
  provider: z.string(),
  accountId: z.string(),
  environment: z.string().nullable(),
  tags: z.array(z.string()),
  /** False when it is only declared: no tool has scanned it yet. */
  seen: z.boolean(),
  /** The regions that it uses, as the team states them; absent while unknown. */
  regions: z.array(z.string()).optional(),
});
export type AccountProfile = z.infer<typeof AccountProfile>;

export const listAccountProfiles = endpoint({
  method: 'GET',
  path: '/api/compliance-engine/accounts',
  module,
  access: read,
  summary: 'Accounts with evidence and declared accounts, with environment and tags',
  query: PageQuery,
  result: pageOf(AccountProfile),
});
export const putAccountProfile = endpoint({
  method: 'PUT',
  path: '/api/compliance-engine/accounts/:provider/:accountId',
  module,
  access: write,
  summary: 'Set an account’s environment and tags; declares an account that was not scanned yet',
  params: AccountParams,
  body: z.strictObject({ environment: Word.nullable(), tags: z.array(Word).max(50) }),
  result: AccountProfile,
});
export const removeAccountProfile = endpoint({
  method: 'DELETE',
  path: '/api/compliance-engine/accounts/:provider/:accountId',
  module,
  access: write,
  summary: 'Delete an account’s environment and tags',
  params: AccountParams,
  result: z.object({ account: z.string() }),
});

const Selection = z.strictObject({
  accounts: z.array(Account).max(2_000).default([]),
  environments: z.array(Word).max(50).default([]),
  tags: z.array(Word).max(50).default([]),
});
export type Selection = z.infer<typeof Selection>;

/** Accounts that match any part of `include` and no part of `exclude`. */
export const ScopeDefinition = z.strictObject({
  include: Selection.describe('empty: every account'),
  exclude: Selection.describe('empty: none'),
});
export type ScopeDefinition = z.infer<typeof ScopeDefinition>;

export const FrameworkScope = ScopeDefinition.extend({
  frameworkId: z.string(),
  /** Frameworks with equal scopes share it; empty: everything. */
  scopeId: z.string(),
  accounts: z.array(z.string()).describe('accounts in it now, at most 200'),
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
  summary: 'Frameworks with a scope; all others cover every account',
  result: z.object({ items: z.array(FrameworkScope) }),
});
export const putFrameworkScope = endpoint({
  method: 'PUT',
  path: '/api/compliance-engine/scopes/:frameworkId',
  module,
  access: write,
  summary: 'Set which accounts a framework covers; its controls are judged by these only',
  params: ScopeParams,
  body: ScopeDefinition,
  result: FrameworkScope,
});
export const removeFrameworkScope = endpoint({
  method: 'DELETE',
  path: '/api/compliance-engine/scopes/:frameworkId',
  module,
  access: write,
  summary: 'Remove a framework’s scope, so that it covers every account',
  params: ScopeParams,
  result: z.object({ frameworkId: z.string() }),
});

// ── decisions ──────────────────────────────────────────────────────────────────────────────────

/** One entry in the append-only log of people's decisions on a control. */
export const DecisionLogEntry = z.object({
  id: z.string(),
  controlId: z.string(),
  /** `restored`: in force again, because the answer that replaced it was withdrawn or its own was restored. */
  action: z.enum(['decided', 'withdrawn', 'expired', 'restored']),
  kind: ControlDecision.shape.kind,
  status: ControlDecision.shape.status,
  justification: z.string(),
  approver: z.string().nullable(),
  /** Who decided, withdrew or restored it; `system` when it expired. */
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
  summary: 'All decisions ever made on a control, newest first',
  params: z.object({ controlId: z.string().max(100) }),
  query: PageQuery,
  result: pageOf(DecisionLogEntry),
});

/** A decision in force, with the evidence that contradicts it. */
export const StandingDecision = ControlDecision.extend({
  controlId: z.string(),
  title: z.string(),
  controlStatus: ControlStatus,
  contradicted: z.boolean(),
  /** Evidence against the decision; the control's explanation has the status without it. */
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
  summary: 'Decisions in force, those contradicted by evidence first',
  query: z.object({ contradicted: z.enum(['true', 'false']).optional() }),
  result: z.object({ items: z.array(StandingDecision) }),
});
