import { cleanText } from '../../../scanners/rows/clean-text.js';
import type { LiveScans } from '../live/live-scans.js';
import type { StoredSubJob } from './stored-sub-job.js';
import type { SubJobsRepository } from './sub-jobs.repository.js';

const WRITE_EVERY_MS = 2_000;
const MAX_LINES = 200;
const MAX_LINE_LENGTH = 500;

/** Keeps the last log lines of a sub-job: immediately in the cache, periodically in the database for other processes. */
export class LiveWriter {
  readonly #lines: string[] = [];
  #isBehind = false;
  #writing: Promise<unknown> = Promise.resolve();
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly parts: { subJobs: SubJobsRepository; live: LiveScans },
    private readonly subJob: StoredSubJob,
  ) {
    this.#timer = setInterval(() => this.#write(), WRITE_EVERY_MS);
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
    const { id, scanId } = this.subJob;
    this.parts.live.line(scanId, id, line);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
  }

  #write(): void {
    if (!this.#isBehind) return;
    this.#isBehind = false;
    const { id, scanId, token } = this.subJob;
    const { subJobs, live } = this.parts;
    this.#writing = subJobs
      .update(this.subJob, id, { log: [...this.#lines] }, { token })
      .then(() => live.changed(scanId))
      // A stale cache is no reason to end a scan.
      .catch(() => null);
  }
}
