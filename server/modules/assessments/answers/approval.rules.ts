import type { StoredAnswer } from './stored-answer.js';

/**
 * “Not applicable” takes a question out of the count, and needs a second person to be more than one person's word: the
 * owner, where that is somebody else than who answered.
 */
export function isUnapproved({ value, owner, by }: Pick<StoredAnswer, 'value' | 'owner' | 'by'>) {
  return value === 'not_applicable' && (owner === null || isSame(owner, by));
}

function isSame(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
