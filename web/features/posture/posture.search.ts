import { z } from 'zod';

/** A day, meaning its end in UTC, or a moment. Anything else is dropped. */
export const postureSearch = z.object({
  at: z.union([z.iso.date(), z.iso.datetime()]).optional().catch(undefined),
});
