import { z } from 'zod';
import { Cadence, ControlKind, Relation } from '../../../../contract/compliance.js';
import { Limit } from '../common-controls/catalogue-file.js';

/** Uploaded content, read and checked. The limits keep one team's files from slowing down the others. */

export const LIMITS = {
  /** NIST's own catalog of SP 800-53 has ten million. */
  fileBytes: 16_000_000,
  frameworks: 50,
  requirements: 2_000,
  sections: 500,
  edges: 60,
  controls: 2_000,
};

/**
 * Characters of texts, far above what publishers write, so that imports keep the whole: a title of NIST's has
 * 122. Pages wrap what is long.
 */
export const TEXT_LIMITS = {
  /** Names and titles of frameworks, sections, requirements and controls. */
  title: 2_000,
  /** Ids of sections and requirements, versions. */
  id: 200,
  publisher: 500,
  /** Descriptions: OSCAL remarks fill pages. */
  about: 20_000,
};

const longerThan = (max: number) => `has more than ${max.toLocaleString('en-US')} characters`;
const moreThan = (max: number, what: string) =>
  `has more than ${max.toLocaleString('en-US')} ${what}`;

/** Text of one line, without control characters and marks of text direction. */
const line = (max: number, error = 'is missing or not text') =>
  z
    .string({ error })
    .trim()
    .min(1, 'is empty')
    .max(max, longerThan(max))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are rejected
    .regex(/^[^\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]*$/u, 'must be one line of text');
const relaxed = (max: number) =>
  z.string({ error: 'is not text' }).trim().max(max, longerThan(max)).default('');
const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });

/** Separated by semicolons in CSV. */
const word = line(60).regex(/^[^;]*$/, 'must have no semicolon');
const words = z
  .array(word, { error: 'must be a list of words' })
  .max(60, moreThan(60, 'words'))
  .default([]);
const weight = 'must be a whole number from 1 to 10';

export const FRAMEWORK_ID = /^[a-z0-9][a-z0-9.-]{1,63}$/;
export const CONTROL_ID = /^[A-Z][A-Z0-9]{1,9}-[A-Z0-9]{1,8}(\.\d{1,3})?$/;

export const CustomFramework = z.object({
  id: z
    .string({ error: 'is missing: give it in the file, or with the upload (--id), such as acme-1' })
    .regex(FRAMEWORK_ID, 'must be 2 to 64 small letters, digits, dots and hyphens, such as acme-1'),
  name: line(
    TEXT_LIMITS.title,
    'is missing: give it in the file, or with the upload (--name), such as Acme rules',
  ),
  version: line(
    TEXT_LIMITS.id,
    'is missing: give it in the file, or with the upload (--framework-version), such as 1.0',
  ),
  publisher: relaxed(TEXT_LIMITS.publisher).transform((text) => text || 'your team'),
  about: relaxed(TEXT_LIMITS.about),
  sections: z
    .array(z.object({ id: line(TEXT_LIMITS.id), title: line(TEXT_LIMITS.title) }))
    .max(LIMITS.sections, moreThan(LIMITS.sections, 'sections')),
  requirements: z
    .array(
      z.object({
        id: line(TEXT_LIMITS.id),
        section: line(TEXT_LIMITS.id),
        title: line(TEXT_LIMITS.title),
        attestation: z.boolean({ error: 'must be yes or no' }),
        /** The numbers that it asks for, with ids of the library: `{ passwordMinLength: { min: 12 } }`. */
        parameter: z
          .record(line(60), Limit, { error: 'must be like { passwordMinLength: { min: 12 } }' })
          .optional(),
        controls: z
          .array(z.object({ controlId: line(40), relation: oneOf(Relation.options) }))
          .max(LIMITS.edges, moreThan(LIMITS.edges, 'controls')),
      }),
    )
    .min(1)
    .max(LIMITS.requirements, moreThan(LIMITS.requirements, 'requirements')),
});
export type CustomFramework = z.infer<typeof CustomFramework>;

export const CustomControl = z.object({
  id: z
    .string({ error: 'is missing or not text' })
    .regex(CONTROL_ID, 'must be capitals, a hyphen and a number, such as ACME-01'),
  domain: z
    .string({ error: 'is missing or not text' })
    .regex(/^[A-Z]{3}$/, 'must be the code of a domain, such as IAC'),
  title: line(TEXT_LIMITS.title),
  intent: z
    .string({ error: 'is missing or not text' })
    .trim()
    .min(1, 'is empty')
    .max(TEXT_LIMITS.about, longerThan(TEXT_LIMITS.about)),
  weight: z.number({ error: weight }).int(weight).min(1, weight).max(10, weight).default(5),
  kind: oneOf(ControlKind.options).default('process'),
  cadence: oneOf(Cadence.options).default('annual'),
  keywords: words,
  negative: words,
});
export type CustomControl = z.infer<typeof CustomControl>;

/** A framework from a file, before it is checked: anything may be missing or wrong. */
export interface FrameworkDraft {
  head: Record<'id' | 'name' | 'version' | 'publisher' | 'about', unknown>;
  sections: { id: unknown; title: unknown }[];
  requirements: RequirementDraft[];
  /** Names of fields that are ignored. */
  notRead: string[];
}

export interface RequirementDraft {
  id: unknown;
  section: unknown;
  title: unknown;
  /** Undefined: derived from the relations of its controls. */
  attestation: unknown;
  /** Undefined where it asks for no number. */
  parameter?: unknown;
  controls: { controlId: unknown; relation: unknown }[];
  /** Its place in the file. */
  at: string;
}
