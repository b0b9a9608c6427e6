import type { StoredAnswer } from './answer.js';

/**
 * “Not applicable” removes a question from the score and therefore needs a second person: an owner other than the
 * person who answered.
 */
export function isUnapproved({ value, owner, by }: Pick<StoredAnswer, 'value' | 'owner' | 'by'>) {
  return value === 'not_applicable' && (owner === null || isSame(owner, by));
}

function isSame(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
