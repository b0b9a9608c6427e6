import type { z } from 'zod';
import { ApiProblem } from '../api/api-problem.js';

/** The first error per field, by the endpoint's schema; null when the value is valid. */
export function fieldErrors(
  schema: z.ZodType | undefined,
  value: unknown,
): Record<string, string> | null {
  const parsed = schema?.safeParse(value, { error: (issue) => messageOf(issue) });
  if (!parsed || parsed.success) return null;
  const errors: Record<string, string> = {};
  for (const { path, message } of parsed.error.issues) errors[path.join('.')] ??= message;
  return errors;
}

function messageOf({
  code,
  minimum,
  maximum,
}: {
  code?: string;
  minimum?: unknown;
  maximum?: unknown;
}) {
  if (code === 'too_small') return `Write at least ${minimum} characters`;
  if (code === 'too_big') return `Write at most ${maximum} characters`;
  return 'This field is required';
}

/**
 * A refusal of the server, as errors at the fields of a dialog; `rest` is what remains to be shown below them.
 */
export function refusal(
  problem: unknown,
  fields: readonly string[],
): { errors: Record<string, string>; rest: unknown } {
  if (!(problem instanceof ApiProblem) || problem.errors.length === 0) {
    return { errors: {}, rest: problem };
  }
  const errors: Record<string, string> = {};
  for (const { path, message } of problem.errors) {
    const field = path.replace(/^(body|query)\./, '');
    if (!fields.includes(field)) return { errors: {}, rest: problem };
    errors[field] ??= `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
  }
  return { errors, rest: null };
}
