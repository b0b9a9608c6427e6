import { z } from 'zod';
import { ControlStatus } from './control.js';
import { endpoint } from './endpoint.js';
import { Severity } from './severity.js';

/** A failing check, and what moves when all its fails become passes. */
export const CheckFix = z.object({
  tool: z.string(),
  checkId: z.string(),
  title: z.string(),
  severity: Severity.describe('the worst of its fails'),
  findings: z
    .number()
    .describe('fails that it closes, muted, suppressed and accepted ones included'),
  accounts: z.array(z.string()).describe('where it fails: `provider/account`, at most 20'),
  accountsTotal: z.number(),
  controls: z.number().describe('controls that it lowers'),
  completes: z
    .array(z.object({ id: z.string(), title: z.string() }))
    .describe('controls that become implemented in all accounts'),
  raises: z
    .array(z.object({ id: z.string(), title: z.string(), to: ControlStatus }))
    .describe('controls that rise without becoming implemented'),
  /** Percentage points of the scores, summed over the frameworks. */
  gain: z.number(),
  /** What it moves of each framework, most first: percentage points of its score, and of `passing`. */
  frameworks: z.array(
    z.object({ id: z.string(), name: z.string(), gain: z.number(), passing: z.number() }),
  ),
});
export type CheckFix = z.infer<typeof CheckFix>;

export const listFixes = endpoint({
  method: 'GET',
  path: '/api/compliance-engine/fixes',
  module: 'compliance',
  access: 'compliance:read',
  summary: 'Failing checks by what fixing them moves: first scores, then passing results',
  query: z.object({
    framework: z.string().min(1).max(200).optional().describe('only what moves this framework'),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  result: z.object({ items: z.array(CheckFix), total: z.number() }),
});
