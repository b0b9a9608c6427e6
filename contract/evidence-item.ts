import { z } from 'zod';
import { ControlStatus } from './control.js';

export const EVIDENCE_KINDS = [
  'scan',
  'answer',
  'document',
  'policy',
  'procedure',
  'attestation',
  'screenshot',
] as const;
export const EvidenceKind = z.enum(EVIDENCE_KINDS);
export type EvidenceKind = z.infer<typeof EvidenceKind>;
/** Kinds that people upload; the others are collected automatically. */
export const UPLOAD_KINDS = [
  'document',
  'policy',
  'procedure',
  'attestation',
  'screenshot',
] as const;

export const EVIDENCE_STATES = [
  'auto_collected',
  'pending_review',
  'approved',
  'rejected',
  'expired',
] as const;
export const EvidenceState = z.enum(EVIDENCE_STATES);
export type EvidenceState = z.infer<typeof EvidenceState>;

export const EvidenceSource = z.object({
  tool: z.string().nullable(),
  toolVersion: z.string().nullable(),
  importId: z.string().nullable(),
  /** SHA-256 of the imported scanner report. */
  reportSha256: z.string().nullable(),
  person: z.string().nullable(),
});
export type EvidenceSource = z.infer<typeof EvidenceSource>;

/** One version of an item's content; immutable. */
export const EvidenceRevision = z.object({
  number: z.number().int(),
  sha256: z.string().describe('of the content as stored and downloaded'),
  sizeBytes: z.number(),
  mediaType: z.string().describe('recognised from the content'),
  fileName: z.string(),
  masked: z.boolean().describe('true for text, in which secrets were searched and masked'),
  uploadedAt: z.string(),
  uploadedBy: z.string(),
});
export type EvidenceRevision = z.infer<typeof EvidenceRevision>;

export const EvidenceReview = z.object({
  at: z.string(),
  actor: z.string(),
  action: z.enum(['submitted', 'approved', 'rejected', 'renewal_requested', 'revised', 'changed']),
  revision: z.number(),
  reason: z.string().nullable(),
  /** True when the reviewer also uploaded the revision. */
  ownWork: z.boolean(),
});
export type EvidenceReview = z.infer<typeof EvidenceReview>;

/** Summary of a collected scan; the content lists its checks. */
export const ScanSummary = z.object({
  domain: z.string(),
  checks: z.number(),
  pass: z.number(),
  fail: z.number(),
  unknown: z.number(),
  accounts: z.array(z.string()),
  complete: z.boolean().describe('false when the report was truncated or left checks unanswered'),
});
export type ScanSummary = z.infer<typeof ScanSummary>;

export const EvidenceQuality = z.object({
  score: z.number().int().min(0).max(100),
  parts: z.array(
    z.object({ name: z.string(), points: z.number(), of: z.number(), why: z.string() }),
  ),
});
export type EvidenceQuality = z.infer<typeof EvidenceQuality>;

export const EvidenceItem = z.object({
  id: z.string(),
  kind: EvidenceKind,
  state: EvidenceState,
  title: z.string(),
  description: z.string(),
  source: EvidenceSource,
  controlIds: z.array(z.string()),
  requirements: z.array(z.object({ framework: z.string(), requirement: z.string() })),
  effectiveFrom: z.string().describe('start of the period it documents; not the upload date'),
  effectiveTo: z.string().nullable(),
  collectedAt: z.string(),
  createdAt: z.string(),
  createdBy: z.string(),
  expiresAt: z.string(),
  /** True when it counts now: approved or collected, in effect, not expired. */
  valid: z.boolean(),
  quality: EvidenceQuality,
  revision: EvidenceRevision.describe('the newest revision'),
  summary: ScanSummary.nullable(),
  renewalRequestedAt: z.string().nullable(),
  deletedAt: z.string().nullable(),
});
export type EvidenceItem = z.infer<typeof EvidenceItem>;

export const EvidenceDetail = EvidenceItem.extend({
  revisions: z.array(EvidenceRevision),
  reviews: z.array(EvidenceReview),
  /** Controls answered by approving this item. */
  answers: z.array(z.object({ controlId: z.string(), status: ControlStatus, at: z.string() })),
  links: z.array(z.object({ kind: z.string(), id: z.string(), relation: z.string() })),
  controls: z.array(z.object({ id: z.string(), title: z.string(), status: ControlStatus })),
  mayApprove: z
    .boolean()
    .describe('false when a second reviewer is required and the caller uploaded it'),
});
export type EvidenceDetail = z.infer<typeof EvidenceDetail>;
