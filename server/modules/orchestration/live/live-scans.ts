import { z } from 'zod';
import type { Broadcast } from '../../../platform/broadcast/broadcast.js';

/** What a worker knows of a sub-job that runs, ahead of the database. */
export interface LiveSubJob {
  progress: number;
  /** The last lines of the tool. */
  log: string[];
}

/** What processes tell each other: look at this scan again; this sub-job has come so far. */
const Message = z.object({
  scanId: z.string(),
  subJobId: z.string().optional(),
  progress: z.number().min(0).max(1).optional(),
});

const CHANNEL = 'live-scans';
const TOLD_EVERY_MS = 250;
const MOST_ELSEWHERE = 1_000;
const MOST_LINES = 200;
const LONGEST_LINE = 500;

/**
 * What runs right now, and who wants to know when it changes. A cache: the database has the same,
 * some seconds later. Other processes hear of changes by the broadcast, if there is one.
 */
export class LiveScans {
  readonly #elsewhere = new Map<string, number>();
  readonly #toldAt = new Map<string, number>();
  readonly #subJobs = new Map<string, LiveSubJob>();
  readonly #watchers = new Map<string, Set<() => void>>();

  constructor(private readonly broadcast: Broadcast) {
    broadcast.listen(CHANNEL, (message) => this.#hear(message));
  }

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
    this.#wake(scanId);
  }

  progress(scanId: string, subJobId: string, progress: number): void {
    const live = this.#subJobs.get(subJobId);
    if (!live || live.progress >= progress) return;
    live.progress = progress;
    this.#wake(scanId);
    const now = Date.now();
    if (now - (this.#toldAt.get(subJobId) ?? 0) < TOLD_EVERY_MS) return;
    this.#toldAt.set(subJobId, now);
    this.broadcast.publish(CHANNEL, { scanId, subJobId, progress });
  }

  /** How far a sub-job that another process runs has come, as far as it was heard of. */
  progressElsewhere(subJobId: string): number {
    return this.#elsewhere.get(subJobId) ?? 0;
  }

  end(subJobId: string): void {
    this.#subJobs.delete(subJobId);
    this.#toldAt.delete(subJobId);
  }

  /** The database has something new of the scan. */
  changed(scanId: string): void {
    this.#wake(scanId);
    this.broadcast.publish(CHANNEL, { scanId });
  }

  #hear(message: unknown): void {
    const heard = Message.safeParse(message);
    if (!heard.success) return;
    const { scanId, subJobId, progress } = heard.data;
    if (subJobId !== undefined && progress !== undefined) {
      this.#elsewhere.delete(subJobId);
      this.#elsewhere.set(subJobId, progress);
      const [oldest] = this.#elsewhere.keys();
      if (this.#elsewhere.size > MOST_ELSEWHERE && oldest) this.#elsewhere.delete(oldest);
    }
    this.#wake(scanId);
  }

  #wake(scanId: string): void {
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
