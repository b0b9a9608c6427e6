import type { z } from 'zod';
import { plainIssue } from '../../contract/plain-issue.js';
import { InvalidInputError } from '../platform/errors.js';

/** An error in what the user typed: one line, exit code 2. */
export function usageError(message: string, cause?: unknown): InvalidInputError {
  return new InvalidInputError(message, { usage: true }, { cause });
}

/** Parses the value; throws a usage error that names the invalid fields. */
export function fitted<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value, { error: plainIssue });
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => {
    const field = path.filter((part) => typeof part === 'string').join('.');
    return field ? `${field}: ${message}` : message;
  });
  throw usageError([...new Set(problems)].join('; '));
}

/** Turns input errors of the services into usage errors. */
export async function asUsage<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof InvalidInputError ? usageError(error.message, error) : error;
  });
}
