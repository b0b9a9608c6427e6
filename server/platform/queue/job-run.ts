import { setTimeout as sleep } from 'node:timers/promises';
import { behindFence, type WriteFence } from '../database/write-fence.js';
import type { Logger } from '../log/structured-logging.js';
import { isOutage } from '../outages/outage.js';
import { endingOf, payloadOf, reasonOf } from './job.rules.js';
import { JobAbortedError, type JobHandler, type JobProgress, type JobType } from './job-queue.js';
import type { HeldJob, JobEnding, JobStore } from './job-store.js';

export interface JobRunParts {
  store: JobStore;
  log: Logger;
  random: () => number;
  /** How long a handler may run after its signal aborted, before its job is settled anyway. */
  graceMs: number;
  /** Why jobs of this type have to wait; null when they may run. */
  waits?: (type: string) => string | null;
}

const PROGRESS_MS = 200;

/**
 * One attempt at a job: renews its lease, gives the handler its signal, and stores the outcome. Databases refuse
 * what the handler writes after the end of the lease.
 */
export class JobRun {
  readonly held: HeldJob;
  readonly #type: JobType;
  readonly #handler: JobHandler<JobType['schema']>;
  readonly #parts: JobRunParts;
  readonly #outages: number;
  readonly #abort = new AbortController();
  readonly #progress: { value: JobProgress | null; writing: Promise<void> | null } = {
    value: null,
    writing: null,
  };
  #leaseEndsAt: number;
  /** The queue's store did not answer the last renewal of the lease. */
  #isStoreAway = false;
  #isLostToOutage = false;
  #isClosing = false;

  /** `outages`: how many attempts of this type before it found a store away. */
  constructor(
    held: HeldJob,
    type: JobType,
    handler: JobHandler<JobType['schema']>,
    parts: JobRunParts,
    outages = 0,
  ) {
    this.held = held;
    this.#outages = outages;
    this.#type = type;
    this.#handler = handler;
    this.#parts = parts;
    this.#leaseEndsAt = performance.now() + type.leaseMs;
  }

  /** Signals the handler to stop; the first reason counts. */
  abort(why: JobAbortedError['why']): void {
    if (why === 'closing') this.#isClosing = true;
    if (this.#abort.signal.aborted) return;
    if (why === 'lost') this.#isLostToOutage = this.#isStoreAway;
    const message = {
      cancelled: 'the job was cancelled',
      lost: 'the lease expired; another worker may have the job',
      timeout: `it took longer than ${this.#type.timeoutMs} ms`,
      closing: 'the worker is closing',
    }[why];
    this.#abort.abort(new JobAbortedError(why, message));
  }

  /** Never throws; returns the outcome, or null when the job is no longer ours. */
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
      const waits = this.#parts.waits?.(name) ?? null;
      const outages = this.#outages;
      const attempt = { attempt: held.attempt, outcome, aborted, outages, waits };
      const ending = endingOf(attempt, this.#type, this.#parts.random);
      if (ending) return await this.#settle(ending);
      return this.#isLostToOutage ? await this.#settle({ as: 'released' }) : null;
    } finally {
      stop();
    }
  }

  async #outcome(payload: unknown): Promise<{ ok: true } | { ok: false; error: unknown } | null> {
    const { id, type, teamId, attempt } = this.held;
    const { signal } = this.#abort;
    const context = { signal, progress: (value: JobProgress) => this.#report(value) };
    const handled = (async () => {
      const job = { id, type, teamId, payload, attempt };
      await behindFence(this.#fence(), () => this.#handler(job, context));
      return { ok: true as const };
    })().catch((error: unknown) => ({ ok: false as const, error }));
    let giveUp: NodeJS.Timeout | undefined;
    const gaveUp = new Promise<null>((resolve) => {
      const wait = () => {
        const { reason } = signal;
        const isClosing = reason instanceof JobAbortedError && reason.why === 'closing';
        if (isClosing && this.#type.endsAtShutdown) return;
        giveUp = setTimeout(() => resolve(null), this.#parts.graceMs);
      };
      if (signal.aborted) wait();
      else signal.addEventListener('abort', wait, { once: true });
    });
    const outcome = await Promise.race([handled, gaveUp]);
    clearTimeout(giveUp);
    if (!outcome) this.#parts.log.warn({ jobId: id, type }, 'job ignored cancellation');
    return outcome;
  }

  #fence(): WriteFence {
    const { signal } = this.#abort;
    const leftMs = () => this.#leaseEndsAt - performance.now();
    return {
      get until() {
        return Date.now() + leftMs();
      },
      check: () => {
        const { reason } = signal;
        if (reason instanceof JobAbortedError && reason.why === 'lost') throw reason;
      },
      refused: () => this.abort('lost'),
    };
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
    const requestedMs = performance.now();
    try {
      const isOurs = await this.#parts.store.heartbeat(this.held, leaseMs);
      if (isOurs) this.#leaseEndsAt = requestedMs + leaseMs;
      else this.abort('lost');
      this.#isStoreAway = false;
    } catch (error) {
      this.#isStoreAway = isOutage(error);
      this.#parts.log.warn({ err: error, jobId: this.held.id }, 'job lease renewal failed');
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
      this.#parts.log.warn({ err: error, jobId: this.held.id }, 'job progress not stored');
    } finally {
      this.#progress.writing = null;
    }
  }

  /** Retries until the lease ends, and in an outage until the store is back; after that the job runs again anyway. */
  async #settle(ending: JobEnding): Promise<JobEnding | null> {
    const { held } = this;
    const { store, log } = this.#parts;
    let wasAway = this.#isLostToOutage;
    for (let pauseMs = 50; ; pauseMs = Math.min(pauseMs * 2, 1_000)) {
      try {
        if (await store.settle(held, ending)) return ending;
        if (wasAway) await store.forgive(held);
        const facts = { jobId: held.id, type: held.type, wasAway };
        log.warn(facts, 'job ended after its lease expired');
        return null;
      } catch (error) {
        const isAway = isOutage(error);
        wasAway ||= isAway;
        if (performance.now() + pauseMs < this.#leaseEndsAt || (isAway && !this.#isClosing)) {
          await sleep(pauseMs);
          continue;
        }
        const facts = { err: error, jobId: held.id, ending: ending.as, reason: reasonOf(error) };
        log.error(facts, 'job outcome not stored, the job will run again');
        return null;
      }
    }
  }
}
