import { cleanText } from '../../../scanners/rows/clean-text.js';
import type { LiveScans } from '../live/live-scans.js';
import type { StoredSubJob } from './stored-sub-job.js';
import type { SubJobsRepository } from './sub-jobs.repository.js';

const LOOK_EVERY_MS = 1_000;
const WRITE_EVERY_MS = 2_000;
const MAX_LINES = 200;
const MAX_LINE_LENGTH = 500;

/**
 * Keeps the last log lines and the progress of a sub-job: at once in memory, soon in Redis for other processes, and
 * where there is none, every two seconds in the database.
 */
export class LiveWriter {
  readonly #lines: string[] = [];
  #progress = 0;
  /** The database lacks something. */
  #isBehind = false;
  #writtenAtMs = performance.now();
  #looking: Promise<unknown> | null = null;
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly parts: { subJobs: SubJobsRepository; live: LiveScans },
    private readonly subJob: StoredSubJob,
  ) {
    parts.live.begin(subJob);
    this.#timer = setInterval(() => {
      this.#looking ??= this.#look().finally(() => {
        this.#looking = null;
      });
    }, LOOK_EVERY_MS);
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** The line must be free of secrets. */
  line(text: string): void {
    const line = cleanText(text, MAX_LINE_LENGTH);
    if (line === '') return;
    this.#lines.push(line);
    if (this.#lines.length > MAX_LINES) this.#lines.shift();
    this.#isBehind = true;
    this.parts.live.line(this.subJob, line);
  }

  /** 0 … 1. */
  progress(share: number): void {
    if (share <= this.#progress) return;
    this.#progress = share;
    this.#isBehind = true;
    this.parts.live.progress(this.subJob, share);
  }

  /** Writes nothing more, so that the outcome is the last word. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** Call after the outcome is stored. */
  end(): Promise<void> {
    return this.parts.live.end(this.subJob);
  }

  /** Never throws: a stale status is no reason to end a scan. */
  async #look(): Promise<void> {
    const { live, subJobs } = this.parts;
    if (await live.share(this.subJob)) return;
    if (!this.#isBehind || performance.now() - this.#writtenAtMs < WRITE_EVERY_MS) return;
    this.#isBehind = false;
    this.#writtenAtMs = performance.now();
    const { id, scanId, token } = this.subJob;
    const set = { log: [...this.#lines], progress: this.#progress };
    await subJobs
      .update(this.subJob, id, set, { token })
      .then(() => live.changed(scanId))
      .catch(() => null);
  }
}
