import type { z } from 'zod';
import { plainIssue } from '../../../contract/plain-issue.js';
import { InvalidInputError } from '../../platform/errors.js';
import { maskSecrets } from '../secrets/mask-secrets.js';

/** The error for a target that is refused, with the reason. The text itself is shown cut, without secrets and control characters. */
export function refuse(what: string, text: string, why: string): InvalidInputError {
  return new InvalidInputError(`${what} "${shown(text)}" is refused: ${why}`, { what });
}

/**
 * Refuses what no name, address or path of a target may be or hold: empty, too long, white space, control,
 * invisible or text-direction characters, or a leading dash, as of an option.
 */
export function requirePlain(what: string, text: string, max: number): string {
  if (text === '') throw refuse(what, text, 'it is empty');
  if (text.length > max) throw refuse(what, text, `it is longer than ${max} characters`);
  if (text.startsWith('-')) throw refuse(what, text, 'it begins with a dash, as an option does');
  if (/[\s\p{C}\p{Z}]/u.test(text)) {
    throw refuse(what, text, 'it holds white space, control or invisible characters');
  }
  return text;
}

/** A target is stored, shown and passed to tools as it is, so it must contain no secret. */
export function refuseSecrets(what: string, text: string): void {
  if (maskSecrets(text) === text) return;
  throw refuse(what, text, 'it contains a secret, and a target is stored and shown as it is');
}

/** The value as its schema has it. Throws InvalidInputError that names the field. */
export function fitting<T extends z.ZodType>(schema: T, value: unknown, what: string): z.infer<T> {
  const parsed = schema.safeParse(value, { error: plainIssue });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') ?? '';
  throw new InvalidInputError(
    `${what} is refused: ${field === '' ? '' : `${field} `}${issue?.message ?? 'does not fit'}`,
    { what, field },
  );
}

function shown(text: string): string {
  const clean = maskSecrets(text)
    .slice(0, 80)
    .replace(/[\p{C}\p{Z}]/gu, '?');
  return text.length > 80 ? `${clean}…` : clean;
}
