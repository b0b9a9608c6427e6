import type { z } from 'zod';

type RawIssue = z.core.$ZodRawIssue;

const MAX_NAMES = 20;
const MAX_NAME = 60;
const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};
const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'a date and time such as 2026-03-31T12:00:00Z',
  date: 'a date such as 2026-03-31',
  email: 'an e-mail address',
  url: 'an address such as https://www.example.org',
};

/**
 * A validation problem in plain English, to follow the field's name: `must be a number`. Pass it to a
 * parse as `error`; undefined keeps zod's message, and a schema's own message comes before both.
 */
export function plainIssue(issue: RawIssue): string | undefined {
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return 'is required';
    const kind = KINDS[issue.expected];
    return kind && `must be ${kind}`;
  }
  if (issue.code === 'too_small') {
    const { minimum, origin, inclusive } = issue;
    if (origin === 'string' && minimum === 1) return 'must not be empty';
    return `must ${bound(origin, inclusive === false ? 'more than' : 'at least', minimum)}`;
  }
  if (issue.code === 'too_big') {
    const { maximum, origin, inclusive } = issue;
    return `must ${bound(origin, inclusive === false ? 'less than' : 'at most', maximum)}`;
  }
  if (issue.code === 'invalid_format') {
    const format = FORMATS[issue.format];
    return format && `must be ${format}`;
  }
  if (issue.code === 'invalid_value') {
    const [only, ...others] = issue.values.map(String);
    return others.length === 0
      ? `must be ${only}`
      : `must be one of ${[only, ...others].join(', ')}`;
  }
  if (issue.code === 'unrecognized_keys') {
    const fields = issue.keys.length > 1 ? 'fields' : 'field';
    return `has unknown ${fields} ${namesIn(issue.keys)}`;
  }
  return undefined;
}

/** The caller chose the names: any number, of any length. */
function namesIn(keys: readonly string[]): string {
  const shown = keys.slice(0, MAX_NAMES).map((key) => shortened(key));
  const more = keys.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function shortened(name: string): string {
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
}

function bound(origin: string, how: string, limit: number | bigint): string {
  if (origin === 'string') return `have ${how} ${limit} character${limit === 1 ? '' : 's'}`;
  if (origin === 'array' || origin === 'set')
    return `have ${how} ${limit} item${limit === 1 ? '' : 's'}`;
  return `be ${how} ${limit}`;
}
