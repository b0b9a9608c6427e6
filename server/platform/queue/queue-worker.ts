import { outsideTasks } from '../database/task-databases.js';
import { outsideLeases } from '../leases/lease-scope.js';
import { withLogContext } from '../log/log-context.js';
import { isOutage } from '../outages/outage.js';
import type { JobHandler, JobType } from './job-queue.js';
import { JobRun, type JobRunParts } from './job-run.js';
import type { JobEnding } from './job-store.js';
import { TeamTurns } from './team-turns.js';

export interface QueuePace {
  /** Polling interval while there is work. */
  pollMs: number;
  /** Polling interval after ten seconds without work. */
  idleMs: number;
  /** Interval between checks for expired leases. */
  recoverMs: number;
  /** Interval between checks for cancellation requests. */
  cancelMs: number;
}

interface Lane {
  type: JobType;
  handler: JobHandler<JobType['schema']>;
  turns: TeamTurns;
  running: number;
  filling: Promise<void> | null;
  again: boolean;
  /** How many of its last attempts found a store away, and until when it waits for that. */
  outages: number;
  waitsUntil: number;
}

const BUSY_FOR_MS = 10_000;

/** Runs a queue's jobs in this process: one lane per type, one polling loop. */
export class QueueWorker {
  readonly #parts: JobRunParts;
  readonly #pace: QueuePace;
  readonly #lanes = new Map<string, Lane>();
  readonly #runs = new Map<JobRun, Promise<void>>();
  #loop: Promise<void> | null = null;
  #wake: () => void = () => {};
  #busyUntil = 0;
  #closing = false;
  /** Since when the store of jobs is away; null while it answers. */
  #awaySince: number | null = null;

  constructor(parts: JobRunParts, pace: QueuePace) {
    this.#parts = parts;
    this.#pace = pace;
  }

  work(type: JobType, handler: JobHandler<JobType['schema']>): void {
    if (this.#lanes.has(type.name)) throw new TypeError(`${type.name} has a handler already`);
    const turns = new TeamTurns();
    const state = { running: 0, filling: null, again: false, outages: 0, waitsUntil: 0 };
    this.#lanes.set(type.name, { type, handler, turns, ...state });
    this.#loop ??= this.#run();
    this.#wake();
  }

  /** A job was added, in any process, that can run now or soon. */
  added(type: string, teamId: string): void {
    const lane = this.#lanes.get(type);
    if (!lane) return;
    this.#stayBusy();
    lane.turns.add(teamId);
    this.#fill(lane);
  }

  /** A delayed job will become due: poll often. */
  expect(type: string): void {
    if (!this.#lanes.has(type)) return;
    if (performance.now() > this.#busyUntil) this.#wake();
    this.#stayBusy();
  }

  abort(jobId: string): void {
    for (const run of this.#runs.keys()) if (run.held.id === jobId) run.abort('cancelled');
  }

  async close(drain: boolean): Promise<void> {
    this.#closing = true;
    this.#wake();
    if (!drain) for (const run of this.#runs.keys()) run.abort('closing');
    await this.#loop;
    await Promise.all([...this.#lanes.values()].map((lane) => lane.filling));
    if (!drain) for (const run of this.#runs.keys()) run.abort('closing');
    const cancels = setInterval(() => void this.#abortCancelled(), this.#pace.cancelMs);
    await Promise.all(this.#runs.values());
    clearInterval(cancels);
  }

  async #run(): Promise<void> {
    const { store } = this.#parts;
    let recoverAt = 0;
    let cancelAt = 0;
    while (!this.#closing) {
      const types = [...this.#lanes.values()].map((lane) => lane.type);
      const startedAt = performance.now();
      try {
        const now = performance.now();
        if (now >= recoverAt) {
          recoverAt = now + this.#pace.recoverMs;
          await store.recover(types);
        }
        if (now >= cancelAt) {
          cancelAt = now + this.#pace.cancelMs;
          await this.#abortCancelled();
        }
        const lanes = types.map(({ name }) => this.#lanes.get(name) as Lane);
        const snapshots = lanes.map((lane) => lane.turns.beforeQuery());
        const ready = await store.ready(types);
        this.#isBack();
        for (const [at, lane] of lanes.entries()) {
          const teams = ready.filter(({ type }) => type === lane.type.name);
          if (teams.length > 0) this.#stayBusy();
          lane.turns.refresh(teams, snapshots[at] as ReturnType<TeamTurns['beforeQuery']>);
          this.#fill(lane);
        }
      } catch (error) {
        this.#failed(error);
        this.#busyUntil = 0;
        // Their holders could not renew them either: give them time to, once the store is back.
        recoverAt = performance.now() + this.#pace.recoverMs;
      }
      await this.#sleep(performance.now() - startedAt);
    }
  }

  #failed(error: unknown): void {
    const { log } = this.#parts;
    if (!isOutage(error)) {
      log.error({ err: error }, 'job queue polling failed');
      return;
    }
    if (this.#awaySince === null) log.warn({ reason: String(error) }, 'job queue away, jobs wait');
    this.#awaySince ??= performance.now();
  }

  #isBack(): void {
    if (this.#awaySince === null) return;
    const awayMs = Math.round(performance.now() - this.#awaySince);
    this.#awaySince = null;
    this.#parts.log.info({ awayMs }, 'job queue back, jobs continue');
  }

  /** Sleeps longer after a slow poll: with very many jobs, polling must not dominate. */
  #sleep(pollTookMs: number): Promise<void> {
    if (this.#closing) return Promise.resolve();
    const { pollMs, idleMs } = this.#pace;
    const pauseMs = performance.now() < this.#busyUntil ? pollMs : idleMs;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(pauseMs, Math.min(pollTookMs * 5, 2_000)));
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Claims jobs one after the other until all slots are busy or no team has a job. */
  #fill(lane: Lane): void {
    lane.again = true;
    // A job that adds another one starts this loop, which may outlive the first job.
    lane.filling ??= outsideTasks(() => outsideLeases(() => this.#take(lane))).finally(() => {
      lane.filling = null;
    });
  }

  async #take(lane: Lane): Promise<void> {
    const { store, log } = this.#parts;
    while (lane.again) {
      lane.again = false;
      while (!this.#closing && lane.running < lane.type.concurrency && !this.#waits(lane)) {
        const turn = lane.turns.next();
        if (!turn) break;
        lane.turns.started(turn.teamId);
        try {
          const held = await store.claim(lane.type, turn.teamId);
          if (held) {
            const { type, handler, outages } = lane;
            this.#start(lane, new JobRun(held, type, handler, this.#parts, outages));
            continue;
          }
          lane.turns.ended(turn.teamId);
          lane.turns.empty(turn);
        } catch (error) {
          lane.turns.ended(turn.teamId);
          log.error({ err: error, type: lane.type.name }, 'claiming a job failed');
          return;
        }
      }
    }
  }

  /** While its module is unavailable, or after an attempt that found a store away. */
  #waits({ type, waitsUntil }: Lane): boolean {
    return performance.now() < waitsUntil || (this.#parts.waits?.(type.name) ?? null) !== null;
  }

  #start(lane: Lane, run: JobRun): void {
    const { teamId, type } = run.held;
    lane.running += 1;
    // The loop may run in the context of the request or job that woke it.
    const running = withLogContext({ teamId, jobId: run.held.id }, () => run.run());
    const ended = running.then((ending) => {
      lane.running -= 1;
      lane.turns.ended(teamId);
      this.#runs.delete(run);
      this.#noteOutage(lane, ending);
      if (ending?.as === 'delayed') {
        const fields = { jobId: run.held.id, type, teamId, attempt: run.held.attempt };
        const { delayMs, error: reason } = ending;
        this.#parts.log.info({ ...fields, delayMs, reason }, 'job failed, retry scheduled');
        this.expect(type);
      }
      if (ending?.as === 'failed') {
        const facts = { jobId: run.held.id, type, teamId, reason: ending.error };
        this.#parts.log.warn(facts, 'job failed permanently');
      }
      if (!this.#closing) this.#fill(lane);
    });
    this.#runs.set(run, ended);
  }

  /** Of jobs that wait for the same store, one at a time tries whether it is back. */
  #noteOutage(lane: Lane, ending: JobEnding | null): void {
    if (!ending || ending.as === 'released' || ending.as === 'cancelled') return;
    const type = lane.type.name;
    const { log } = this.#parts;
    if (ending.as !== 'postponed') {
      if (lane.outages > 0) log.info({ type }, 'jobs continue');
      lane.outages = 0;
      return;
    }
    if (lane.outages === 0) log.warn({ type, reason: ending.error }, 'jobs wait');
    lane.outages += 1;
    lane.waitsUntil = performance.now() + ending.delayMs;
    this.expect(type);
  }

  async #abortCancelled(): Promise<void> {
    const ids = [...this.#runs.keys()].map((run) => run.held.id);
    if (ids.length === 0) return;
    try {
      for (const id of await this.#parts.store.cancelRequested(ids)) this.abort(id);
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'checking for cancelled jobs failed');
    }
  }

  #stayBusy(): void {
    this.#busyUntil = performance.now() + BUSY_FOR_MS;
  }
}
