import { z } from 'zod';
import { listOf } from './page.js';
import { Severity } from './severity.js';

export const FINDING_STATUSES = [
  'open',
  'resolved',
  'suppressed',
  'accepted',
  'false_positive',
] as const;
/** The statuses in which a finding lowers its controls: nobody has proved a fix. */
export const LOWERING_STATUSES = ['open', 'suppressed', 'accepted'] as const;
export const FindingStatus = z.enum(FINDING_STATUSES);
export type FindingStatus = z.infer<typeof FindingStatus>;

/** How an import changes a finding. */
export const FINDING_CHANGES = ['opened', 'reopened', 'resolved'] as const;
export const FindingChangeKind = z.enum(FINDING_CHANGES);
export type FindingChangeKind = z.infer<typeof FindingChangeKind>;

export const FindingFilter = z.object({
  status: listOf(FindingStatus).describe('default: open; with change: every status'),
  severity: listOf(Severity),
  tool: listOf(z.string()),
  service: listOf(z.string()),
  provider: listOf(z.string()),
  accountId: listOf(z.string()),
  region: listOf(z.string()),
  checkId: listOf(z.string()),
  importId: listOf(z.string()).describe(
    'those that these imports opened, reopened or resolved, or were the last to report',
  ),
  scanId: listOf(z.string()).describe('the same for the imports of these scans'),
  change: listOf(FindingChangeKind).describe(
    'with importId or scanId: those that the import changed in this way',
  ),
  controlId: listOf(z.string().max(100)).describe(
    'those of the checks that decide about these controls; with status=open,suppressed,accepted they are the findings that lower them',
  ),
  related: z
    .enum(['true', 'false'])
    .optional()
    .describe('with controlId, true: those of the checks that only touch these controls instead'),
  frameworkId: z
    .string()
    .max(200)
    .optional()
    .describe('only of the accounts in this framework’s scope'),
  stale: z
    .enum(['true', 'false'])
    .optional()
    .describe('whether newer imports have had no evidence on it'),
  q: z.string().max(200).optional().describe('part of the title, resource or check id'),
});
export type FindingFilter = z.infer<typeof FindingFilter>;
