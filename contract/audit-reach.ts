import { z } from 'zod';

const Day = z.iso.datetime().nullable().default(null);

/** What an auditor is limited to: one framework, and the evidence of a period. */
export const AuditReach = z
  .object({
    frameworkId: z.string().min(1).max(200),
    from: Day.describe('evidence that counted at or after this instant'),
    to: Day.describe('and at or before this one'),
  })
  .refine(({ from, to }) => from === null || to === null || from < to, {
    path: ['to'],
    message: 'must be after the start',
  });
export type AuditReach = z.infer<typeof AuditReach>;
