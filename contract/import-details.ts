import { z } from 'zod';

/** Parts of a report that were not read, or not looked at by the tool. */
export const ImportGaps = z.object({
  rejected: z.number().describe('results that do not fit the format'),
  rejections: z
    .array(z.object({ at: z.string(), reason: z.string() }))
    .describe('the first of them, with their place in the file'),
  gaps: z
    .array(z.object({ what: z.string(), why: z.string() }))
    .describe('what the report says was not looked at'),
  moreGaps: z.number().describe('gaps beyond those listed'),
});
export type ImportGaps = z.infer<typeof ImportGaps>;

/** Whether an import can be undone, and why not. */
export const ImportUndo = z.object({
  possible: z.boolean(),
  reason: z.string().nullable().describe('why it cannot be undone'),
});
export type ImportUndo = z.infer<typeof ImportUndo>;
