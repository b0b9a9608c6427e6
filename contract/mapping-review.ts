import { z } from 'zod';
import { Attributions, ControlStatus, MatchReason, Relation } from './control.js';
import { endpoint } from './endpoint.js';
import { listOf, PageQuery, pageOf } from './page.js';
import { Severity } from './severity.js';

/** What people of a team say about check → control matches: it stands over what is shipped. */

const Name = z.string().trim().min(1).max(500);
export const ReviewVerdict = z.enum(['accept', 'reject']);
export type ReviewVerdict = z.infer<typeof ReviewVerdict>;

/** Which match: a check of a tool and a control. Without a provider it is meant for every provider. */
export const MappingEdge = z.object({
  tool: Name,
  checkId: Name,
  provider: z.string().trim().max(100).nullish(),
  controlId: Name,
});
export type MappingEdge = z.infer<typeof MappingEdge>;

export const NewMappingReview = MappingEdge.extend({
  verdict: ReviewVerdict,
  /** For an acceptance: what the check tests beside what the control asks; `subset` when not said. */
  relation: Relation.optional(),
  reason: z.string().trim().min(3).max(2_000),
}).refine(({ verdict, relation }) => verdict === 'accept' || relation === undefined, {
  path: ['relation'],
  message: 'a rejection has no relation',
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
  /** What the matcher said of the edge when it was reviewed; null when it proposed nothing of the kind. */
  proposed: MatchReason.nullable(),
  /** `in_force`; `replaced` by a later one of the same edge, and in force again when that is revoked; `revoked`. */
  state: z.enum(['in_force', 'replaced', 'revoked']),
  revokedAt: z.string().nullable(),
  revokedBy: z.string().nullable(),
});
export type MappingReview = z.infer<typeof MappingReview>;

export const MAPPING_STATES = ['unreviewed', 'accepted', 'rejected'] as const;
export const MappingState = z.enum(MAPPING_STATES);
export type MappingState = z.infer<typeof MappingState>;

/** A match of a check of the team to a control, with what hangs on it. */
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
  /** Why the check counts for the control, or would without the rejection; null when nothing says so. */
  match: MatchReason.nullable(),
  openFindings: z.number(),
  /** Requirements of the team's frameworks that hang on the control. */
  requirements: z.number(),
  /** Of items of one kind the greater comes first: (1 + open findings) × (1 + requirements). */
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
  module: 'compliance',
  access: 'compliance:read',
  summary: 'Check → control matches of the team, those that need a reviewer most first',
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
    total: z.number().describe('matches that fit the filters'),
    facets: z
      .object({ state: Counts, tier: Counts, tool: Counts, service: Counts })
      .describe('over all matches of the team'),
    attributions: Attributions,
  }),
});

export const listMappingReviews = endpoint({
  method: 'GET',
  path: '/api/common-controls/mappings/reviews',
  module: 'compliance',
  access: 'compliance:read',
  summary: 'What reviewers of the team said about matches, newest first, with what was revoked',
  query: PageQuery.extend({
    tool: z.string().max(500).optional(),
    checkId: z.string().max(500).optional(),
    controlId: z.string().max(500).optional(),
    verdict: ReviewVerdict.optional(),
    revoked: z.enum(['true', 'false']).optional(),
  }),
  result: pageOf(MappingReview),
});

export const MOST_REVIEWS_AT_ONCE = 200;

const Reviewed = z.object({
  reviews: z.array(MappingReview),
  /** Controls that have another status since. */
  controlsChanged: z.number(),
});

export const reviewMappings = endpoint({
  method: 'POST',
  path: '/api/common-controls/mappings/reviews',
  module: 'compliance',
  access: 'compliance:write',
  summary: 'Accept, reject or re-map matches of checks to controls; all of them or none',
  description:
    'An accepted match counts as curated and may make a control pass; a rejected one counts for nothing. Of one edge the last review counts.',
  body: z.object({ reviews: z.array(NewMappingReview).min(1).max(MOST_REVIEWS_AT_ONCE) }),
  result: Reviewed,
  status: 201,
});

export const revokeMappingReviews = endpoint({
  method: 'POST',
  path: '/api/common-controls/mappings/reviews/revoke',
  module: 'compliance',
  access: 'compliance:write',
  summary: 'Take reviews back: what was before them counts again; the history stays',
  body: z.object({ ids: z.array(z.string().min(1).max(100)).min(1).max(MOST_REVIEWS_AT_ONCE) }),
  result: Reviewed,
});

export const EXPORT_FORMATS = ['jsonl', 'yaml'] as const;

export const exportMappingReviews = endpoint({
  method: 'GET',
  path: '/api/common-controls/mappings/export',
  module: 'compliance',
  access: 'compliance:read',
  summary: 'The reviews in force as JSON lines or YAML, to carry to another installation',
  query: z.object({ format: z.enum(EXPORT_FORMATS).default('jsonl') }),
  result: z.string(),
  download: true,
});

export const MappingImportPreview = z.object({
  added: z.number(),
  replaced: z.number().describe('of those added: that stand over another verdict of the team'),
  unchanged: z.number(),
  unknownChecks: z.number(),
  reviews: z.array(NewMappingReview).describe('the first 50 that would be added'),
});
export type MappingImportPreview = z.infer<typeof MappingImportPreview>;

export const previewMappingReviews = endpoint({
  method: 'POST',
  path: '/api/common-controls/mappings/import/preview',
  module: 'compliance',
  access: 'compliance:write',
  summary: 'What taking over exported reviews would change; nothing is stored',
  upload: true,
  result: MappingImportPreview,
});

export const importMappingReviews = endpoint({
  method: 'POST',
  path: '/api/common-controls/mappings/import',
  module: 'compliance',
  access: 'compliance:write',
  summary: 'Take over exported reviews; all of them or none, and again is no change',
  upload: true,
  result: z.object({
    added: z.number(),
    unchanged: z.number().describe('that say what is in force already'),
    unknownChecks: z
      .number()
      .describe('of checks without any result yet: they count when one comes'),
    controlsChanged: z.number(),
  }),
});
