import { z } from 'zod';
import { ScanStatus } from './orchestration.js';
import { SeverityCounts } from './severity.js';

/** Parts shared by all inventories of scanned targets. */

/** Outcome of the newest finished scan. */
export const LastScan = z.object({
  scanId: z.string(),
  status: ScanStatus,
  finishedAt: z.string(),
  problem: z.string().nullable(),
});
export type LastScan = z.infer<typeof LastScan>;

/** An entry in the target's scan history, newest first. */
export const PastScan = z.object({
  scanId: z.string(),
  status: ScanStatus,
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
});
export type PastScan = z.infer<typeof PastScan>;

/** The newest imported report about the target; null when all are of our scans. */
export const LastImport = z.object({ importId: z.string(), at: z.string() });
export type LastImport = z.infer<typeof LastImport>;

/** Open findings, and `filter`, the part of the findings query that lists them. */
export const OpenFindings = z.object({
  open: z.number(),
  bySeverity: SeverityCounts,
  filter: z.object({ provider: z.string(), accountId: z.array(z.string()) }),
});
export type OpenFindings = z.infer<typeof OpenFindings>;

/** Fields common to all inventory entries. */
export const Inventoried = z.object({
  id: z.string(),
  addedBy: z
    .enum(['person', 'scan', 'import'])
    .describe('`scan` and `import`: added automatically by its first scan or imported report'),
  addedAt: z.string(),
  runningScanId: z.string().nullable(),
  lastScan: LastScan.nullable(),
  lastImport: LastImport.nullish(),
});
export type Inventoried = z.infer<typeof Inventoried>;
