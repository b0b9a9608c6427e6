import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { listOf, PageQuery, pageOf } from './page.js';
import { FindingChanges } from './security-scans.js';
import { Severity } from './severity.js';

const PREFIX = '/api/scans';

// ── what can be scanned ────────────────────────────────────────────────────────────────────────

const names = z.array(z.string().trim().min(1).max(100)).max(200);

/** How thoroughly a web site is scanned; `full` and `api` attack it. */
export const WebDepth = z.enum(['headers', 'baseline', 'full', 'api']);
export const NetworkProfile = z.enum(['quick', 'standard', 'thorough']);

/** A request to scan. Targets are validated again, by kind, before anything starts. */
export const ScanRequest = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('cloud'),
    accountId: z.string().describe('a cloud account of the team'),
    regions: names.optional().describe('AWS only; default: all regions of the account'),
    services: names.optional(),
    severities: z.array(Severity).max(5).optional(),
  }),
  z.object({ kind: z.literal('image'), image: z.string().max(500) }),
  z.object({ kind: z.literal('filesystem'), path: z.string().max(4_000) }),
  z.object({ kind: z.literal('config'), path: z.string().max(4_000) }),
  z.object({ kind: z.literal('repository'), url: z.string().max(2_000) }),
  z.object({
    kind: z.literal('web'),
    url: z.string().max(2_000),
    depth: WebDepth.default('headers'),
    apiDefinition: z
      .string()
      .max(2_000)
      .optional()
      .describe('address of an OpenAPI document, for `api`'),
  }),
  z.object({
    kind: z.literal('network'),
    targets: z.array(z.string().max(300)).min(1).max(100),
    profile: NetworkProfile.default('quick'),
  }),
]);
export type ScanRequest = z.infer<typeof ScanRequest>;
export type ScanKind = ScanRequest['kind'];
export const SCAN_KINDS = [
  'cloud',
  'web',
  'network',
  'image',
  'repository',
  'filesystem',
  'config',
] as const satisfies readonly ScanKind[];

// ── runs ───────────────────────────────────────────────────────────────────────────────────────

export const SCAN_STATUSES = [
  'queued',
  'running',
  'completed',
  'partial',
  'failed',
  'cancelled',
] as const;
export const ScanStatus = z.enum(SCAN_STATUSES);
export type ScanStatus = z.infer<typeof ScanStatus>;

export const CoverageRecord = z.object({
  unit: z.string().describe('unit of the counts: checks, ports, alerts, packages'),
  expected: z.number().nullable(),
  executed: z.number().nullable(),
  evidenced: z.number(),
  missing: z.array(z.string()),
  skipped: z.array(z.object({ what: z.string(), why: z.string() })),
  toolVersion: z.string().nullable(),
  databases: z.array(
    z.object({ name: z.string(), version: z.string(), updatedAt: z.string().nullable() }),
  ),
});

/** One run of one tool, on a region, an image or a site. */
export const SubJob = z.object({
  id: z.string(),
  tool: z.string().describe('prowler, trivy, zap, nmap, or the built-in web-check'),
  name: z.string().describe('name within the scan: `eu-west-1`, `nginx:1.27`'),
  status: ScanStatus,
  attempt: z.number(),
  problem: z.string().nullable(),
  outcome: z
    .enum(['succeeded', 'succeeded_with_gaps', 'failed', 'timed_out', 'cancelled'])
    .nullable()
    .describe('outcome of the tool; a scan without gaps is `completed`, with gaps `partial`'),
  coverage: CoverageRecord.nullable(),
  results: z.number(),
  findings: FindingChanges,
  importId: z.string().nullable(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  log: z.array(z.string()).describe('last output lines of the tool, secrets masked'),
});
export type SubJob = z.infer<typeof SubJob>;

export const ScanRun = z.object({
  id: z.string(),
  kind: z.string(),
  target: z.string().describe('the target as text'),
  targetKey: z.string().describe('equal for all scans of a target'),
  request: ScanRequest,
  status: ScanStatus,
  isCancelling: z.boolean().describe('cancellation was requested; its tools are stopping'),
  trigger: z.enum(['manual', 'schedule']),
  requestedBy: z.string(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  durationMs: z.number().nullable().describe('from start to end, or until now while it runs'),
  /** 0 … 1. */
  progress: z.number(),
  estimateMs: z.number().nullable().describe('from earlier runs of the same target'),
  problem: z.string().nullable(),
  results: z.number(),
  findings: FindingChanges,
  subJobs: z.array(SubJob),
});
export type ScanRun = z.infer<typeof ScanRun>;
/** A scan in a list: with counts of sub-jobs instead of the sub-jobs. */
export const ScanSummary = ScanRun.omit({ subJobs: true }).extend({
  subJobs: z.partialRecord(ScanStatus, z.number()),
});
export type ScanSummary = z.infer<typeof ScanSummary>;

const RunParams = z.object({ scanId: z.string() });

export const startScan = endpoint({
  method: 'POST',
  path: PREFIX,
  module: 'orchestration',
  access: 'scans:run',
  summary: 'Start a scan',
  description:
    'Returns the queued run at once. One run per target at a time: a second request returns 409 with the id of the running one in `detail`.',
  body: ScanRequest,
  unmasked: ['image', 'path', 'url', 'apiDefinition', 'targets'],
  idempotent: { shownOnce: [] },
  result: ScanRun,
  status: 202,
});
export const listScans = endpoint({
  method: 'GET',
  path: PREFIX,
  module: 'orchestration',
  access: 'scans:read',
  summary: 'Scans, newest first',
  query: PageQuery.extend({
    status: listOf(ScanStatus),
    kind: listOf(z.string()),
    target: z.string().max(300).optional().describe('`targetKey` of a scan, for its history'),
  }),
  result: pageOf(ScanSummary),
});
export const getScan = endpoint({
  method: 'GET',
  path: `${PREFIX}/:scanId`,
  module: 'orchestration',
  access: 'scans:read',
  summary: 'One scan with its sub-jobs, coverage and log',
  params: RunParams,
  result: ScanRun,
});
export const cancelScan = endpoint({
  method: 'POST',
  path: `${PREFIX}/:scanId/cancel`,
  module: 'orchestration',
  access: 'scans:run',
  summary: 'Cancel a scan; its tools stop within ten seconds',
  params: RunParams,
  result: ScanRun,
});
export const retryScan = endpoint({
  method: 'POST',
  path: `${PREFIX}/:scanId/retry`,
  module: 'orchestration',
  access: 'scans:run',
  summary: 'Rerun all failed sub-jobs of a finished scan, or one of them',
  params: RunParams,
  body: z.object({ subJobId: z.string().optional() }),
  idempotent: { shownOnce: [] },
  result: ScanRun,
});

export const estimateScan = endpoint({
  method: 'POST',
  path: `${PREFIX}/estimate`,
  module: 'orchestration',
  access: 'scans:run',
  summary: 'Preview a scan: its sub-jobs and estimated duration',
  body: ScanRequest,
  unmasked: ['image', 'path', 'url', 'apiDefinition', 'targets'],
  result: z.object({
    target: z.string(),
    subJobs: z.array(z.object({ tool: z.string(), name: z.string() })),
    estimateMs: z.number().nullable(),
    basedOn: z.number().describe('number of earlier scans whose median is the estimate'),
    runningScanId: z
      .string()
      .nullable()
      .describe('the running scan of the target, which blocks a new one'),
  }),
});

// ── live updates ───────────────────────────────────────────────────────────────────────────────

export const ScanEvent = z.object({
  type: z.enum(['scan', 'end']).describe('`end` is the last event: the scan has finished'),
  scan: ScanRun,
});
export type ScanEvent = z.infer<typeof ScanEvent>;
/** Returns `text/event-stream`; each event's `data` is one ScanEvent. */
export const watchScan = endpoint({
  method: 'GET',
  path: `${PREFIX}/:scanId/events`,
  module: 'orchestration',
  access: 'scans:read',
  summary: 'Follow a scan as server-sent events',
  description:
    'Streams `text/event-stream`: the scan at once, then on every change, at most four times a second, and finally `end`.',
  params: RunParams,
  result: ScanEvent,
  events: true,
});
