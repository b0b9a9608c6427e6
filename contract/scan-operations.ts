import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { PageQuery, pageOf } from './page.js';

/** Failed jobs, own targets, tools and internal jobs. */
const PREFIX = '/api/scans';

// ── failed jobs ────────────────────────────────────────────────────────────────────────────────

export const DeadLetter = z.object({
  jobId: z.string(),
  type: z.string(),
  payload: z.unknown(),
  attempts: z.number(),
  error: z.string().nullable(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
});
export const listDeadLetters = endpoint({
  method: 'GET',
  path: `${PREFIX}/dead-letters`,
  module: 'orchestration',
  access: 'scans:read',
  summary: 'Jobs that ran out of retries',
  query: PageQuery,
  result: pageOf(DeadLetter),
});
export const retryDeadLetter = endpoint({
  method: 'POST',
  path: `${PREFIX}/dead-letters/:jobId/retry`,
  module: 'orchestration',
  access: 'scans:run',
  summary: 'Retry a failed job',
  description: 'A job of a scan resumes the scan, like `retry` of that scan.',
  params: z.object({ jobId: z.string() }),
  result: z.object({ jobId: z.string() }),
  status: 202,
});

// ── own targets: private addresses the team may scan ───────────────────────────────────────────

const Cidr = z
  .string()
  .max(60)
  .regex(/^[0-9a-fA-F:.]+(\/\d{1,3})?$/, {
    error: 'must be an address or a range such as 10.0.0.0/8',
  });
const OwnName = z
  .string()
  .max(253)
  .regex(/^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i, { error: 'must be a host name or *.name' });
export const OwnTargets = z.object({
  ranges: z.array(Cidr).max(500),
  names: z.array(OwnName).max(500),
});
export type OwnTargets = z.infer<typeof OwnTargets>;
export const getOwnTargets = endpoint({
  method: 'GET',
  path: `${PREFIX}/own-targets`,
  module: 'orchestration',
  access: 'scans:read',
  summary: 'Private addresses and names declared as the team’s own',
  result: OwnTargets,
});
export const putOwnTargets = endpoint({
  method: 'PUT',
  path: `${PREFIX}/own-targets`,
  module: 'orchestration',
  access: 'scans:run',
  summary: 'Declare private addresses and names as the team’s own',
  description:
    'Private, loopback and link-local addresses are only scanned when declared here; active scans need a declared target too.',
  body: OwnTargets,
  result: OwnTargets,
});

// ── tools ──────────────────────────────────────────────────────────────────────────────────────

export const ToolHealth = z.object({
  tool: z.string(),
  title: z.string(),
  about: z.string().describe('what it looks at'),
  available: z.boolean(),
  by: z.enum(['docker', 'native', 'built_in']),
  version: z.string().nullable(),
  missing: z.string().nullable(),
  note: z.string().nullable().describe('a remark about a tool that can run'),
});
export const listTools = endpoint({
  method: 'GET',
  path: `${PREFIX}/tools`,
  module: 'orchestration',
  access: 'scans:read',
  summary: 'Available tools, how they run, and what is missing',
  result: z.object({ items: z.array(ToolHealth) }),
});

// ── system jobs: what the installation does by itself, for all teams ───────────────────────────

export const SystemJob = z.object({
  id: z.string(),
  name: z.string(),
  owner: z.string(),
  cron: z.string().nullable(),
  timeZone: z.string(),
  everyMs: z.number().nullable(),
  overlap: z.enum(['skip', 'queue', 'cancel_previous']),
  enabled: z.boolean(),
  nextRunAt: z.string().nullable(),
  lastRunAt: z.string().nullable(),
  lastOutcome: z.string().nullable(),
  lastError: z.string().nullable(),
});
export type SystemJob = z.infer<typeof SystemJob>;
const JobParams = z.object({ scheduleId: z.string() });
export const listSystemJobs = endpoint({
  method: 'GET',
  path: `${PREFIX}/system-jobs`,
  module: 'orchestration',
  access: 'installation:write',
  summary: 'Internal recurring jobs with their next run, last run and its outcome',
  result: z.object({ items: z.array(SystemJob) }),
});
export const changeSystemJob = endpoint({
  method: 'PATCH',
  path: `${PREFIX}/system-jobs/:scheduleId`,
  module: 'orchestration',
  access: 'installation:write',
  summary: 'Change or disable an internal recurring job',
  params: JobParams,
  body: z.object({
    enabled: z.boolean().optional(),
    cron: z.string().max(200).optional(),
    everyMs: z.number().int().optional(),
    timeZone: z.string().max(100).optional(),
    overlap: SystemJob.shape.overlap.optional(),
  }),
  result: SystemJob,
});
export const runSystemJob = endpoint({
  method: 'POST',
  path: `${PREFIX}/system-jobs/:scheduleId/run`,
  module: 'orchestration',
  access: 'installation:write',
  summary: 'Run an internal recurring job now',
  params: JobParams,
  result: SystemJob,
});
