import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { PageQuery, pageOf } from './page.js';

/** Must be shown wherever text of the Secure Controls Framework is shown. */
export const ScfAttribution = z.object({
  text: z.string().describe('the text to show'),
  release: z.string(),
  sha256: z.string().describe('of the imported workbook'),
  licence: z.string(),
  licenceUrl: z.string(),
});
export type ScfAttribution = z.infer<typeof ScfAttribution>;

export const ScfWarning = z.object({
  sheet: z.string(),
  row: z.number().nullable(),
  column: z.string().nullable().describe('column letters as in Excel'),
  text: z.string(),
});

export const ScfRelease = z.object({
  id: z.string(),
  release: z.string().describe('for example 2026.1'),
  sha256: z.string(),
  fileName: z.string(),
  sizeBytes: z.number(),
  state: z.enum(['staged', 'ready']).describe('staged: previewed but not imported'),
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
  warnings: z.array(ScfWarning).describe('the first 200 warnings'),
  warningsTotal: z.number(),
  readAt: z.string(),
  importedAt: z.string().nullable(),
  importedBy: z.string().nullable().describe('null when a person of another team imported it'),
});
export type ScfRelease = z.infer<typeof ScfRelease>;

const ControlName = z.object({ id: z.string(), title: z.string() });
const FrameworkSize = z.object({ id: z.string(), name: z.string(), requirements: z.number() });
/** `total` counts all items; `items` has the first 2,000. */
const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ total: z.number(), items: z.array(item) });

export const ScfChanges = z.object({
  since: z.string().nullable().describe('the release in use; null when there is none'),
  isOlder: z.boolean().describe('older than the release in use, so the import must be confirmed'),
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
  id: z.string().describe('`scf:` followed by the stable name'),
  fdi: z.string().nullable(),
  name: z.string(),
  publisher: z.string().nullable(),
  version: z.string().nullable(),
  geography: z.string().nullable(),
  requirements: z.number(),
  zerosLost: z
    .boolean()
    .describe('ids may lack trailing zeros because Excel stored them as numbers'),
  active: z.boolean().describe('the team measures itself against it'),
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
    .describe('SCF controls that may compensate for it, in the SCF’s words'),
  privacyPrinciples: z.array(z.object({ id: z.string(), title: z.string(), text: z.string() })),
  isOurs: z.boolean().describe('true when our library has a control with this id and meaning'),
});
export type ScfControlText = z.infer<typeof ScfControlText>;

const module = 'catalogue' as const;
const releaseParams = z.object({ releaseId: z.string().max(100) });

export const getScf = endpoint({
  method: 'GET',
  path: '/api/common-controls/scf',
  module,
  access: 'compliance:read',
  summary: 'The Secure Controls Framework release in use, if any',
  result: ScfStatus,
});

export const previewScf = endpoint({
  method: 'POST',
  path: '/api/common-controls/scf/preview',
  module,
  access: 'installation:write',
  summary: 'Upload an SCF workbook and preview its changes',
  description: 'Nothing changes until it is imported. A preview is deleted after a week.',
  upload: true,
  result: ScfPreview,
});

export const importScf = endpoint({
  method: 'POST',
  path: '/api/common-controls/scf/import',
  module,
  access: 'installation:write',
  summary: 'Import a previewed SCF release or switch to a stored one, for the whole installation',
  body: z.object({
    releaseId: z.string().min(1).max(100),
    force: z.boolean().default(false).describe('import it even when older than the release in use'),
  }),
  result: ScfStatus.extend({ changed: z.boolean() }),
});

export const listScfReleases = endpoint({
  method: 'GET',
  path: '/api/common-controls/scf/releases',
  module,
  access: 'compliance:read',
  summary: 'Stored SCF releases, newest upload first',
  query: PageQuery,
  result: pageOf(ScfRelease),
});

export const getScfChanges = endpoint({
  method: 'GET',
  path: '/api/common-controls/scf/releases/:releaseId/changes',
  module,
  access: 'compliance:read',
  summary: 'Changes of a stored SCF release compared with the one in use',
  params: releaseParams,
  result: ScfPreview,
});

export const removeScfRelease = endpoint({
  method: 'DELETE',
  path: '/api/common-controls/scf/releases/:releaseId',
  module,
  access: 'installation:write',
  summary: 'Delete a stored SCF release; deleting the one in use removes all SCF text',
  params: releaseParams,
  result: ScfStatus,
});

export const listScfFrameworks = endpoint({
  method: 'GET',
  path: '/api/common-controls/scf/frameworks',
  module,
  access: 'compliance:read',
  summary: 'Frameworks that the SCF maps to its controls',
  query: PageQuery.extend({ q: z.string().max(200).optional() }),
  tagged: true,
  result: pageOf(ScfFrameworkSummary).extend({ attribution: ScfAttribution.nullable() }),
});

export const chooseScfFramework = endpoint({
  method: 'PUT',
  path: '/api/common-controls/scf/frameworks/:frameworkId',
  module,
  access: 'compliance:write',
  summary: 'Activate or deactivate an SCF framework for the team',
  params: z.object({ frameworkId: z.string().max(200) }),
  body: z.object({ active: z.boolean() }),
  result: ScfFrameworkSummary.extend({ attribution: ScfAttribution }),
});

export const listScfControls = endpoint({
  method: 'GET',
  path: '/api/common-controls/scf/controls',
  module,
  access: 'compliance:read',
  summary: 'Controls of the SCF release in use',
  query: PageQuery.extend({
    domain: z.string().max(10).optional(),
    q: z.string().max(200).optional(),
  }),
  tagged: true,
  result: pageOf(
    ScfControlText.pick({ id: true, domain: true, title: true, weight: true, isOurs: true }),
  ).extend({ attribution: ScfAttribution.nullable() }),
});

export const getScfControl = endpoint({
  method: 'GET',
  path: '/api/common-controls/scf/controls/:controlId',
  module,
  access: 'compliance:read',
  summary: 'The SCF’s text of a control',
  params: z.object({ controlId: z.string().max(50) }),
  result: ScfControlText.extend({ attribution: ScfAttribution }),
});

export const getScfBeside = endpoint({
  method: 'GET',
  path: '/api/common-controls/:controlId/scf',
  module,
  access: 'compliance:read',
  summary: 'The SCF’s text for a control of the library; null when the SCF has no such control',
  params: z.object({ controlId: z.string().max(50) }),
  result: z.object({
    text: ScfControlText.nullable(),
    attribution: ScfAttribution.nullable(),
  }),
});
