import { z } from 'zod';

/** RFC 9457 problem document, the body of every error answer (`application/problem+json`). */
export const Problem = z.object({
  type: z.string().describe('about:blank, or a URI for the kind of problem'),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string().describe('stable, for programs'),
  errors: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .describe('which field, and what is wrong with it'),
  requestId: z.string(),
});
export type Problem = z.infer<typeof Problem>;
