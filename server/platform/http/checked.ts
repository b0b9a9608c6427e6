import type { z } from 'zod';
import { plainIssue } from '../../../contract/plain-issue.js';
import { InvalidInputError } from '../errors.js';

/** A body may be wrong in as many places as it has bytes, and name them as it likes. */
const MAX_ERRORS = 50;
const MAX_PATH = 200;

/** A part of a request by its schema. Throws InvalidInputError, which names each invalid field. */
export function checked(schema: z.ZodType | undefined, value: unknown, part: string): unknown {
  if (!schema) return undefined;
  const given = value ?? (part === 'body' ? undefined : {});
  const result = schema.safeParse(given, { error: plainIssue });
  if (result.success) return result.data;
  const errors = result.error.issues.slice(0, MAX_ERRORS).map((issue) => ({
    path: [part, ...issue.path].join('.').slice(0, MAX_PATH),
    message: issue.message,
  }));
  throw new InvalidInputError(errors.map(({ path, message }) => `${path}: ${message}`).join('; '), {
    errors,
  });
}
