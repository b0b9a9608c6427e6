import { z } from 'zod';

/** RFC 9457 problem document, the body of every error response (`application/problem+json`). */
export const Problem = z.object({
  type: z.string().describe('about:blank, or a URI of the problem type'),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string().describe('stable, for use by programs'),
  errors: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .describe('each invalid field with its problem'),
  requestId: z.string(),
});
export type Problem = z.infer<typeof Problem>;
