/** Several measurements of the same thing: a single one means little on a machine that does other work too. */
export class Samples {
  readonly #sorted: number[];

  constructor(values: readonly number[]) {
    if (values.length === 0) throw new RangeError('nothing was measured');
    this.#sorted = [...values].sort((a, b) => a - b);
  }

  /** The smallest value that this share (0 … 1) of all does not exceed. */
  quantile(share: number): number {
    const at = Math.max(0, Math.ceil(share * this.#sorted.length) - 1);
    return this.#sorted[at] as number;
  }

  get p50(): number {
    return this.quantile(0.5);
  }
  get p95(): number {
    return this.quantile(0.95);
  }
  get worst(): number {
    return this.quantile(1);
  }
}

/** How long the work took, and its result. */
export async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const started = performance.now();
  const result = await work();
  return { ms: performance.now() - started, result };
}

/** Repeats the work, one run after the other. */
export async function repeat<T>(times: number, work: (turn: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let turn = 0; turn < times; turn += 1) results.push(await work(turn));
  return results;
}
