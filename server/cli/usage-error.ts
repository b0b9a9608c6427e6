import type { z } from 'zod';
import { plainIssue } from '../../contract/plain-issue.js';
import { InvalidInputError } from '../platform/errors.js';

/** What was typed makes no sense: told in a line, exit code 2. */
export function usageError(message: string, cause?: unknown): InvalidInputError {
  return new InvalidInputError(message, { usage: true }, { cause });
}

/** The value as its schema has it; else a usage error that names the fields that do not fit. */
export function fitted<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value, { error: plainIssue });
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => {
    const field = path.filter((part) => typeof part === 'string').join('.');
    return field ? `${field}: ${message}` : message;
  });
  throw usageError([...new Set(problems)].join('; '));
}

/** What the services do not take, where it is what was typed. */
export async function asUsage<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof InvalidInputError ? usageError(error.message, error) : error;
  });
}
