import type { Severity } from '../../../contract/severity.js';

const WORDS: Readonly<Record<Severity, readonly string[]>> = {
  critical: ['critical', 'blocker', 'fatal', 'severe', 'very high', 'emergency'],
  high: ['high', 'error', 'major', 'important'],
  medium: ['medium', 'moderate', 'warning', 'warn'],
  low: ['low', 'minor', 'note', 'negligible', 'very low', 'recommendation', 'suggestion'],
  informational: ['informational', 'information', 'info', 'none', 'notice', 'style', 'debug'],
};

const BY_WORD = new Map(
  Object.entries(WORDS).flatMap(([severity, words]) =>
    words.map((word) => [word, severity as Severity] as const),
  ),
);

/** The severity of a word of any tool, in any case; null for an unknown word. */
export function severityOfWord(word: string): Severity | null {
  const plain = word
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ');
  return BY_WORD.get(plain) ?? null;
}
