export interface Marks {
  /** Of what was found the share that was labelled, 0–1. */
  precision: number;
  /** Of what was labelled the share that was found, 0–1. */
  recall: number;
  /** Their harmonic mean. */
  f1: number;
}

/** Counts over many findings how what was found agrees with labels. */
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
