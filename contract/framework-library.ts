import { z } from 'zod';
import {
  Attributions,
  ControlKind,
  ControlStatus,
  Relation,
  RequirementStatus,
} from './control.js';
import { endpoint } from './endpoint.js';
import { FrameworkSummary } from './framework.js';

/** Which frameworks there are, which a team measures itself by, and what it brings itself. */
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
    .describe('with the product, uploaded by the team, or from a workbook of others'),
  /** Which publication the ids are of, its ISO date (or month), and how many requirements it has. */
  source: z
    .object({ publication: z.string(), published: z.string(), count: z.number() })
    .nullable(),
  active: z.boolean(),
  targetScore: z.number().describe('0–100; drift tells when the score falls below'),
  sections: z.number(),
  requirements: z.number(),
  controls: z.number().describe('common controls that serve it'),
  attestations: z.number().describe('requirements of which a part needs a person’s word'),
  /** To be shown with it, when its texts are not ours. */
  attribution: z.string().optional(),
});
export type AvailableFramework = z.infer<typeof AvailableFramework>;

export const listAvailableFrameworks = endpoint({
  ...common,
  method: 'GET',
  path: '/api/frameworks/available',
  summary: 'All frameworks that the team could measure itself by, active or not',
  result: z.object({ items: z.array(AvailableFramework) }),
});

export const chooseFramework = endpoint({
  ...write,
  method: 'PUT',
  path: '/api/frameworks/:frameworkId/choice',
  summary: 'Activate or deactivate a framework, or set the score that the team aims at',
  description: 'Attestations of a framework that is deactivated stay, and hold again later.',
  params: FrameworkParams,
  body: z
    .object({
      active: z.boolean().optional(),
      targetScore: z.number().min(0).max(100).optional(),
    })
    .refine(({ active, targetScore }) => active !== undefined || targetScore !== undefined, {
      message: 'say active, targetScore, or both',
    }),
  result: AvailableFramework,
});

// ── files ──────────────────────────────────────────────────────────────────────────────────────

const Problems = z.array(z.object({ at: z.string(), message: z.string() }));
const NotRead = z
  .array(z.string())
  .describe('names of columns and fields that mean nothing here; at most 20');
const Named = z.object({ id: z.string(), title: z.string() });
const ExportQuery = z.object({ format: z.enum(['yaml', 'csv']).default('yaml') });
export const TextFile = z.object({
  fileName: z.string(),
  mediaType: z.string(),
  text: z.string(),
});
export type TextFile = z.infer<typeof TextFile>;

/** They stand over what the file says; a CSV file may say nothing. */
export const FrameworkHead = z.object({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,63}$/, 'small letters, digits, dots and hyphens')
    .optional(),
  name: z.string().trim().min(1).max(120).optional(),
  version: z.string().trim().min(1).max(60).optional(),
});

export const FrameworkPreview = z.object({
  framework: AvailableFramework.omit({
    origin: true,
    source: true,
    active: true,
    targetScore: true,
  }).nullable(),
  isNew: z.boolean(),
  problems: Problems.describe('nothing can be imported while there are any; at most 50'),
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
  summary: 'What importing a framework file would add, change and remove; nothing is stored',
  description: UPLOAD,
  query: FrameworkHead,
  upload: true,
  result: FrameworkPreview,
});

export const importFramework = endpoint({
  ...write,
  method: 'POST',
  path: '/api/frameworks',
  summary: 'Import a framework of the team’s own, or replace it',
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
  summary: 'A framework of the team’s own as the file that imports it again',
  params: FrameworkParams,
  query: ExportQuery,
  result: TextFile,
});

export const removeFramework = endpoint({
  ...write,
  method: 'DELETE',
  path: '/api/frameworks/:frameworkId',
  summary: 'Remove a framework of the team’s own; its attestations are kept',
  params: FrameworkParams,
  query: z.object({ confirm: z.string().max(100).describe('the framework’s id once more') }),
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
  summary: 'What importing a file of own controls would add and change; nothing is stored',
  upload: true,
  result: ControlsPreview,
});

export const importControls = endpoint({
  ...write,
  method: 'POST',
  path: '/api/common-controls',
  summary: 'Add controls of the team’s own, or change those with the same ids',
  description: 'A CSV, YAML or JSON file of at most 16 MB.',
  upload: true,
  status: 201,
  result: ControlsPreview,
});

export const exportControls = endpoint({
  ...common,
  method: 'GET',
  path: '/api/common-controls/export',
  summary: 'The team’s own controls as the file that imports them again',
  query: z.object({ format: z.enum(['yaml', 'csv', 'json']).default('yaml') }),
  result: TextFile,
});

export const removeControl = endpoint({
  ...write,
  method: 'DELETE',
  path: '/api/common-controls/:controlId',
  summary: 'Remove a control of the team’s own that no requirement of its frameworks uses',
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
  /** Percentage points of the framework’s score that meeting the requirement alone would add. */
  gain: z.number(),
  /** Who can say that it is met. */
  judgedBy: z.enum(['tools', 'tools_and_people', 'people']),
  attestationMissing: z.boolean(),
  /** Those that are not implemented. */
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
    onlyPeople: z.number().describe('gaps that no tool can judge'),
  }),
  sections: z.array(Named),
  gaps: z.array(RequirementGap).describe('failing first, then by gain'),
  /** Controls by the points that implementing each would add to this framework's score. */
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
  summary: 'What is missing in a framework, why, and what would raise its score most',
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
  /** Percent of `to`’s weight that the controls of `from` cover now, as they stand; never more than `to`’s own score. */
  covered: z.number(),
  /** Percent that they would cover if all of them were implemented. */
  reachable: z.number(),
  /** Requirements of `to` that are met by controls of `from` alone, and those that they contribute to. */
  met: z.number(),
  contributed: z.number(),
  total: z.number(),
});
export type FrameworkOverlap = z.infer<typeof FrameworkOverlap>;

export const compareFrameworks = endpoint({
  ...compared,
  method: 'GET',
  path: '/api/frameworks/overlaps',
  summary: 'How far what is implemented for one active framework covers the others',
  query: z.object({ from: id.optional(), to: id.optional() }),
  result: z.object({
    frameworks: z.array(z.object({ id: z.string(), name: z.string() })),
    overlaps: z.array(FrameworkOverlap),
    attributions: Attributions,
  }),
});
