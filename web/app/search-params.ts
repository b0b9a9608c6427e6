import { z } from 'zod';
import { listFrom, listValue } from '../../contract/list-text.js';

/** Stands for an empty value in a list: an account without a name, a finding without a region. */
const EMPTY = '(none)';

/** Filters are plain text in the URL, lists separated by commas: `?checkId=a,b&severity=high`. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    const plain = Array.isArray(value)
      ? value.map((one) => listValue(one) || EMPTY).join(',')
      : value;
    if (plain !== undefined && plain !== null && plain !== '') given.set(name, String(plain));
  }
  const text = given
    .toString()
    .replaceAll('%2C', ',')
    .replaceAll('%3A', ':')
    .replaceAll('%28none%29', EMPTY);
  return text ? `?${text}` : '';
}

/** A list in the URL; values that are not (or no longer) known are dropped. */
export function listParam<T extends string>(known?: readonly T[]) {
  return z.preprocess((value) => {
    const parts = Array.isArray(value) ? value.map(String) : partsOf(String(value ?? ''));
    const kept = parts.filter((part) => !known || isIn(known, part));
    return kept.length > 0 ? [...new Set(kept)] : undefined;
  }, z.custom<T[]>().optional());
}

function partsOf(text: string): string[] {
  const parts = listFrom(text).filter((part) => part !== '');
  return parts.map((part) => (part === EMPTY ? '' : part));
}

export const textParam = z.coerce.string().trim().max(200).optional().catch(undefined);

export function choiceParam<const T extends readonly string[]>(known: T) {
  return z.enum(known).optional().catch(undefined);
}

function isIn(known: readonly string[], value: string): boolean {
  return known.includes(value);
}
