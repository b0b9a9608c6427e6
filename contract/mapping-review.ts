import { z } from 'zod';
import { Attributions, ControlStatus, MatchReason, Relation } from './control.js';
import { endpoint } from './endpoint.js';
import { listOf, PageQuery, pageOf } from './page.js';
import { Severity } from './severity.js';

/** A team's reviews of check → control matches. They take precedence over the shipped mapping. */

const Name = z.string().trim().min(1).max(500);
export const ReviewVerdict = z.enum(['accept', 'reject']);
export type ReviewVerdict = z.infer<typeof ReviewVerdict>;

/** Identifies a match: a tool's check and a control. Without a provider it applies to every provider. */
export const MappingEdge = z.object({
  tool: Name,
  checkId: Name,
  provider: z.string().trim().max(100).nullish(),
  controlId: Name,
});
export type MappingEdge = z.infer<typeof MappingEdge>;

export const NewMappingReview = MappingEdge.extend({
  verdict: ReviewVerdict,
  /** For an acceptance: how the check relates to the control; default `subset`. */
  relation: Relation.optional(),
  reason: z.string().trim().min(3).max(2_000),
}).refine(({ verdict, relation }) => verdict === 'accept' || relation === undefined, {
  path: ['relation'],
  message: 'is only allowed for an acceptance',
});
export type NewMappingReview = z.infer<typeof NewMappingReview>;

export const MappingReview = z.object({
  id: z.string(),
  tool: z.string(),
  checkId: z.string(),
  provider: z.string().nullable(),
  controlId: z.string(),
  verdict: ReviewVerdict,
  relation: Relation.nullable(),
  reason: z.string(),
  actor: z.string(),
  at: z.string(),
  /** The matcher's proposal at the time of the review; null when it proposed no match. */
  proposed: MatchReason.nullable(),
  /** `replaced` by a later review of the same match, and in force again when that one is revoked. */
  state: z.enum(['in_force', 'replaced', 'revoked']),
  revokedAt: z.string().nullable(),
  revokedBy: z.string().nullable(),
});
export type MappingReview = z.infer<typeof MappingReview>;

export const MAPPING_STATES = ['unreviewed', 'accepted', 'rejected'] as const;
export const MappingState = z.enum(MAPPING_STATES);
export type MappingState = z.infer<typeof MappingState>;

/** A match of a check to a control, with the findings and requirements it affects. */
export const MappingItem = z.object({
  tool: z.string(),
  checkId: z.string(),
  title: z.string(),
  service: z.string(),
  severity: Severity,
  providers: z.array(z.string()),
  controlId: z.string(),
  controlTitle: z.string(),
  controlStatus: ControlStatus,
  /** Why the check counts for the control, or would without the rejection; null without a reason. */
  match: MatchReason.nullable(),
  openFindings: z.number(),
  /** Requirements of the team's frameworks that depend on the control. */
  requirements: z.number(),
  /** Sort key within a state, highest first: (1 + open findings) × (1 + requirements). */
  priority: z.number(),
  state: MappingState,
  review: MappingReview.nullable(),
});
export type MappingItem = z.infer<typeof MappingItem>;

const tierList = listOf(z.enum(['1', '2', '3', '4']));
const Counts = z.array(z.object({ value: z.string(), count: z.number() }));

export const listMappings = endpoint({
  method: 'GET',
  path: '/api/common-controls/mappings',
  module: 'mapping',
  access: 'compliance:read',
  summary: 'The team’s check → control matches, most urgent to review first',
  query: PageQuery.extend({
    state: MappingState.optional(),
    tool: listOf(z.string().max(500)),
    service: listOf(z.string().max(500)),
    tier: tierList,
    controlId: z.string().max(500).optional(),
    checkId: z.string().max(500).optional(),
    q: z.string().max(200).optional(),
  }),
  result: pageOf(MappingItem).extend({
    total: z.number().describe('matches with these filters'),
    facets: z
      .object({ state: Counts, tier: Counts, tool: Counts, service: Counts })
      .describe('counts over all matches of the team'),
    attributions: Attributions,
  }),
});

export const listMappingReviews = endpoint({
  method: 'GET',
  path: '/api/common-controls/mappings/reviews',
  module: 'mapping',
  access: 'compliance:read',
  summary: 'The team’s reviews of matches, including revoked ones, newest first',
  query: PageQuery.extend({
    tool: z.string().max(500).optional(),
    checkId: z.string().max(500).optional(),
    controlId: z.string().max(500).optional(),
    verdict: ReviewVerdict.optional(),
    revoked: z.enum(['true', 'false']).optional(),
  }),
  result: pageOf(MappingReview),
});

export const MAX_REVIEWS_PER_REQUEST = 200;

const Reviewed = z.object({
  reviews: z.array(MappingReview),
  /** Controls whose status changed. */
  controlsChanged: z.number(),
});

export const reviewMappings = endpoint({
  method: 'POST',
  path: '/api/common-controls/mappings/reviews',
  module: 'mapping',
  access: 'compliance:write',
  summary: 'Accept, reject or re-map matches of checks to controls, all or none',
  description:
    'An accepted match counts as curated; a rejected one is ignored. The last review of a match counts.',
  body: z.object({ reviews: z.array(NewMappingReview).min(1).max(MAX_REVIEWS_PER_REQUEST) }),
  result: Reviewed,
  status: 201,
});

export const revokeMappingReviews = endpoint({
  method: 'POST',
  path: '/api/common-controls/mappings/reviews/revoke',
  module: 'mapping',
  access: 'compliance:write',
  summary: 'Revoke reviews: the previous state counts again; the history is kept',
  body: z.object({ ids: z.array(z.string().min(1).max(100)).min(1).max(MAX_REVIEWS_PER_REQUEST) }),
  result: Reviewed,
});

export const EXPORT_FORMATS = ['jsonl', 'yaml'] as const;

export const exportMappingReviews = endpoint({
  method: 'GET',
  path: '/api/common-controls/mappings/export',
  module: 'mapping',
  access: 'compliance:read',
  summary: 'Export the reviews in force as JSON lines or YAML, for another installation',
  query: z.object({ format: z.enum(EXPORT_FORMATS).default('jsonl') }),
  result: z.string(),
  download: ['application/x-ndjson', 'application/yaml'],
});

export const MappingImportPreview = z.object({
  added: z.number(),
  replaced: z.number().describe('the added reviews that replace an existing review of the team'),
  unchanged: z.number(),
  unknownChecks: z.number(),
  reviews: z.array(NewMappingReview).describe('the first 50 reviews that would be added'),
});
export type MappingImportPreview = z.infer<typeof MappingImportPreview>;

export const previewMappingReviews = endpoint({
  method: 'POST',
  path: '/api/common-controls/mappings/import/preview',
  module: 'mapping',
  access: 'compliance:write',
  summary: 'Preview what importing exported reviews would change',
  upload: true,
  result: MappingImportPreview,
});

export const importMappingReviews = endpoint({
  method: 'POST',
  path: '/api/common-controls/mappings/import',
  module: 'mapping',
  access: 'compliance:write',
  summary: 'Import exported reviews, all or none; importing them again changes nothing',
  upload: true,
  result: z.object({
    added: z.number(),
    unchanged: z.number().describe('reviews equal to those in force'),
    unknownChecks: z
      .number()
      .describe('reviews of checks without results; they count once a result arrives'),
    controlsChanged: z.number(),
  }),
});
