import { z } from 'zod';
import type { Broadcast } from '../../../platform/broadcast/broadcast.js';

/** The current state of a running sub-job in its worker, ahead of the database. */
export interface LiveSubJob {
  progress: number;
  /** The last lines of the tool. */
  log: string[];
}

/** Sent between processes: a scan has changed, with the progress of a sub-job if known. */
const Message = z.object({
  scanId: z.string(),
  subJobId: z.string().optional(),
  progress: z.number().min(0).max(1).optional(),
});

const CHANNEL = 'live-scans';
const PUBLISH_EVERY_MS = 250;
const MAX_ELSEWHERE = 1_000;
const MAX_LINES = 200;
const MAX_LINE_LENGTH = 500;

/**
 * Running sub-jobs, and the watchers of their scans. A cache: the database has the same data some seconds
 * later. Other processes are notified of changes by the broadcast, if there is one.
 */
export class LiveScans {
  readonly #elsewhere = new Map<string, number>();
  readonly #publishedAt = new Map<string, number>();
  readonly #subJobs = new Map<string, LiveSubJob>();
  readonly #watchers = new Map<string, Set<() => void>>();

  constructor(private readonly broadcast: Broadcast) {
    broadcast.listen(CHANNEL, (message) => this.#receive(message));
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
    live.log.push(line.slice(0, MAX_LINE_LENGTH));
    if (live.log.length > MAX_LINES) live.log.shift();
    this.#wake(scanId);
  }

  progress(scanId: string, subJobId: string, progress: number): void {
    const live = this.#subJobs.get(subJobId);
    if (!live || live.progress >= progress) return;
    live.progress = progress;
    this.#wake(scanId);
    const now = Date.now();
    if (now - (this.#publishedAt.get(subJobId) ?? 0) < PUBLISH_EVERY_MS) return;
    this.#publishedAt.set(subJobId, now);
    this.broadcast.publish(CHANNEL, { scanId, subJobId, progress });
  }

  /** The last received progress of a sub-job that another process runs. */
  progressElsewhere(subJobId: string): number {
    return this.#elsewhere.get(subJobId) ?? 0;
  }

  end(subJobId: string): void {
    this.#subJobs.delete(subJobId);
    this.#publishedAt.delete(subJobId);
  }

  /** Call after the scan has changed in the database. */
  changed(scanId: string): void {
    this.#wake(scanId);
    this.broadcast.publish(CHANNEL, { scanId });
  }

  #receive(message: unknown): void {
    const received = Message.safeParse(message);
    if (!received.success) return;
    const { scanId, subJobId, progress } = received.data;
    if (subJobId !== undefined && progress !== undefined) {
      this.#elsewhere.delete(subJobId);
      this.#elsewhere.set(subJobId, progress);
      const [oldest] = this.#elsewhere.keys();
      if (this.#elsewhere.size > MAX_ELSEWHERE && oldest) this.#elsewhere.delete(oldest);
    }
    this.#wake(scanId);
  }

  #wake(scanId: string): void {
    for (const notify of this.#watchers.get(scanId) ?? []) notify();
  }

  /** Returns a function that stops watching. */
  watch(scanId: string, notify: () => void): () => void {
    const watchers = this.#watchers.get(scanId) ?? new Set();
    watchers.add(notify);
    this.#watchers.set(scanId, watchers);
    return () => {
      watchers.delete(notify);
      if (watchers.size === 0 && this.#watchers.get(scanId) === watchers) {
        this.#watchers.delete(scanId);
      }
    };
  }
}
