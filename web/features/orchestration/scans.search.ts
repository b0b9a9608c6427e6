import { z } from 'zod';
import { choiceParam, textParam } from '../../app/search-params.js';
import { SCAN_KINDS } from './scan-kinds.js';
import { ENDED } from './scan-status.js';

const longText = (max: number) => z.coerce.string().trim().max(max).optional().catch(undefined);

export const scansSearch = z.object({
  status: choiceParam(ENDED),
  kind: choiceParam(SCAN_KINDS),
  /** `targetKey` of a scan: the history of its target. */
  target: longText(300),
});
export type ScansSearch = z.infer<typeof scansSearch>;

/** The initial values of the form. */
export const newScanSearch = z.object({
  kind: choiceParam(SCAN_KINDS),
  account: textParam,
  target: longText(2_000),
  depth: choiceParam(['headers', 'baseline', 'full', 'api']),
});
export type NewScanSearch = z.infer<typeof newScanSearch>;

export const schedulesSearch = z.object({
  q: textParam,
  kind: choiceParam(SCAN_KINDS),
  /** `targetKey` of its scans. */
  target: longText(300),
});
export type SchedulesSearch = z.infer<typeof schedulesSearch>;
