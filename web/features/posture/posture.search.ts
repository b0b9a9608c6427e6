import { z } from 'zod';

/** A day, meant as its end in UTC, or a moment. What is neither is dropped. */
export const postureSearch = z.object({
  at: z.union([z.iso.date(), z.iso.datetime()]).optional().catch(undefined),
});
export type PostureSearch = z.infer<typeof postureSearch>;
