import { z } from 'zod';
import { ScanStatus } from './orchestration.js';
import { SeverityCounts } from './severity.js';

/** What inventories of scanned things say alike. */

/** How the newest scan that has ended came out. */
export const LastScan = z.object({
  scanId: z.string(),
  status: ScanStatus,
  finishedAt: z.string(),
  problem: z.string().nullable(),
});
export type LastScan = z.infer<typeof LastScan>;

/** A scan of the thing's history, newest first. */
export const PastScan = z.object({
  scanId: z.string(),
  status: ScanStatus,
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
});
export type PastScan = z.infer<typeof PastScan>;

/** What stands open, and how to ask for it: `filter` is part of the query of the list of findings. */
export const OpenFindings = z.object({
  open: z.number(),
  bySeverity: SeverityCounts,
  filter: z.object({ provider: z.string(), accountId: z.array(z.string()) }),
});
export type OpenFindings = z.infer<typeof OpenFindings>;

/** Common to everything that is scanned and kept in an inventory. */
export const Inventoried = z.object({
  id: z.string(),
  addedBy: z.enum(['person', 'scan']).describe('`scan`: it was scanned before anybody added it'),
  addedAt: z.string(),
  runningScanId: z.string().nullable(),
  lastScan: LastScan.nullable(),
});
export type Inventoried = z.infer<typeof Inventoried>;
