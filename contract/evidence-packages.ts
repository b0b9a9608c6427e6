import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { PageQuery, pageOf } from './page.js';

const common = { module: 'evidence' } as const;
const PREFIX = '/api/evidence';

// ── coverage and gaps ──────────────────────────────────────────────────────────────────────────

export const EvidenceCoverage = z.object({
  frameworkId: z.string(),
  name: z.string(),
  requirements: z.number(),
  covered: z.number().describe('requirements whose members all have valid evidence'),
  partly: z.number(),
  coverage: z.number().describe('percent of the weight with valid evidence, one decimal'),
});
export type EvidenceCoverage = z.infer<typeof EvidenceCoverage>;
export const getEvidenceCoverage = endpoint({
  ...common,
  method: 'GET',
  path: `${PREFIX}/coverage`,
  access: 'evidence:read',
  summary: 'How much of each framework has valid evidence',
  description: 'Evidence may show that a control fails, so coverage means examined, not met.',
  result: z.object({ items: z.array(EvidenceCoverage) }),
});

export const GAP_REASONS = [
  'none',
  'expired',
  'in_review',
  'not_yet',
  'rejected',
  'expiring',
] as const;
export const EvidenceGap = z.object({
  controlId: z.string(),
  title: z.string(),
  weight: z.number(),
  cadence: z.string(),
  reason: z.enum(GAP_REASONS),
  /** When its last valid evidence expires or expired. */
  expiresAt: z.string().nullable(),
  evidenceId: z.string().nullable().describe('the item closest to closing the gap'),
  requirements: z.array(z.string()).describe('requirements of the requested framework'),
});
export type EvidenceGap = z.infer<typeof EvidenceGap>;
export const getEvidenceGaps = endpoint({
  ...common,
  method: 'GET',
  path: `${PREFIX}/gaps/:frameworkId`,
  access: 'evidence:read',
  summary: 'Controls and requirements without valid evidence, or whose evidence expires soon',
  params: z.object({ frameworkId: z.string() }),
  query: z.object({
    days: z.coerce
      .number()
      .int()
      .min(0)
      .max(370)
      .default(30)
      .describe('includes evidence that expires within this many days'),
  }),
  result: z.object({
    frameworkId: z.string(),
    controls: z.array(EvidenceGap),
    requirements: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        weight: z.number(),
        share: z.number().describe('0 … 1 of its members with valid evidence'),
        missing: z.array(z.string()).describe('control ids, or “attestation”'),
      }),
    ),
  }),
});

// ── packages ───────────────────────────────────────────────────────────────────────────────────

export const PACKAGE_STATES = ['queued', 'building', 'ready', 'failed'] as const;
export const EvidencePackage = z.object({
  id: z.string(),
  frameworkId: z.string(),
  frameworkName: z.string(),
  from: z.string(),
  to: z.string(),
  state: z.enum(PACKAGE_STATES),
  progress: z.number().describe('0 … 1'),
  files: z.number(),
  evidence: z.number(),
  sizeBytes: z.number().nullable(),
  sha256: z.string().nullable(),
  problem: z.string().nullable(),
  createdAt: z.string(),
  createdBy: z.string(),
  finishedAt: z.string().nullable(),
});
export type EvidencePackage = z.infer<typeof EvidencePackage>;
const PackageParams = z.object({ packageId: z.string() });

export const buildPackage = endpoint({
  ...common,
  method: 'POST',
  path: `${PREFIX}/packages`,
  access: 'evidence:write',
  summary: 'Build the audit package of a framework and period',
  description:
    'A ZIP with the evidence in effect, posture, PDF report, OSCAL documents and hashes; the same state gives the same bytes. Poll its progress by id.',
  body: z.object({
    frameworkId: z.string().min(1).max(100),
    from: z.iso.datetime(),
    to: z.iso.datetime().describe('not in the future'),
  }),
  idempotent: { shownOnce: [] },
  result: EvidencePackage,
  status: 202,
});
export const listPackages = endpoint({
  ...common,
  method: 'GET',
  path: `${PREFIX}/packages`,
  access: 'evidence:read',
  summary: 'Audit packages, newest first',
  query: PageQuery,
  result: pageOf(EvidencePackage),
});
export const getPackage = endpoint({
  ...common,
  method: 'GET',
  path: `${PREFIX}/packages/:packageId`,
  access: 'evidence:read',
  summary: 'One audit package with its progress',
  params: PackageParams,
  result: EvidencePackage,
});
export const downloadPackage = endpoint({
  ...common,
  method: 'GET',
  path: `${PREFIX}/packages/:packageId/content`,
  access: 'evidence:read',
  summary: 'The ZIP file of an audit package',
  params: PackageParams,
  result: z.string(),
  download: ['application/zip'],
});

export const OSCAL_MODELS = ['assessment-results', 'poam'] as const;
export const exportOscal = endpoint({
  ...common,
  method: 'GET',
  path: `${PREFIX}/oscal/:frameworkId`,
  access: 'evidence:read',
  summary: 'The team’s state in a framework, as an OSCAL 1.2 document',
  description:
    'Assessment results, or a plan of action and milestones for failing requirements; 409 when none fails.',
  params: z.object({ frameworkId: z.string() }),
  query: z.object({ model: z.enum(OSCAL_MODELS).default('assessment-results') }),
  result: z.string(),
  download: ['application/json'],
});
