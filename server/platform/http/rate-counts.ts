/** How often a caller asked in the current window, and for how long that still counts. */
export interface RateCount {
  current: number;
  leftMs: number;
}

/** Counts requests by caller in windows of fixed length. Counting never fails. */
export interface RateCounts {
  count(caller: string, windowMs: number): Promise<RateCount>;
  close(): Promise<void>;
}

/** Callers that one process remembers; the one that was silent for longest is forgotten first. */
const MAX_CALLERS = 20_000;

/** Counts the requests to this process. */
export class LocalRateCounts implements RateCounts {
  readonly #windows = new Map<string, { current: number; endsAtMs: number }>();

  async count(caller: string, windowMs: number): Promise<RateCount> {
    const nowMs = performance.now();
    const known = this.#windows.get(caller);
    const isOver = known === undefined || known.endsAtMs <= nowMs;
    const window = isOver ? { current: 0, endsAtMs: nowMs + windowMs } : known;
    window.current += 1;
    this.#windows.delete(caller);
    this.#windows.set(caller, window);
    if (this.#windows.size > MAX_CALLERS) {
      const [oldest = ''] = this.#windows.keys();
      this.#windows.delete(oldest);
    }
    return { current: window.current, leftMs: window.endsAtMs - nowMs };
  }

  async close(): Promise<void> {}
}
