import { z } from 'zod';
import { listFrom } from './list-text.js';

/** One page of a list; `nextCursor` is null on the last page. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(2_000).optional().describe('nextCursor of the previous page'),
});

/** A query parameter that is yes or no. */
export const Flag = z.stringbool().meta({
  enum: 'true 1 yes on y enabled false 0 no off n disabled'.split(' '),
});

/** A query parameter that may be given several times or as a comma-separated list. */
export function listOf<T extends z.ZodType<string>>(item: T) {
  return z
    .preprocess(
      (value) =>
        value === undefined
          ? undefined
          : (Array.isArray(value) ? value : [value]).flatMap((part) => listFrom(String(part))),
      z.array(item).max(200).optional(),
    )
    .describe('one or several, comma-separated; a comma within a value is written \\,');
}
