export interface Marks {
  /** The share of found items that are labelled, 0–1. */
  precision: number;
  /** The share of labelled items that were found, 0–1. */
  recall: number;
  /** Their harmonic mean. */
  f1: number;
}

/** Counts, over many findings, how well results agree with labels. */
export class Agreement {
  #right = 0;
  #found = 0;
  #labelled = 0;

  add(found: readonly string[], labels: readonly string[]): void {
    const wanted = new Set(labels);
    const distinct = new Set(found);
    this.#right += [...distinct].filter((id) => wanted.has(id)).length;
    this.#found += distinct.size;
    this.#labelled += wanted.size;
  }

  get marks(): Marks {
    const precision = this.#found === 0 ? 0 : this.#right / this.#found;
    const recall = this.#labelled === 0 ? 0 : this.#right / this.#labelled;
    const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
    return { precision, recall, f1 };
  }
}
