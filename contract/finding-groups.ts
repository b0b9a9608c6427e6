import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { FindingFilter } from './security-scans.js';
import { Severity } from './severity.js';

export const EXPORT_FORMATS = ['csv', 'xlsx'] as const;
export const exportFindings = endpoint({
  method: 'GET',
  path: '/api/security-scans/finding-export',
  module: 'security-scans',
  access: 'findings:read',
  summary: 'Findings as a CSV file or an Excel workbook, worst first',
  description:
    'Text that a spreadsheet would read as a formula begins with an apostrophe. A workbook has the first 20,000 findings; another sheet and the header `x-left-out` say how many are left out. CSV has no limit.',
  query: FindingFilter.extend({ format: z.enum(EXPORT_FORMATS).default('csv') }),
  result: z.string(),
  download: ['text/csv', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
});

export const FindingGroup = z.object({
  checkId: z.string(),
  tool: z.string(),
  title: z.string(),
  severity: Severity,
  service: z.string(),
  findings: z.number(),
  accounts: z.number(),
  regions: z.number(),
});
export type FindingGroup = z.infer<typeof FindingGroup>;
export const listFindingGroups = endpoint({
  method: 'GET',
  path: '/api/security-scans/finding-groups',
  module: 'security-scans',
  access: 'findings:read',
  summary: 'Findings grouped by check: worst severity first, then most findings',
  query: FindingFilter.extend({ limit: z.coerce.number().int().min(1).max(1_000).default(200) }),
  result: z.object({
    items: z.array(FindingGroup),
    totalFindings: z.number(),
    totalGroups: z.number(),
  }),
});

export const Facet = z.array(z.object({ value: z.string(), count: z.number() }));
export const FindingFacets = z.object({
  severity: Facet,
  status: Facet,
  tool: Facet,
  service: Facet,
  provider: Facet,
  accountId: Facet,
  region: Facet,
});
export type FindingFacets = z.infer<typeof FindingFacets>;
export const getFindingFacets = endpoint({
  method: 'GET',
  path: '/api/security-scans/finding-facets',
  module: 'security-scans',
  access: 'findings:read',
  summary: 'Number of findings per value of each filter, with the other filters applied',
  query: FindingFilter,
  result: FindingFacets,
});
