import type { z } from 'zod';

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
