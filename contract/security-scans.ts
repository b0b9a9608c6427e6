import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { FindingDetails } from './finding-details.js';
import { FindingFilter, FindingStatus } from './finding-filter.js';
import { ImportGaps, ImportUndo } from './import-details.js';
import { PageQuery, pageOf } from './page.js';
import { Severity } from './severity.js';
import { Verdict } from './verdict.js';

export * from './finding-filter.js';

const PREFIX = '/api/security-scans';

// ── imports ────────────────────────────────────────────────────────────────────────────────────

export const VerdictCounts = z.object({
  pass: z.number(),
  fail: z.number(),
  manual: z.number(),
  muted: z.number(),
  error: z.number().describe('errors and results that were not evaluated'),
});
export type VerdictCounts = z.infer<typeof VerdictCounts>;

export const FindingChanges = z.object({
  opened: z.number(),
  reopened: z.number(),
  resolved: z.number(),
  unchanged: z.number(),
  stale: z.number().describe('open findings on whose check or scope this report has no evidence'),
});
export type FindingChanges = z.infer<typeof FindingChanges>;

export const ImportStatus = z.enum([
  'queued',
  'reading',
  'applying',
  'completed',
  'partial',
  'failed',
  'undoing',
  'undone',
]);
export type ImportStatus = z.infer<typeof ImportStatus>;

export const StatedCoverage = z.enum(['complete', 'partial']);
export type StatedCoverage = z.infer<typeof StatedCoverage>;

export const UnreadPart = z.object({
  what: z.string().describe('in the plural: `script results of kinds that are not read`'),
  count: z.number(),
});
export type UnreadPart = z.infer<typeof UnreadPart>;

export const ReportImport = z.object({
  id: z.string(),
  fileName: z.string(),
  sizeBytes: z.number(),
  sha256: z.string().nullable(),
  status: ImportStatus,
  /** 0 … 1 while it runs. */
  progress: z.number(),
  tool: z.string().nullable().describe('comma-separated names when the report has several tools'),
  format: z.string().nullable(),
  toolVersion: z.string().nullable(),
  results: z.number().describe('results read'),
  counts: VerdictCounts,
  findings: FindingChanges,
  accounts: z.array(z.string()),
  coverage: StatedCoverage.nullable().describe(
    'what the importer stated: a complete report resolves what it lacks, a partial one resolves nothing by silence; null: the report is compared with what is known',
  ),
  /** True when the previous import had the same bytes, so that nothing had to be done. */
  identical: z.boolean(),
  partial: z.boolean(),
  problem: z.string().nullable(),
  unread: z
    .array(UnreadPart)
    .optional()
    .describe('parts of the report that this product does not read, by kind'),
  notes: z
    .array(z.string())
    .optional()
    .describe('how unclear statements of the report were read, such as times and names'),
  scanId: z.string().nullish().describe('the scan that made the report'),
  target: z.string().nullish().describe('what was scanned, as the person who imported it named it'),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
  undoneAt: z.string().nullish(),
});
export type ReportImport = z.infer<typeof ReportImport>;

export const ImportDetail = ReportImport.extend({
  ...ImportGaps.partial().shape,
  undo: ImportUndo,
  isUntraced: z
    .literal(true)
    .optional()
    .describe(
      'it is from a release that recorded neither which findings an import changes nor which scan made it',
    ),
});
export type ImportDetail = z.infer<typeof ImportDetail>;

export const ImportTarget = z.string().trim().min(1).max(300);

export const createImport = endpoint({
  method: 'POST',
  path: `${PREFIX}/imports`,
  module: 'security-scans',
  access: 'imports:write',
  summary: 'Import a scanner report',
  description:
    'In any format of `GET /api/security-scans/formats`, plain or gzip, recognised from its content. Returns at once; poll the import by id.',
  upload: true,
  query: z.object({
    target: ImportTarget.optional().describe(
      'what was scanned, where the report does not say it: a repository, a cluster, an application',
    ),
    coverage: StatedCoverage.optional().describe(
      'complete: resolve what the report lacks; partial: resolve nothing that it lacks; default: as whole as it looks',
    ),
  }),
  idempotent: { shownOnce: [] },
  result: ReportImport,
  status: 202,
});

/** Tool and format are texts, not enums: a new tool changes neither the API nor its clients. */
export const ReportFormat = z.object({
  id: z.string().describe('as imports name it: `trivy-json`'),
  tool: z.string().describe('the tool’s id; that of the format itself where any tool writes it'),
  toolTitle: z.string(),
  ofAnyTool: z.boolean(),
  title: z.string(),
  homepage: z.string().nullable(),
  example: z.string().nullable().describe('how to make such a report, Markdown'),
  silence: z.string().describe('what it proves when a report lacks an earlier result'),
});
export type ReportFormat = z.infer<typeof ReportFormat>;
export const listReportFormats = endpoint({
  method: 'GET',
  path: `${PREFIX}/formats`,
  module: 'security-scans',
  access: 'imports:read',
  summary: 'Formats of reports that can be imported, by tool',
  tagged: true,
  result: z.object({ items: z.array(ReportFormat) }),
});
export const listImports = endpoint({
  method: 'GET',
  path: `${PREFIX}/imports`,
  module: 'security-scans',
  access: 'imports:read',
  summary: 'Imports, newest first',
  query: PageQuery,
  result: pageOf(ReportImport),
});
export const getImport = endpoint({
  method: 'GET',
  path: `${PREFIX}/imports/:importId`,
  module: 'security-scans',
  access: 'imports:read',
  summary: 'One import: its progress, what was not read, and whether it can be undone',
  params: z.object({ importId: z.string() }),
  result: ImportDetail,
});

// ── findings ───────────────────────────────────────────────────────────────────────────────────

export const Triage = z.object({
  reason: z.string(),
  actor: z.string(),
  at: z.string(),
  expiresAt: z.string().nullable().describe('null when the tool’s own configuration mutes it'),
});

export const Finding = z.object({
  id: z.string(),
  tool: z.string(),
  checkId: z.string(),
  title: z.string(),
  severity: Severity,
  rawSeverity: z.string(),
  status: FindingStatus,
  provider: z.string(),
  accountId: z.string(),
  accountName: z.string(),
  region: z.string(),
  service: z.string(),
  resourceUid: z.string(),
  resourceName: z.string(),
  resourceType: z.string(),
  observed: z.string(),
  details: FindingDetails.nullish(),
  /** The tool's last verdict. May be `manual` or `muted` while open: neither proves a fix. */
  verdict: Verdict,
  firstSeenAt: z.string(),
  /** When a tool last reported it. */
  lastSeenAt: z.string(),
  resolvedAt: z.string().nullable(),
  resolvedBy: z.string().nullable().describe('the import that proved it fixed or gone'),
  resolution: z.enum(['passed', 'gone']).nullable(),
  reopenedCount: z.number(),
  staleSince: z.string().nullable().describe('since when newer imports have had no evidence on it'),
  triage: Triage.nullable(),
});
export type Finding = z.infer<typeof Finding>;

export const listFindings = endpoint({
  method: 'GET',
  path: `${PREFIX}/findings`,
  module: 'security-scans',
  access: 'findings:read',
  summary: 'Findings, worst first',
  query: FindingFilter.extend(PageQuery.shape),
  result: pageOf(Finding),
});

/** A check as its tool describes it. */
export const Check = z.object({
  id: z.string(),
  tool: z.string(),
  title: z.string(),
  description: z.string(),
  risk: z.string(),
  remediation: z.string(),
  remediationUrl: z.string().nullable(),
  service: z.string(),
  provider: z.string(),
  severity: Severity,
  categories: z.array(z.string()),
  statedRequirements: z.record(z.string(), z.array(z.string())),
});
export type Check = z.infer<typeof Check>;

export const getFinding = endpoint({
  method: 'GET',
  path: `${PREFIX}/findings/:findingId`,
  module: 'security-scans',
  access: 'findings:read',
  summary: 'One finding with its check and the controls it lowers',
  params: z.object({ findingId: z.string() }),
  result: Finding.extend({ check: Check }),
});

export const triageFinding = endpoint({
  method: 'POST',
  path: `${PREFIX}/findings/:findingId/triage`,
  module: 'security-scans',
  access: 'findings:triage',
  summary: 'Suppress or accept a finding, mark it as a false positive, or reopen it',
  description:
    'Needs a reason and an expiry date within a year. Suppressed and accepted findings still lower their controls: only evidence of a fix raises them.',
  params: z.object({ findingId: z.string() }),
  body: z.discriminatedUnion('status', [
    z.object({
      status: z.enum(['suppressed', 'accepted', 'false_positive']),
      reason: z.string().trim().min(3).max(2_000),
      expiresAt: z.iso.datetime(),
    }),
    z.object({ status: z.literal('open') }),
  ]),
  result: Finding,
});
