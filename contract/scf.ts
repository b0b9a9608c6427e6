import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { PageQuery, pageOf } from './page.js';

/** To be shown wherever text of the Secure Controls Framework is. */
export const ScfAttribution = z.object({
  text: z.string().describe('the sentence to show'),
  release: z.string(),
  sha256: z.string().describe('of the workbook that was imported'),
  licence: z.string(),
  licenceUrl: z.string(),
});
export type ScfAttribution = z.infer<typeof ScfAttribution>;

export const ScfWarning = z.object({
  sheet: z.string(),
  row: z.number().nullable(),
  column: z.string().nullable().describe('letters, as Excel shows them'),
  text: z.string(),
});

export const ScfRelease = z.object({
  id: z.string(),
  release: z.string().describe('such as 2026.1'),
  sha256: z.string(),
  fileName: z.string(),
  sizeBytes: z.number(),
  state: z.enum(['staged', 'ready']).describe('staged: previewed, not imported'),
  isCurrent: z.boolean(),
  counts: z.object({
    domains: z.number(),
    controls: z.number(),
    objectives: z.number(),
    frameworks: z.number(),
    requirements: z.number(),
    evidenceRequests: z.number(),
    compensatingControls: z.number(),
    risks: z.number(),
    threats: z.number(),
    privacyPrinciples: z.number(),
  }),
  warnings: z.array(ScfWarning).describe('the first 200'),
  warningsTotal: z.number(),
  readAt: z.string(),
  importedAt: z.string().nullable(),
  importedBy: z.string().nullable().describe('null when somebody of another team did'),
});
export type ScfRelease = z.infer<typeof ScfRelease>;

const ControlName = z.object({ id: z.string(), title: z.string() });
const FrameworkSize = z.object({ id: z.string(), name: z.string(), requirements: z.number() });
/** `total` counts all; `items` are the first 2,000. */
const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ total: z.number(), items: z.array(item) });

export const ScfChanges = z.object({
  since: z.string().nullable().describe('the release in use; null when there is none'),
  isOlder: z.boolean().describe('older than the one in use: has to be confirmed'),
  controls: z.object({
    added: listOf(ControlName),
    removed: listOf(ControlName),
    renamed: listOf(z.object({ id: z.string(), from: z.string(), to: z.string() })),
    reworded: listOf(ControlName),
    unchanged: z.number(),
  }),
  frameworks: z.object({
    added: listOf(FrameworkSize),
    removed: listOf(FrameworkSize),
    changed: listOf(FrameworkSize.extend({ before: z.number() })),
    unchanged: z.number(),
  }),
});
export type ScfChanges = z.infer<typeof ScfChanges>;

export const ScfPreview = z.object({
  release: ScfRelease,
  changes: ScfChanges,
  attribution: ScfAttribution,
});
export type ScfPreview = z.infer<typeof ScfPreview>;

export const ScfStatus = z.object({
  current: ScfRelease.nullable(),
  attribution: ScfAttribution.nullable(),
});
export type ScfStatus = z.infer<typeof ScfStatus>;

export const ScfFrameworkSummary = z.object({
  id: z.string().describe('scf: and the stable name'),
  fdi: z.string().nullable(),
  name: z.string(),
  publisher: z.string().nullable(),
  version: z.string().nullable(),
  geography: z.string().nullable(),
  requirements: z.number(),
  zerosLost: z.boolean().describe('ids end in lost zeros: Excel had them as numbers'),
  active: z.boolean().describe('the team measures itself by it'),
});
export type ScfFrameworkSummary = z.infer<typeof ScfFrameworkSummary>;

export const ScfControlText = z.object({
  id: z.string(),
  domain: z.string(),
  title: z.string(),
  description: z.string(),
  question: z.string(),
  weight: z.number().nullable(),
  pptdf: z.string().nullable(),
  cadence: z.string().nullable(),
  csfFunction: z.string().nullable(),
  objectives: z.array(
    z.object({
      id: z.string(),
      text: z.string(),
      pptdf: z.string().nullable(),
      origins: z.string().nullable(),
      rigor: z.string().nullable(),
    }),
  ),
  evidenceRequests: z.array(
    z.object({ id: z.string(), group: z.string().nullable(), title: z.string(), text: z.string() }),
  ),
  risks: z.array(ControlName),
  threats: z.array(ControlName),
  compensatingControls: z
    .array(ControlName)
    .describe('controls of the SCF that may stand in for it, in its own words'),
  privacyPrinciples: z.array(z.object({ id: z.string(), title: z.string(), text: z.string() })),
  isOurs: z.boolean().describe('our library has a control of this number and the same meaning'),
});
export type ScfControlText = z.infer<typeof ScfControlText>;

const module = 'catalogue' as const;
const releaseParams = z.object({ releaseId: z.string().max(100) });

export const getScf = endpoint({
  method: 'GET',
  path: '/api/common-controls/scf',
  module,
  access: 'compliance:read',
  summary: 'The Secure Controls Framework release in use, if one was imported',
  result: ScfStatus,
});

export const previewScf = endpoint({
  method: 'POST',
  path: '/api/common-controls/scf/preview',
  module,
  access: 'installation:write',
  summary: 'Upload an SCF workbook and see what importing it would change',
  description:
    'Nothing of it is used before it is imported. What is not imported goes after a week.',
  upload: true,
  result: ScfPreview,
});

export const importScf = endpoint({
  method: 'POST',
  path: '/api/common-controls/scf/import',
  module,
  access: 'installation:write',
  summary: 'Import a previewed SCF release, or go back to a stored one, for the whole installation',
  body: z.object({
    releaseId: z.string().min(1).max(100),
    force: z.boolean().default(false).describe('also when it is older than the one in use'),
  }),
  result: ScfStatus.extend({ changed: z.boolean() }),
});

export const listScfReleases = endpoint({
  method: 'GET',
  path: '/api/common-controls/scf/releases',
  module,
  access: 'compliance:read',
  summary: 'The stored SCF releases, newest reading first',
  query: PageQuery,
  result: pageOf(ScfRelease),
});

export const getScfChanges = endpoint({
  method: 'GET',
  path: '/api/common-controls/scf/releases/:releaseId/changes',
  module,
  access: 'compliance:read',
  summary: 'What a stored SCF release would change against the one in use',
  params: releaseParams,
  result: ScfPreview,
});

export const removeScfRelease = endpoint({
  method: 'DELETE',
  path: '/api/common-controls/scf/releases/:releaseId',
  module,
  access: 'installation:write',
  summary: 'Remove a stored SCF release; without the one in use, no SCF text is left',
  params: releaseParams,
  result: ScfStatus,
});

export const listScfFrameworks = endpoint({
  method: 'GET',
  path: '/api/common-controls/scf/frameworks',
  module,
  access: 'compliance:read',
  summary: 'The frameworks that the SCF maps to its controls',
  query: PageQuery.extend({ q: z.string().max(200).optional() }),
  result: pageOf(ScfFrameworkSummary).extend({ attribution: ScfAttribution.nullable() }),
});

export const chooseScfFramework = endpoint({
  method: 'PUT',
  path: '/api/common-controls/scf/frameworks/:frameworkId',
  module,
  access: 'compliance:write',
  summary: 'Measure the team by a framework of the SCF, or no longer',
  params: z.object({ frameworkId: z.string().max(200) }),
  body: z.object({ active: z.boolean() }),
  result: ScfFrameworkSummary.extend({ attribution: ScfAttribution }),
});

export const listScfControls = endpoint({
  method: 'GET',
  path: '/api/common-controls/scf/controls',
  module,
  access: 'compliance:read',
  summary: 'The controls of the SCF release in use',
  query: PageQuery.extend({
    domain: z.string().max(10).optional(),
    q: z.string().max(200).optional(),
  }),
  result: pageOf(
    ScfControlText.pick({ id: true, domain: true, title: true, weight: true, isOurs: true }),
  ).extend({ attribution: ScfAttribution.nullable() }),
});

export const getScfControl = endpoint({
  method: 'GET',
  path: '/api/common-controls/scf/controls/:controlId',
  module,
  access: 'compliance:read',
  summary: 'A control in the words of the SCF',
  params: z.object({ controlId: z.string().max(50) }),
  result: ScfControlText.extend({ attribution: ScfAttribution }),
});

export const getScfBeside = endpoint({
  method: 'GET',
  path: '/api/common-controls/:controlId/scf',
  module,
  access: 'compliance:read',
  summary:
    'What the SCF says of a control of the library; null when it has none of this number and meaning',
  params: z.object({ controlId: z.string().max(50) }),
  result: z.object({
    text: ScfControlText.nullable(),
    attribution: ScfAttribution.nullable(),
  }),
});
