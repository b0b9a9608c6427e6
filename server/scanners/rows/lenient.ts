import { z } from 'zod';
import { plainIssue } from '../../../contract/plain-issue.js';

/** Converts any value, missing ones as null, into one of our types. */
function lenient<T>(convert: (value: unknown) => T) {
  return z.unknown().transform(convert).prefault(null);
}

/** A text; numbers and booleans are converted, anything else counts as missing. */
export const text = lenient((value): string => {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
});

/** A list of texts; Prowler 4.x wrote one text instead. */
export const texts = lenient((value): string[] => {
  if (typeof value === 'string') return value === '' ? [] : [value];
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is string => typeof item === 'string');
});

/** A time as number or text. */
export const time = lenient((value) =>
  typeof value === 'number' || typeof value === 'string' ? value : null,
);

/** Tags as `{ key: value }` or a list of texts, converted to `key:value`. */
export const labels = lenient((value): string[] => {
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string');
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([key, item]) => `${key}:${String(item)}`);
});

/** An object of this shape; empty if missing. */
export function part<T extends z.ZodRawShape>(shape: T) {
  const object = z.object(shape);
  const orEmpty = z.preprocess(
    (value) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}),
    object,
  );
  return orEmpty.prefault({});
}

/** For each parse of what a report states: its problems are shown to people. */
export const PLAIN: z.core.ParseContext<z.core.$ZodIssue> = {
  error: (issue) => plainIssue(issue) ?? 'does not fit the format',
};

/** The first issue of a schema error, short enough for a message. */
export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (!issue) return 'does not fit the format';
  return `${issue.path.join('.') || 'the result'}: ${issue.message}`.slice(0, 200);
}
