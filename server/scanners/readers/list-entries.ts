import type { Reading, Rejected, Unread } from './report-reader.js';

type Given = Readonly<Record<string, unknown>>;

/** An object of a list in a report, with its place: `Results[2].Secrets[0]`. */
export interface Entry {
  value: Given;
  at: string;
}

export const isObject = (value: unknown): value is Given =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The objects of a list; anything else in its place is rejected alone, and the rest is read. */
export function* entriesIn(list: unknown, at: string): Iterable<Entry | Rejected> {
  if (list === null || list === undefined) return;
  if (!Array.isArray(list)) {
    yield { rejected: 'is not a list', at };
    return;
  }
  for (let n = 0; n < list.length; n += 1) {
    const value: unknown = list[n];
    if (isObject(value)) yield { value, at: `${at}[${n}]` };
    else yield { rejected: 'is not an object', at: `${at}[${n}]` };
  }
}

/** The entries of the lists that a reader does not know: newer kinds of results, counted by name. */
export function* unknownLists(value: Given, known: ReadonlySet<string>): Iterable<Unread> {
  for (const [name, list] of Object.entries(value)) {
    if (known.has(name) || !Array.isArray(list) || list.length === 0) continue;
    yield { unread: 'entries of lists that are not read', name, count: list.length };
  }
}

/** Names the place of a reading that was rejected. */
export function placed(reading: Reading, at: string): Reading {
  return 'rejected' in reading ? { at, ...reading } : reading;
}
