import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { listOf, PageQuery, pageOf } from './page.js';
import { FindingChanges } from './security-scans.js';
import { Severity } from './severity.js';

const PREFIX = '/api/scans';

// ── what can be scanned ────────────────────────────────────────────────────────────────────────

const names = z.array(z.string().trim().min(1).max(100)).max(200);

/** How thoroughly a web site is looked at; `full` and `api` attack it. */
export const WebDepth = z.enum(['headers', 'baseline', 'full', 'api']);
export const NetworkProfile = z.enum(['quick', 'standard', 'thorough']);

/** What a person asks to be scanned. Targets are checked again, by kind, before anything starts. */
export const ScanRequest = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('cloud'),
    accountId: z.string().describe('a cloud account of the team'),
    regions: names.optional().describe('AWS: default all regions of the account'),
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
  unit: z.string().describe('what is counted: checks, ports, alerts, packages'),
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

/** One start of one tool: a region, an image, a site. */
export const SubJob = z.object({
  id: z.string(),
  tool: z.string().describe('prowler, trivy, zap, nmap, or web-check, which is built in'),
  name: z.string().describe('what tells it apart: `eu-west-1`, `nginx:1.27`'),
  status: ScanStatus,
  attempt: z.number(),
  problem: z.string().nullable(),
  outcome: z
    .enum(['succeeded', 'succeeded_with_gaps', 'failed', 'timed_out', 'cancelled'])
    .nullable()
    .describe('what the tool came to; `completed` without gaps, `partial` with them'),
  coverage: CoverageRecord.nullable(),
  results: z.number(),
  findings: FindingChanges,
  importId: z.string().nullable(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  log: z.array(z.string()).describe('the last lines of the tool, secrets masked'),
});
export type SubJob = z.infer<typeof SubJob>;

export const ScanRun = z.object({
  id: z.string(),
  kind: z.string(),
  target: z.string().describe('what is scanned, in words'),
  targetKey: z.string().describe('the same for every scan of the same target'),
  request: ScanRequest,
  status: ScanStatus,
  isCancelling: z.boolean().describe('somebody wants it stopped; its tools are ending'),
  trigger: z.enum(['manual', 'schedule']),
  requestedBy: z.string(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  durationMs: z.number().nullable().describe('from start to end; until now while it runs'),
  /** 0 … 1. */
  progress: z.number(),
  estimateMs: z.number().nullable().describe('from earlier runs of the same target'),
  problem: z.string().nullable(),
  results: z.number(),
  findings: FindingChanges,
  subJobs: z.array(SubJob),
});
export type ScanRun = z.infer<typeof ScanRun>;
/** A scan in a list: its sub-jobs are counted, not told. */
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
  summary: 'Scan something',
  description:
    'Answers at once with the queued run. One run of a target at a time: a second request answers 409 with the id of the running one in `detail`.',
  body: ScanRequest,
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
    target: z.string().max(300).optional().describe('`targetKey` of a scan: its history'),
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
  summary: 'Stop a scan; its tools end within ten seconds',
  params: RunParams,
  result: ScanRun,
});
export const retryScan = endpoint({
  method: 'POST',
  path: `${PREFIX}/:scanId/retry`,
  module: 'orchestration',
  access: 'scans:run',
  summary: 'Run the failed sub-jobs of an ended scan again, or one of them',
  params: RunParams,
  body: z.object({ subJobId: z.string().optional() }),
  result: ScanRun,
});

export const estimateScan = endpoint({
  method: 'POST',
  path: `${PREFIX}/estimate`,
  module: 'orchestration',
  access: 'scans:run',
  summary: 'What a scan would do, and how long it took before',
  body: ScanRequest,
  result: z.object({
    target: z.string(),
    subJobs: z.array(z.object({ tool: z.string(), name: z.string() })),
    estimateMs: z.number().nullable(),
    basedOn: z.number().describe('how many earlier scans the estimate is the median of'),
    runningScanId: z.string().nullable().describe('the scan that is in the way'),
  }),
});

// ── what changes while somebody watches ────────────────────────────────────────────────────────

export const ScanEvent = z.object({
  type: z.enum(['scan', 'end']).describe('`end` is the last: the scan has ended'),
  scan: ScanRun,
});
export type ScanEvent = z.infer<typeof ScanEvent>;
/** Answers `text/event-stream`; each event's `data` is one ScanEvent. */
export const watchScan = endpoint({
  method: 'GET',
  path: `${PREFIX}/:scanId/events`,
  module: 'orchestration',
  access: 'scans:read',
  summary: 'Follow a scan as server-sent events',
  description:
    'A stream of `text/event-stream`: the scan at once, then whenever it changed, at most four times a second, and `end` as the last.',
  params: RunParams,
  result: ScanEvent,
});
