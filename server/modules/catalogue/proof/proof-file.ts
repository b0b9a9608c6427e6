import { z } from 'zod';

/** The format of `proof` in the files of controls. See `catalogue/mappings/README.md`. */

const text = z.string().min(1).max(200);

const AnchorEntry = z
  .strictObject({
    /** Each of these checks must pass. */
    all: z.array(text).min(1).optional(),
    /** One of these checks must pass: they prove the same. */
    any: z.array(text).min(1).optional(),
    /** A service or the beginning of check ids; `each`: the kind of thing of each check by itself. */
    whenSeen: z
      .string()
      .regex(/^[a-z0-9_]+$/)
      .optional(),
  })
  .refine((one) => (one.all === undefined) !== (one.any === undefined), 'needs `all` or `any`')
  .refine(
    (one) => one.any === undefined || one.whenSeen !== 'each',
    '`whenSeen: each` goes with `all`',
  );
export type AnchorEntry = z.infer<typeof AnchorEntry>;

export const ProofEntry = z.record(z.string().regex(/^[a-z0-9]+$/), z.array(AnchorEntry).min(1));
export type ProofEntry = z.infer<typeof ProofEntry>;
