import { z } from 'zod';
import type { AuditFilter } from '../../../contract/audit.js';
import { textParam } from '../../app/search-params.js';

const dayParam = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .optional()
  .catch(undefined);

export const auditSearch = z.object({
  actor: textParam,
  action: textParam,
  subject: textParam,
  from: dayParam,
  to: dayParam,
});
export type AuditSearch = z.infer<typeof auditSearch>;

/** What the address asks of the server; the last day counts whole. */
export function auditFilterOf({ from, to, ...same }: AuditSearch): AuditFilter {
  return {
    ...same,
    from: from && `${from}T00:00:00.000Z`,
    to: to && new Date(Date.parse(to) + 86_400_000).toISOString(),
  };
}
