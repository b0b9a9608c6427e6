/** What a worker knows of a sub-job that runs, ahead of the database. */
export interface LiveSubJob {
  progress: number;
  /** The last lines of the tool. */
  log: string[];
}

const MOST_LINES = 200;
const LONGEST_LINE = 500;

/**
 * What runs in this process right now, and who wants to know when it changes. A cache: the database
 * has the same, some seconds later, and is what other processes see.
 */
export class LiveScans {
  readonly #subJobs = new Map<string, LiveSubJob>();
  readonly #watchers = new Map<string, Set<() => void>>();

  begin(subJobId: string): void {
    this.#subJobs.set(subJobId, { progress: 0, log: [] });
  }

  get(subJobId: string): LiveSubJob | null {
    return this.#subJobs.get(subJobId) ?? null;
  }

  line(scanId: string, subJobId: string, line: string): void {
    const live = this.#subJobs.get(subJobId);
    if (!live) return;
    live.log.push(line.slice(0, LONGEST_LINE));
    if (live.log.length > MOST_LINES) live.log.shift();
    this.changed(scanId);
  }

  progress(scanId: string, subJobId: string, progress: number): void {
    const live = this.#subJobs.get(subJobId);
    if (!live || live.progress >= progress) return;
    live.progress = progress;
    this.changed(scanId);
  }

  end(subJobId: string): void {
    this.#subJobs.delete(subJobId);
  }

  changed(scanId: string): void {
    for (const tell of this.#watchers.get(scanId) ?? []) tell();
  }

  /** Answers how to stop watching. */
  watch(scanId: string, tell: () => void): () => void {
    const watchers = this.#watchers.get(scanId) ?? new Set();
    watchers.add(tell);
    this.#watchers.set(scanId, watchers);
    return () => {
      watchers.delete(tell);
      if (watchers.size === 0 && this.#watchers.get(scanId) === watchers) {
        this.#watchers.delete(scanId);
      }
    };
  }
}
