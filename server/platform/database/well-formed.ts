/**
 * Text that every engine stores and compares alike. Only JavaScript accepts half a surrogate pair; a NUL
 * truncates text in the SQLite binding and in BSON keys.
 */

const MALFORMED = /[\p{Surrogate}\0]/u;
const EVERY_MALFORMED = /[\p{Surrogate}\0]/gu;

export function isWellFormed(text: string): boolean {
  return !MALFORMED.test(text);
}

export function toWellFormed(text: string): string {
  return text.replace(EVERY_MALFORMED, '\uFFFD');
}
