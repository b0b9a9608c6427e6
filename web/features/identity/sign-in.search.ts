import { z } from 'zod';

export const signInSearch = z.object({
  /** The path to return to. */
  next: z.string().max(4_000).optional().catch(undefined),
});
