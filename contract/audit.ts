import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { PageQuery, pageOf } from './page.js';

/** One action of one actor on one subject. */
export const AuditEntry = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  actor: z.string().describe('id of the user, key or part of the product that acted'),
  action: z.string().describe('<kind>.<past verb>: finding.suppressed'),
  subject: z.string().describe('id of what was acted on'),
  details: z.record(z.string(), z.unknown()),
  seq: z.number().int().optional().describe('number in the team’s chain'),
  hash: z.string().optional().describe('SHA-256 over this entry and the hash before it'),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditFilter = z.object({
  actor: z.string().max(200).optional(),
  action: z.string().max(100).optional().describe('an action or its beginning: finding.'),
  subject: z.string().max(500).optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional().describe('entries before this instant'),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

export const AuditVerification = z.object({
  ok: z.boolean(),
  entries: z.number().int().describe('entries in the chain'),
  unchained: z
    .number()
    .int()
    .describe('entries from before the chain existed, which it does not protect'),
  problems: z.array(
    z.object({
      seq: z.number().int(),
      id: z.string().nullable().describe('null when the entry is missing'),
      problem: z.enum(['changed', 'missing', 'moved']),
    }),
  ),
});
export type AuditVerification = z.infer<typeof AuditVerification>;

export const listAudit = endpoint({
  method: 'GET',
  path: '/api/audit',
  module: 'platform',
  access: 'audit:read',
  summary: 'The team’s audit trail, newest first',
  query: PageQuery.extend(AuditFilter.shape),
  result: pageOf(AuditEntry),
});

export const exportAudit = endpoint({
  method: 'GET',
  path: '/api/audit/export',
  module: 'platform',
  access: 'audit:read',
  summary: 'The matching entries of the audit trail as JSON Lines, newest first',
  query: AuditFilter,
  result: z.string(),
  download: ['application/x-ndjson'],
});

export const verifyAudit = endpoint({
  method: 'GET',
  path: '/api/audit/verification',
  module: 'platform',
  access: 'audit:read',
  summary: 'Check that no entry of the audit trail was changed, removed or moved',
  description: 'Reads the whole chain of the team.',
  result: AuditVerification,
});
