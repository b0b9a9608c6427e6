import { z } from 'zod';
import { Cadence, ControlKind, Relation } from '../../../../contract/compliance.js';
import { ProofEntry } from '../proof/proof-file.js';

/** The format of the library's YAML files. Other keys (`groups`, `baselines`) are for readers. */

const text = z.string().min(1);

export const DomainsFile = z.array(
  z.object({
    code: z.string().regex(/^[A-Z]{3}$/),
    name: text,
    umbrella: text,
    services: z.array(text),
    keywords: z.array(text),
  }),
);

export const ControlsFile = z.object({
  domain: z.string().regex(/^[A-Z]{3}$/),
  name: text,
  controls: z.array(
    z
      .object({
        id: z.string().regex(/^[A-Z]{3}-\d\d(\.\d{1,2})?$/),
        title: text,
        intent: text,
        weight: z.number().int().min(1).max(10),
        kind: ControlKind,
        cadence: Cadence,
        keywords: z.array(text),
        negative: z.array(text).optional(),
        proof: ProofEntry.optional(),
      })
      .refine(({ kind, proof }) => proof === undefined || kind === 'technology', {
        path: ['proof'],
        message: 'scans prove controls of the kind technology only',
      }),
  ),
});
export type ControlsFile = z.infer<typeof ControlsFile>;

/** The numbers that requirements ask for. */
export const ParametersFile = z.array(
  z.strictObject({ id: z.string().regex(/^[a-z][A-Za-z]+$/), title: text, unit: text }),
);

/** A number that is asked for: at least or at most this many. */
export const Limit = z.union(
  [z.strictObject({ min: z.number().positive() }), z.strictObject({ max: z.number().positive() })],
  { error: 'must be a smallest or a largest number, such as { min: 12 }' },
);
export type Limit = z.infer<typeof Limit>;

export const FrameworkFile = z.object({
  id: z.string().regex(/^[a-z0-9.-]+$/),
  name: text,
  version: text,
  publisher: text,
  about: text,
  /**
   * The publication that the ids were taken from, its date, and how many requirements it has; what the list of
   * ids was compared with, and the month of the last comparison.
   */
  source: z
    .object({
      publication: text,
      published: text,
      count: z.number().int(),
      ids: text,
      checked: text,
    })
    .optional(),
  /** The framework that replaces it, and what its requirements became there: old id → new ids. */
  supersededBy: text.optional(),
  moves: z.record(z.string(), z.array(text).min(1)).optional(),
  sections: z.array(z.object({ id: text, title: text })),
  requirements: z.array(
    z.object({
      id: text,
      section: text,
      title: text,
      attestation: z.boolean(),
      /** What tools find concerns it first, even where a person attests the rest. */
      tools: z.literal(true).optional(),
      /** `{ passwordMinLength: { min: 12 } }`: met only by what states such a number. */
      parameter: z.record(z.string(), Limit).optional(),
      controls: z.record(z.string(), Relation),
      /** False: it binds authorities, or only permits something. Listed, and left out of every figure. */
      counted: z.literal(false).optional(),
      /** Ids that earlier releases of this library used for it. */
      formerly: z.array(text).optional(),
    }),
  ),
});
export type FrameworkFile = z.infer<typeof FrameworkFile>;
