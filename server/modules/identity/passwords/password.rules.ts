import type { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { InvalidInputError } from '../../../platform/errors.js';

/** Guesses below 10^8 fall to an offline attack within minutes (zxcvbn’s score 3 begins there). */
const MIN_SCORE = 3;

let judge: Promise<ZxcvbnFactory> | null = null;

/** The dictionaries are loaded with the first password: most processes never see one. */
async function loadJudge(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory: Factory }, common] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new Factory({ dictionary: { ...common.dictionary }, graphs: common.adjacencyGraphs });
}

/**
 * Throws InvalidInputError for a password that is easily guessed: a common one, a keyboard row, a date, or one that
 * contains the person’s own words (name, e-mail). `field`: of the request.
 */
export async function requireStrongPassword(
  password: string,
  ownWords: readonly string[],
  field = 'password',
): Promise<void> {
  judge ??= loadJudge();
  const words = ownWords.flatMap((word) => [word, ...word.split(/[@.\s_-]+/)]);
  const { score, feedback } = (await judge).check(
    password.slice(0, 100),
    words.filter((w) => w.length > 2),
  );
  if (score >= MIN_SCORE) return;
  const hint = feedback.warning ?? 'it is easily guessed';
  const message = `choose another password: ${reasonOf(hint)}`;
  throw new InvalidInputError(message, { errors: [{ path: `body.${field}`, message }] });
}

/** The estimate names its reason by a key, such as `topTen`. */
function reasonOf(key: string): string {
  return REASONS[key] ?? 'it is easily guessed; several unrelated words are better';
}

const REASONS: Readonly<Record<string, string>> = {
  topTen: 'it is one of the ten most common passwords',
  topHundred: 'it is one of the hundred most common passwords',
  common: 'it is a common password',
  similarToCommon: 'it resembles a common password',
  userInputs: 'it contains your name or e-mail address',
  pwned: 'it is known from a leak',
  dates: 'dates are easily guessed',
  recentYears: 'years are easily guessed',
  sequences: 'sequences such as “abc” or “6543” are easily guessed',
  simpleRepeat: 'repeated characters are easily guessed',
  extendedRepeat: 'repeated patterns are easily guessed',
  keyPattern: 'keys in a row are easily guessed',
  straightRow: 'keys in a row are easily guessed',
};
