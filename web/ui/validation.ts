import { useState } from 'react';
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
  if (code === 'too_small' && minimum !== 1) return `Write at least ${minimum} characters`;
  if (code === 'too_big') return `Write at most ${maximum} characters`;
  return 'This field is required';
}

/** The messages of the contract and the server continue the name of a field. */
function capitalised(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
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
    errors[field] ??= capitalised(message);
  }
  return { errors, rest: null };
}

/**
 * The errors of a form’s fields: found by `check` before the value is sent, or by the server in `problem`.
 * `rest` is what is not about a field.
 */
export function useFieldErrors(
  schema: z.ZodType | undefined,
  fields: readonly string[],
  problem: unknown,
) {
  const [found, setFound] = useState<Record<string, string>>({});
  const refused = refusal(problem, fields);
  return {
    errors: { ...refused.errors, ...found },
    rest: refused.rest,
    /** Whether the value may be sent. */
    check(value: unknown): boolean {
      const next = fieldErrors(schema, value);
      const shown = Object.entries(next ?? {}).map(([field, text]) => [field, capitalised(text)]);
      setFound(Object.fromEntries(shown));
      return next === null;
    },
  };
}
