import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../log/structured-logging.js';
import { endingOf, payloadOf, reasonOf } from './job.rules.js';
import { JobAbortedError, type JobHandler, type JobProgress, type JobType } from './job-queue.js';
import type { HeldJob, JobEnding, JobStore } from './job-store.js';

export interface JobRunParts {
  store: JobStore;
  log: Logger;
  random: () => number;
  /** How long a handler may go on after its signal aborted, before its job is settled without it. */
  graceMs: number;
}

const PROGRESS_MS = 200;

/** One attempt at a job: keeps its lease, hands the handler its signal, and settles what came of it. */
export class JobRun {
  readonly held: HeldJob;
  readonly #type: JobType;
  readonly #handler: JobHandler<JobType['schema']>;
  readonly #parts: JobRunParts;
  readonly #abort = new AbortController();
  readonly #progress: { value: JobProgress | null; writing: Promise<void> | null } = {
    value: null,
    writing: null,
  };
  #leaseEndsAt: number;

  constructor(
    held: HeldJob,
    type: JobType,
    handler: JobHandler<JobType['schema']>,
    parts: JobRunParts,
  ) {
    this.held = held;
    this.#type = type;
    this.#handler = handler;
    this.#parts = parts;
    this.#leaseEndsAt = performance.now() + type.leaseMs;
  }

  /** Tells the handler to stop; the first reason counts. */
  abort(why: JobAbortedError['why']): void {
    if (this.#abort.signal.aborted) return;
    const message = {
      cancelled: 'the job was cancelled',
      lost: 'another worker may have the job: its lease ran out',
      timeout: `it took longer than ${this.#type.timeoutMs} ms`,
      closing: 'the worker is closing',
    }[why];
    this.#abort.abort(new JobAbortedError(why, message));
  }

  /** Never throws; answers how the job was left, null when that was not ours to say. */
  async run(): Promise<JobEnding | null> {
    const { held } = this;
    const { attempts, name, schema } = this.#type;
    if (held.cancelRequested) return this.#settle({ as: 'cancelled' });
    if (held.attempt > attempts) {
      const error = `its worker was lost at attempt ${held.attempt - 1} of ${attempts}`;
      return this.#settle({ as: 'failed', error: held.error ? `${error}; ${held.error}` : error });
    }
    const read = payloadOf(name, schema, held.payload);
    if ('error' in read) return this.#settle({ as: 'failed', error: read.error });
    const stop = this.#startTimers();
    try {
      const outcome = await this.#outcome(read.payload);
      await this.#progress.writing;
      const { reason } = this.#abort.signal;
      const aborted = reason instanceof JobAbortedError ? reason : null;
      const attempt = { attempt: held.attempt, outcome, aborted };
      const ending = endingOf(attempt, this.#type, this.#parts.random);
      return ending && (await this.#settle(ending));
    } finally {
      stop();
    }
  }

  async #outcome(payload: unknown): Promise<{ ok: true } | { ok: false; error: unknown } | null> {
    const { id, type, teamId, attempt } = this.held;
    const { signal } = this.#abort;
    const context = { signal, progress: (value: JobProgress) => this.#report(value) };
    const handled = (async () => {
      await this.#handler({ id, type, teamId, payload, attempt }, context);
      return { ok: true as const };
    })().catch((error: unknown) => ({ ok: false as const, error }));
    let giveUp: NodeJS.Timeout | undefined;
    const given = new Promise<null>((resolve) => {
      const wait = () => {
        giveUp = setTimeout(() => resolve(null), this.#parts.graceMs);
      };
      if (signal.aborted) wait();
      else signal.addEventListener('abort', wait, { once: true });
    });
    const outcome = await Promise.race([handled, given]);
    clearTimeout(giveUp);
    if (!outcome) this.#parts.log.warn({ jobId: id, type }, 'a job does not end when told to');
    return outcome;
  }

  #startTimers(): () => void {
    const { leaseMs, timeoutMs } = this.#type;
    const beat = setInterval(() => void this.#beat(), leaseMs / 3);
    const late =
      timeoutMs === null ? undefined : setTimeout(() => this.abort('timeout'), timeoutMs);
    return () => {
      clearInterval(beat);
      clearTimeout(late);
    };
  }

  async #beat(): Promise<void> {
    const { leaseMs } = this.#type;
    const asked = performance.now();
    try {
      if (await this.#parts.store.heartbeat(this.held, leaseMs))
        this.#leaseEndsAt = asked + leaseMs;
      else this.abort('lost');
    } catch (error) {
      this.#parts.log.warn({ err: error, jobId: this.held.id }, 'a lease could not be renewed');
      if (performance.now() >= this.#leaseEndsAt) this.abort('lost');
    }
  }

  #report(value: JobProgress): void {
    this.#progress.value = value;
    this.#progress.writing ??= this.#writeProgress();
  }

  async #writeProgress(): Promise<void> {
    try {
      while (this.#progress.value !== null) {
        const { value } = this.#progress;
        this.#progress.value = null;
        await this.#parts.store.progress(this.held, value);
        if (this.#progress.value !== null) await sleep(PROGRESS_MS);
      }
    } catch (error) {
      this.#parts.log.warn({ err: error, jobId: this.held.id }, 'progress could not be written');
    } finally {
      this.#progress.writing = null;
    }
  }

  /** Tries for as long as the lease lasts: after that the job runs again anyway. */
  async #settle(ending: JobEnding): Promise<JobEnding | null> {
    const { held } = this;
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
      try {
        if (await this.#parts.store.settle(held, ending)) return ending;
        this.#parts.log.warn({ jobId: held.id, type: held.type }, 'a job ended after its lease');
        return null;
      } catch (error) {
        if (performance.now() + pauseMs < this.#leaseEndsAt) {
          await sleep(pauseMs);
          continue;
        }
        const facts = { err: error, jobId: held.id, ending: ending.as, reason: reasonOf(error) };
        this.#parts.log.error(facts, 'the end of a job could not be stored; it will run again');
        return null;
      }
    }
  }
}
