import { z } from 'zod';
import {
  Attributions,
  ControlKind,
  ControlStatus,
  Relation,
  RequirementStatus,
} from './control.js';
import { endpoint } from './endpoint.js';
import { FrameworkSource, FrameworkSummary, NewerEdition, RequirementState } from './framework.js';

/** Available, active and custom frameworks, custom controls, and gaps. */

const id = z.string().min(1).max(100);
const FrameworkParams = z.object({ frameworkId: id });
const common = { module: 'catalogue', access: 'compliance:read' } as const;
const compared = { ...common, module: 'compliance' } as const;
const write = { ...common, access: 'compliance:write' } as const;

export const AvailableFramework = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  publisher: z.string(),
  about: z.string(),
  origin: z
    .enum(['shipped', 'custom', 'imported'])
    .describe('shipped with the product, uploaded, or from an imported workbook'),
  source: FrameworkSource.nullable(),
  supersededBy: NewerEdition.optional(),
  active: z.boolean(),
  targetScore: z.number().describe('0–100; drift notifies when the score drops below it'),
  sections: z.number(),
  requirements: z.number(),
  controls: z.number().describe('common controls that it maps to'),
  attestations: z.number().describe('requirements that need an attestation for a part'),
  /** Show it with the framework when its texts are not ours. */
  attribution: z.string().optional(),
});
export type AvailableFramework = z.infer<typeof AvailableFramework>;

export const listAvailableFrameworks = endpoint({
  ...common,
  method: 'GET',
  path: '/api/frameworks/available',
  summary: 'All available frameworks, active or not',
  tagged: true,
  result: z.object({ items: z.array(AvailableFramework) }),
});

export const chooseFramework = endpoint({
  ...write,
  method: 'PUT',
  path: '/api/frameworks/:frameworkId/choice',
  summary: 'Activate or deactivate a framework, or set its target score',
  description: 'Attestations of a deactivated framework are kept for its reactivation.',
  params: FrameworkParams,
  body: z
    .object({
      active: z.boolean().optional(),
      targetScore: z.number().min(0).max(100).optional(),
    })
    .refine(({ active, targetScore }) => active !== undefined || targetScore !== undefined, {
      message: 'give active, targetScore, or both',
    }),
  result: AvailableFramework,
});

// ── files ──────────────────────────────────────────────────────────────────────────────────────

const Problems = z.array(z.object({ at: z.string(), message: z.string() }));
const NotRead = z.array(z.string()).describe('ignored unknown columns and fields; at most 20');
const Named = z.object({ id: z.string(), title: z.string() });
const ExportQuery = z.object({ format: z.enum(['yaml', 'csv']).default('yaml') });
export const TextFile = z.object({
  fileName: z.string(),
  mediaType: z.string(),
  text: z.string(),
});
export type TextFile = z.infer<typeof TextFile>;

/** Overrides the values in the file; a CSV file may have none. */
export const FrameworkHead = z.object({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,63}$/, 'must be lower-case letters, digits, dots and hyphens')
    .optional(),
  name: z.string().trim().min(1).max(2_000).optional(),
  version: z.string().trim().min(1).max(200).optional(),
});

export const FrameworkPreview = z.object({
  framework: AvailableFramework.omit({
    origin: true,
    source: true,
    active: true,
    targetScore: true,
  }).nullable(),
  isNew: z.boolean(),
  problems: Problems.describe('must be fixed before the import; at most 50'),
  added: z.array(Named),
  changed: z.array(Named.extend({ what: z.array(z.string()) })),
  removed: z.array(Named),
  unchanged: z.number(),
  notRead: NotRead,
});
export type FrameworkPreview = z.infer<typeof FrameworkPreview>;

const UPLOAD = 'A CSV, YAML or OSCAL catalog (JSON, 1.0 to 1.2) file of at most 16 MB.';

export const previewFramework = endpoint({
  ...write,
  method: 'POST',
  path: '/api/frameworks/preview',
  summary: 'Preview what importing a framework file would add, change and remove',
  description: UPLOAD,
  query: FrameworkHead,
  upload: true,
  result: FrameworkPreview,
});

export const importFramework = endpoint({
  ...write,
  method: 'POST',
  path: '/api/frameworks',
  summary: 'Import or replace a custom framework',
  description: UPLOAD,
  query: FrameworkHead,
  upload: true,
  status: 201,
  result: AvailableFramework,
});

export const exportFramework = endpoint({
  ...common,
  method: 'GET',
  path: '/api/frameworks/:frameworkId/export',
  summary: 'Export a custom framework as a file that can be imported again',
  params: FrameworkParams,
  query: ExportQuery,
  result: TextFile,
});

export const removeFramework = endpoint({
  ...write,
  method: 'DELETE',
  path: '/api/frameworks/:frameworkId',
  summary: 'Delete a custom framework; its attestations are kept',
  params: FrameworkParams,
  query: z.object({ confirm: z.string().max(100).describe('the framework’s id again') }),
  result: z.object({ removed: z.literal(true) }),
});

export const ControlsPreview = z.object({
  problems: Problems,
  added: z.array(Named),
  changed: z.array(Named),
  unchanged: z.number(),
  notRead: NotRead,
});
export type ControlsPreview = z.infer<typeof ControlsPreview>;

export const previewControls = endpoint({
  ...write,
  method: 'POST',
  path: '/api/common-controls/preview',
  summary: 'Preview what importing custom controls would add and change',
  upload: true,
  result: ControlsPreview,
});

export const importControls = endpoint({
  ...write,
  method: 'POST',
  path: '/api/common-controls',
  summary: 'Import custom controls; those with the same ids are changed',
  description: 'A CSV, YAML or JSON file of at most 16 MB.',
  upload: true,
  status: 201,
  result: ControlsPreview,
});

export const exportControls = endpoint({
  ...common,
  method: 'GET',
  path: '/api/common-controls/export',
  summary: 'Export the custom controls as a file that can be imported again',
  query: z.object({ format: z.enum(['yaml', 'csv', 'json']).default('yaml') }),
  result: TextFile,
});

export const removeControl = endpoint({
  ...write,
  method: 'DELETE',
  path: '/api/common-controls/:controlId',
  summary: 'Delete a custom control that no requirement of a custom framework uses',
  params: z.object({ controlId: id }),
  result: z.object({ removed: z.literal(true) }),
});

// ── gaps ───────────────────────────────────────────────────────────────────────────────────────

export const RequirementGap = z.object({
  id: z.string(),
  title: z.string(),
  section: z.string(),
  status: RequirementStatus.extract(['failing', 'partial', 'not_assessed']),
  why: z.string(),
  /** Percentage points that meeting this requirement alone would add to the framework’s score. */
  gain: z.number(),
  /** Who can show that it is met. */
  judgedBy: z.enum(['tools', 'tools_and_people', 'people']),
  attestationMissing: z.boolean(),
  ...RequirementState.pick({ passing: true, expiredPoints: true }).shape,
  /** The controls that are not implemented. */
  controls: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      kind: ControlKind.nullable(),
      relation: Relation,
      status: ControlStatus,
      reason: z.string(),
      openFindings: z.number(),
    }),
  ),
});
export type RequirementGap = z.infer<typeof RequirementGap>;

export const FrameworkGaps = z.object({
  framework: FrameworkSummary,
  counts: z.object({
    failing: z.number(),
    partial: z.number(),
    notAssessed: z.number(),
    attestationMissing: z.number(),
    onlyPeople: z.number().describe('gaps that no tool can assess'),
  }),
  sections: z.array(Named),
  gaps: z.array(RequirementGap).describe('failing first, then by gain'),
  /** Controls by the points that implementing them would add to this framework's score. */
  fixes: z.array(
    Named.extend({
      status: ControlStatus,
      reason: z.string(),
      openFindings: z.number(),
      gain: z.number(),
      requirements: z.number(),
    }),
  ),
  attributions: Attributions,
});
export type FrameworkGaps = z.infer<typeof FrameworkGaps>;

export const getFrameworkGaps = endpoint({
  ...compared,
  method: 'GET',
  path: '/api/frameworks/:frameworkId/gaps',
  summary: 'Gaps of a framework, their causes, and what would raise its score most',
  params: FrameworkParams,
  result: FrameworkGaps,
});

export const exportFrameworkGaps = endpoint({
  ...compared,
  method: 'GET',
  path: '/api/frameworks/:frameworkId/gaps/export',
  summary: 'The gaps of a framework as CSV',
  params: FrameworkParams,
  result: TextFile,
});

export const FrameworkOverlap = z.object({
  from: z.string(),
  to: z.string(),
  sharedControls: z.number(),
  /** Percent of `to`’s weight that the controls of `from` cover now; never more than `to`’s own score. */
  covered: z.number(),
  /** Percent they would cover if all were implemented. */
  reachable: z.number(),
  /** Requirements of `to` that controls of `from` alone meet, and those they contribute to. */
  met: z.number(),
  contributed: z.number(),
  total: z.number(),
});
export type FrameworkOverlap = z.infer<typeof FrameworkOverlap>;

export const compareFrameworks = endpoint({
  ...compared,
  method: 'GET',
  path: '/api/frameworks/overlaps',
  summary: 'How far the work for one active framework covers the others',
  query: z.object({ from: id.optional(), to: id.optional() }),
  result: z.object({
    frameworks: z.array(z.object({ id: z.string(), name: z.string() })),
    overlaps: z.array(FrameworkOverlap),
    attributions: Attributions,
  }),
});
