import { createHash } from 'node:crypto';

/** A prediction and whether it was right. */
export interface Guess {
  /** 0–1. */
  predicted: number;
  right: boolean;
}

export interface Sample {
  /** Samples of one finding stay in one fold. */
  id: string;
  features: readonly number[];
  right: boolean;
}

export interface Reliability {
  /** Mean squared difference between prediction and outcome; 0 is best. */
  brier: number;
  /** Mean difference between predicted and observed frequency, over the bands. */
  error: number;
  bands: { from: number; to: number; guesses: number; predicted: number; was: number }[];
}

const BANDS = 5;
const FOLDS = 5;
const ROUNDS = 30;

/** How often predictions of each band were right. */
export function reliabilityOf(guesses: readonly Guess[]): Reliability {
  const bands = Array.from({ length: BANDS }, (_, at) => ({
    own: guesses.filter(
      ({ predicted }) => Math.min(BANDS - 1, Math.floor(predicted * BANDS)) === at,
    ),
    from: at / BANDS,
    to: (at + 1) / BANDS,
  }))
    .filter(({ own }) => own.length > 0)
    .map(({ own, from, to }) => ({
      ...{ from, to, guesses: own.length },
      predicted: mean(own.map(({ predicted }) => predicted)),
      was: mean(own.map(({ right }) => Number(right))),
    }));
  const error = bands.reduce(
    (sum, each) => sum + Math.abs(each.predicted - each.was) * each.guesses,
    0,
  );
  return {
    brier: mean(guesses.map(({ predicted, right }) => (predicted - Number(right)) ** 2)),
    error: error / guesses.length,
    bands,
  };
}

/** Every sample is predicted by a curve that was fitted without its fold. */
export function crossValidated(samples: readonly Sample[]): Guess[] {
  const foldOf = ({ id }: Sample) =>
    (createHash('sha256').update(`fold ${id}`).digest()[0] ?? 0) % FOLDS;
  return Array.from({ length: FOLDS }, (_, fold) => {
    const weights = fitted(samples.filter((sample) => foldOf(sample) !== fold));
    const held = samples.filter((sample) => foldOf(sample) === fold);
    return held.map(({ features, right }) => ({ predicted: likely(weights, features), right }));
  }).flat();
}

/** Logistic regression by Newton's method, with a small ridge so that it always converges. */
export function fitted(samples: readonly Sample[]): number[] {
  const size = samples[0]?.features.length ?? 0;
  const weights = new Array<number>(size).fill(0);
  for (let round = 0; round < ROUNDS; round += 1) {
    const rows = weights.map((_, row) =>
      Array.from({ length: size + 1 }, (__, column): number => (row === column ? 1e-3 : 0)),
    );
    for (const { features, right } of samples) {
      const predicted = likely(weights, features);
      rows.forEach((row, i) => {
        const feature = features[i] ?? 0;
        features.forEach((other, j) => {
          row[j] = (row[j] ?? 0) + predicted * (1 - predicted) * feature * other;
        });
        row[size] = (row[size] ?? 0) + (Number(right) - predicted) * feature;
      });
    }
    solved(rows).forEach((step, i) => {
      weights[i] = (weights[i] ?? 0) + step;
    });
  }
  return weights;
}

/** Gauss and Jordan: the last column is the right side. */
function solved(rows: number[][]): number[] {
  rows.forEach((pivot, i) => {
    for (const row of rows) {
      if (row === pivot) continue;
      const share = (row[i] ?? 0) / (pivot[i] ?? 1);
      for (let j = i; j < row.length; j += 1) row[j] = (row[j] ?? 0) - share * (pivot[j] ?? 0);
    }
  });
  return rows.map((row, i) => (row.at(-1) ?? 0) / (row[i] ?? 1));
}

function likely(weights: readonly number[], features: readonly number[]): number {
  return (
    1 / (1 + Math.exp(-features.reduce((sum, feature, i) => sum + feature * (weights[i] ?? 0), 0)))
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / (values.length || 1);
}
