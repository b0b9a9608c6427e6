import { z } from 'zod';
import { endpoint } from './endpoint.js';
import {
  EvidenceDetail,
  EvidenceItem,
  EvidenceKind,
  EvidenceState,
  UPLOAD_KINDS,
} from './evidence-item.js';
import { EVIDENCE_MEDIA_TYPES } from './media-types.js';
import { Flag, listOf, PageQuery, pageOf } from './page.js';

export * from './evidence-item.js';

const common = { module: 'evidence' } as const;
const PREFIX = '/api/evidence';

const Title = z.string().trim().min(3).max(200);
const Description = z.string().trim().max(1_000);
const ControlId = z.string().min(1).max(60);
const RequirementRef = z
  .string()
  .min(3)
  .max(160)
  .regex(/^[^/]+\/.+$/, 'must be framework/requirement');
const Instant = z.iso.datetime();
const Reason = z.string().trim().min(3).max(2_000);
const ItemParams = z.object({ evidenceId: z.string() });
const WithinDays = z.coerce.number().int().min(0).max(370);

// ── items ──────────────────────────────────────────────────────────────────────────────────────

export const listEvidence = endpoint({
  ...common,
  method: 'GET',
  path: PREFIX,
  access: 'evidence:read',
  summary: 'The team’s evidence, newest first',
  query: PageQuery.extend({
    state: listOf(EvidenceState),
    kind: listOf(EvidenceKind),
    control: z.string().max(60).optional(),
    framework: z.string().max(100).optional().describe('supports a control of this framework'),
    expiringDays: WithinDays.optional().describe('expires within this many days'),
    q: z.string().max(200).optional().describe('part of title, file or tool'),
    deleted: Flag.default(false).describe('deleted items instead'),
  }),
  result: pageOf(EvidenceItem),
});

export const uploadEvidence = endpoint({
  ...common,
  method: 'POST',
  path: PREFIX,
  access: 'evidence:write',
  summary: 'Upload a file as evidence',
  description:
    'PDF, PNG, JPEG, docx, xlsx, pptx, or text (txt, md, csv, json, yaml), recognised from the content. Secrets in text are masked; other files are stored unchanged. Duplicate content is not stored again: the existing item is returned.',
  upload: true,
  query: z.object({
    kind: z.enum(UPLOAD_KINDS).default('document'),
    title: Title.optional().describe('default: the file’s name'),
    description: Description.default(''),
    controls: listOf(ControlId),
    requirements: listOf(RequirementRef).describe('framework/requirement'),
    effectiveFrom: Instant.optional(),
    effectiveTo: Instant.optional(),
    collectedAt: Instant.optional(),
  }),
  idempotent: { shownOnce: [] },
  result: EvidenceDetail.extend({
    duplicate: z
      .boolean()
      .describe('true when the content existed already and nothing was changed'),
  }),
  status: 201,
});

export const getEvidence = endpoint({
  ...common,
  method: 'GET',
  path: `${PREFIX}/:evidenceId`,
  access: 'evidence:read',
  summary: 'One piece of evidence with its revisions, reviews, links and quality',
  params: ItemParams,
  result: EvidenceDetail,
});

export const changeEvidence = endpoint({
  ...common,
  method: 'PATCH',
  path: `${PREFIX}/:evidenceId`,
  access: 'evidence:write',
  summary: 'Change the title, links or dates of evidence',
  description: 'Changing links or dates returns an approved item to review.',
  params: ItemParams,
  body: z.object({
    title: Title.optional(),
    description: Description.optional(),
    controlIds: z.array(ControlId).max(200).optional(),
    requirements: z.array(RequirementRef).max(200).optional(),
    effectiveFrom: Instant.optional(),
    effectiveTo: Instant.nullable().optional(),
  }),
  result: EvidenceDetail,
});

export const deleteEvidence = endpoint({
  ...common,
  method: 'DELETE',
  path: `${PREFIX}/:evidenceId`,
  access: 'evidence:write',
  summary: 'Delete evidence; it can be restored',
  params: ItemParams,
  result: EvidenceDetail,
});

export const restoreEvidence = endpoint({
  ...common,
  method: 'POST',
  path: `${PREFIX}/:evidenceId/restore`,
  access: 'evidence:write',
  summary: 'Restore deleted evidence',
  params: ItemParams,
  result: EvidenceDetail,
});

export const reviseEvidence = endpoint({
  ...common,
  method: 'POST',
  path: `${PREFIX}/:evidenceId/revisions`,
  access: 'evidence:write',
  summary: 'Upload a new revision; earlier ones are kept',
  upload: true,
  params: ItemParams,
  query: z.object({ effectiveFrom: Instant.optional(), effectiveTo: Instant.optional() }),
  result: EvidenceDetail,
  status: 201,
});

export const downloadEvidence = endpoint({
  ...common,
  method: 'GET',
  path: `${PREFIX}/:evidenceId/content`,
  access: 'evidence:read',
  summary: 'The content of evidence, as an attachment',
  params: ItemParams,
  query: z.object({ revision: z.coerce.number().int().min(1).optional() }),
  result: z.string(),
  download: Object.values(EVIDENCE_MEDIA_TYPES),
});

// ── reviews ────────────────────────────────────────────────────────────────────────────────────

export const submitEvidence = endpoint({
  ...common,
  method: 'POST',
  path: `${PREFIX}/:evidenceId/submit`,
  access: 'evidence:write',
  summary: 'Submit rejected or collected evidence for review',
  params: ItemParams,
  body: z.object({ comment: z.string().trim().max(2_000).optional() }),
  result: EvidenceDetail,
});

export const approveEvidence = endpoint({
  ...common,
  method: 'POST',
  path: `${PREFIX}/:evidenceId/approve`,
  access: 'evidence:write',
  summary: 'Approve evidence, and optionally answer controls with it',
  description:
    'Approval alone changes no control. With `answers` and the permission compliance:write, each named control gets an answer that cites this item and expires with it.',
  params: ItemParams,
  body: z.object({
    comment: z.string().trim().max(2_000).optional(),
    seenAt: Instant.optional().describe(
      '`at` of the newest review the caller has seen, or createdAt; 409 when revision, links or dates changed since',
    ),
    answers: z
      .object({
        statement: z.string().trim().min(10).max(2_000),
        controls: z
          .array(z.object({ controlId: ControlId, status: z.enum(['implemented', 'partial']) }))
          .min(1)
          .max(50),
      })
      .optional(),
  }),
  result: EvidenceDetail,
});

export const rejectEvidence = endpoint({
  ...common,
  method: 'POST',
  path: `${PREFIX}/:evidenceId/reject`,
  access: 'evidence:write',
  summary: 'Reject evidence with a reason',
  params: ItemParams,
  body: z.object({ reason: Reason }),
  result: EvidenceDetail,
});

export const requestRenewal = endpoint({
  ...common,
  method: 'POST',
  path: `${PREFIX}/:evidenceId/renewal`,
  access: 'evidence:write',
  summary: 'Request a newer revision of evidence',
  params: ItemParams,
  body: z.object({ reason: Reason }),
  result: EvidenceDetail,
});

export const EvidenceSettings = z.object({
  fourEyes: z.boolean().describe('uploaders may not approve their own items'),
  maxUploadMegabytes: z.number().int().min(1).max(100),
});
export type EvidenceSettings = z.infer<typeof EvidenceSettings>;
export const getEvidenceSettings = endpoint({
  ...common,
  method: 'GET',
  path: `${PREFIX}/settings`,
  access: 'evidence:read',
  summary: 'Settings for evidence collection and review',
  result: EvidenceSettings,
});
export const putEvidenceSettings = endpoint({
  ...common,
  method: 'PUT',
  path: `${PREFIX}/settings`,
  access: 'evidence:write',
  summary: 'Change the settings for evidence collection and review',
  body: EvidenceSettings,
  result: EvidenceSettings,
});

export * from './evidence-packages.js';
