import type { TextMatch } from './text-matches.js';

/**
 * How often a control that a text leads to is right: a logistic curve over how well the text fits and how
 * much it says. Fitted to that half of `bench/mapping-findings.jsonl` that is not reported;
 * `npm run bench:mapping` compares with what the other half says, and cross-validates the curve itself.
 */
const CURVE = { base: -6.97, strength: 8.01, score: 0.21 };

/** Text alone is never sure, and what it found is never nothing. */
const LEAST = 0.05;
const MOST = 0.9;

export type TextSigns = Pick<TextMatch, 'strength' | 'score'>;

/** 0.05–0.9. */
export function textConfidence(signs: TextSigns, curve = CURVE): number {
  const [one, strength, score] = signsOf(signs);
  const sum = curve.base * one + curve.strength * strength + curve.score * score;
  const likely = 1 / (1 + Math.exp(-sum));
  return Math.round(Math.min(MOST, Math.max(LEAST, likely)) * 100) / 100;
}

export function signsOf({ strength, score }: TextSigns): [number, number, number] {
  return [1, strength, Math.log(Math.max(score, 0.1))];
}
