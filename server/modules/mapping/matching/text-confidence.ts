import type { TextMatch } from './text-matches.js';

/**
 * The probability that a text match is right: a logistic curve over its fit and its score. Fitted to the half
 * of `bench/mapping-findings.jsonl` that is not reported; `npm run bench:mapping` compares it with the other
 * half, and cross-validates the curve itself.
 */
const CURVE = { base: -6.97, strength: 8.01, score: 0.21 };

/** Text alone is never certain, and never worthless. */
const MIN_CONFIDENCE = 0.05;
const MAX_CONFIDENCE = 0.9;

export type TextFeatures = Pick<TextMatch, 'strength' | 'score'>;

/** 0.05–0.9. */
export function textConfidence(features: TextFeatures, curve = CURVE): number {
  const [one, strength, score] = featuresOf(features);
  const sum = curve.base * one + curve.strength * strength + curve.score * score;
  const likely = 1 / (1 + Math.exp(-sum));
  return Math.round(Math.min(MAX_CONFIDENCE, Math.max(MIN_CONFIDENCE, likely)) * 100) / 100;
}

export function featuresOf({ strength, score }: TextFeatures): [number, number, number] {
  return [1, strength, Math.log(Math.max(score, 0.1))];
}
