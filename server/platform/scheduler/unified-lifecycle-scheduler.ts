import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.js';
import { ConflictError, NotFoundError } from '../errors.js';
import type { Logger } from '../log/structured-logging.js';
import { type JobQueue, jobType, SYSTEM_TEAM } from '../queue/job-queue.js';
import {
  checkTiming,
  type Schedule,
  type ScheduleChanges,
  type ScheduleSeed,
  scheduleOf,
  timingOf,
} from './schedule.js';
import { delayOf, nextRunAfter, type Timing } from './schedule.rules.js';
import type { SchedulesRepository, StoredSchedule } from './schedules.repository.js';
import { problemOfTeams } from './team-outcome.js';

export interface SchedulerDeps {
  schedules: SchedulesRepository;
  queue: Pick<JobQueue, 'enqueue' | 'get' | 'cancel' | 'list'>;
  clock: Clock;
  log: Logger;
  /** Interval between checks of the schedules. */
  tickMs?: number;
  /** How long the others wait for a leader that died. */
  leaseMs?: number;
}

const TICK_MS = 1_000;
const LEASE_MS = 15_000;

/**
 * The schedules of all modules. One process is elected leader; it enqueues each due schedule as a job
 * of its owner's type, once, however many runs were missed.
 */
export class UnifiedLifecycleScheduler {
  readonly #deps: SchedulerDeps;
  readonly #me = randomUUID();
  #leaderUntil = 0;
  #timer: NodeJS.Timeout | null = null;
  #ticking: Promise<unknown> = Promise.resolve();

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
  }

  /** Declares a schedule, at every start; costs one read when it is unchanged. */
  async define<S extends z.ZodType>(seed: ScheduleSeed<S>): Promise<void> {
    const { schedules } = this.#deps;
    const known = await schedules.get(seed.id);
    const fresh = this.#fromSeed(seed, known);
    if (!known) {
      if (!(await schedules.add(fresh))) await this.define(seed);
      return;
    }
    const { title, owner, team, job, payload, teamJob, cron, everyMs, timeZone } = fresh;
    const work = { title, owner, team, job, payload, teamJob };
    const declared = known.changed ? work : { ...work, cron, everyMs, timeZone };
    const differs = (part: string) =>
      (fresh[part as keyof typeof fresh] ?? null) !== (known[part as keyof typeof known] ?? null);
    if (!Object.keys(declared).some(differs)) return;
    const isRetimed = !known.changed && ['cron', 'everyMs', 'timeZone'].some(differs);
    const nextRunAt = known.enabled ? fresh.nextRunAt : null;
    await schedules.change(known.id, isRetimed ? { ...declared, nextRunAt } : declared);
  }

  async list(teamId?: string): Promise<Schedule[]> {
    return (await this.#deps.schedules.list(teamId)).map(scheduleOf);
  }

  async get(id: string): Promise<Schedule> {
    return scheduleOf(await this.#known(id));
  }

  /** Throws InvalidInputError when the new timing is invalid. */
  async change(id: string, changes: ScheduleChanges): Promise<Schedule> {
    const known = await this.#known(id);
    const {
      overlap = known.overlap,
      enabled = known.enabled,
      jitterMs = known.jitterMs ?? 0,
    } = changes;
    const timing = timingOf({ ...known, ...changes });
    checkTiming(timing, overlap);
    const retimed = (['cron', 'everyMs', 'timeZone'] as const).some(
      (part) => timing[part] !== known[part],
    );
    const next = enabled && (retimed || !known.enabled);
    const nextRunAt = next ? this.#nextRun(timing) : enabled ? known.nextRunAt : null;
    const set = {
      ...timing,
      jitterMs,
      overlap,
      enabled,
      nextRunAt,
      changed: known.changed || retimed,
    };
    const only = { nextRunAt: known.nextRunAt };
    const cleared = enabled ? {} : { owedRunAt: null };
    const changed = await this.#deps.schedules.change(id, { ...set, ...cleared }, only);
    // It ran since the read, so the schedule read before is outdated.
    return changed ? scheduleOf(changed) : this.change(id, changes);
  }

  async remove(id: string): Promise<void> {
    if (!(await this.#deps.schedules.remove(id)))
      throw new NotFoundError('no such schedule', { id });
  }

  /** Deletes all schedules of a team. */
  removeTeam(teamId: string): Promise<number> {
    return this.#deps.schedules.removeTeam(teamId);
  }

  /** An extra run, outside its timing. Throws ConflictError when the previous run is not done and the policy is `skip`. */
  async runNow(id: string): Promise<Schedule> {
    const known = await this.#known(id);
    if (known.overlap === 'skip' && (await this.#isLive(known))) {
      throw new ConflictError('the previous run is not done yet', { id, jobId: known.lastJobId });
    }
    const scheduled = await this.#deps.schedules.change(id, { owedRunAt: this.#now() });
    if (scheduled) await this.#enqueue({ ...scheduled, jitterMs: 0 });
    return this.get(id);
  }

  /** Plans anew what waits for a time that no timing would have planned, since the clock went back; returns the number. */
  async repairTimes(moments: { now: string; limit: string }): Promise<number> {
    const { schedules } = this.#deps;
    let changed = await schedules.repairLeader(moments);
    for (const schedule of await schedules.list()) {
      const { id, nextRunAt } = schedule;
      if (!nextRunAt || nextRunAt <= moments.limit) continue;
      const planned = this.#nextRun(schedule);
      if (nextRunAt <= planned) continue;
      if (await schedules.change(id, { nextRunAt: planned }, { nextRunAt })) changed += 1;
    }
    return changed;
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      this.#ticking = this.#ticking
        .then(() => this.tick())
        .catch((error: unknown) => {
          this.#deps.log.error({ err: error }, 'scheduler tick failed');
        });
    }, this.#deps.tickMs ?? TICK_MS);
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    await this.#ticking;
    if (this.#leaderUntil > 0) await this.#deps.schedules.resign(this.#me, this.#now());
    this.#leaderUntil = 0;
  }

  /** Enqueues due runs if this process is the leader; returns their number. */
  async tick(): Promise<number> {
    if (!(await this.#isLeader())) return 0;
    const { schedules, clock } = this.#deps;
    await Promise.all((await schedules.running()).map((each) => this.#recordOutcome(each)));
    for (const schedule of await schedules.due(this.#now())) {
      const due = new Date(schedule.nextRunAt as string);
      const next = nextRunAfter(schedule, clock.now(), due).toISOString();
      const only = { nextRunAt: schedule.nextRunAt };
      await schedules.change(schedule.id, { nextRunAt: next, owedRunAt: schedule.nextRunAt }, only);
    }
    let enqueued = 0;
    for (const schedule of await schedules.withOwedRun()) {
      try {
        if (await this.#enqueue(schedule)) enqueued += 1;
      } catch (error) {
        const facts = { err: error, schedule: schedule.id };
        this.#deps.log.error(facts, 'scheduled run not enqueued');
      }
    }
    return enqueued;
  }

  /** `owedRunAt` stays set until the queue has the run, so a crash loses none; its dedupe key prevents duplicates. */
  async #enqueue(schedule: StoredSchedule): Promise<boolean> {
    const { schedules, queue, log } = this.#deps;
    const { id, owedRunAt, overlap, team, lastJobId, jitterMs = 0 } = schedule;
    const only = { owedRunAt };
    if (await this.#isLive(schedule)) {
      if (overlap === 'skip') {
        await schedules.change(id, { owedRunAt: null, lastSkippedAt: owedRunAt }, only);
        return false;
      }
      if (overlap === 'queue') return false;
      if ((await queue.cancel(lastJobId as string)) === 'cancelling') return false;
    }
    // This process may have stalled since its read, while another one enqueued the run and saw it finish.
    if ((await schedules.get(id))?.owedRunAt !== owedRunAt) return false;
    const jobId = await queue.enqueue(jobType(schedule.job, z.unknown()), {
      teamId: team,
      payload: JSON.parse(schedule.payload),
      delayMs: delayOf(id, owedRunAt ?? '', jitterMs),
      dedupeKey: `schedule/${id}/${owedRunAt}`,
    });
    const last = { lastJobId: jobId, lastRunAt: this.#now(), lastOutcome: 'running' as const };
    const set = { owedRunAt: null, lastError: null, ...last };
    if (await schedules.change(id, set, only)) {
      log.info({ teamId: team, schedule: id, jobId }, 'scheduled run enqueued');
      return true;
    }
    // It was disabled since the read, or another scheduler that believes it leads was faster.
    const current = await schedules.get(id);
    if (current?.lastJobId !== jobId) await queue.cancel(jobId);
    return false;
  }

  async #recordOutcome(schedule: StoredSchedule): Promise<void> {
    const { schedules, queue } = this.#deps;
    const { id, team, lastJobId } = schedule;
    const job = await queue.get(lastJobId as string);
    let outcome = job ? job.state : ('lost' as const);
    let lastError = job?.error ?? null;
    if (outcome === 'waiting' || outcome === 'delayed' || outcome === 'active') {
      // Why it waits, or will be tried again.
      if (lastError && lastError !== schedule.lastError)
        await schedules.change(id, { lastError }, { lastJobId });
      return;
    }
    if (schedule.teamJob && outcome === 'completed') {
      const problem = await problemOfTeams(queue, schedule);
      if (problem === undefined) return;
      if (problem !== null) [outcome, lastError] = ['failed', problem];
    }
    if (!(await schedules.change(id, { lastOutcome: outcome, lastError }, { lastJobId }))) return;
    const fields = { teamId: team, schedule: id, jobId: lastJobId, outcome };
    this.#deps.log.info(fields, 'scheduled run finished');
  }

  async #isLive({ lastJobId }: StoredSchedule): Promise<boolean> {
    const job = lastJobId ? await this.#deps.queue.get(lastJobId) : null;
    return job !== null && ['waiting', 'delayed', 'active'].includes(job.state);
  }

  async #isLeader(): Promise<boolean> {
    const { schedules, clock, leaseMs = LEASE_MS } = this.#deps;
    const now = clock.now().getTime();
    const leftMs = this.#leaderUntil - now;
    // More than a lease is left only when the clock went back.
    if (leftMs > leaseMs / 2 && leftMs <= leaseMs) return true;
    const until = now + leaseMs;
    const leads = await schedules.lead(this.#me, this.#now(), new Date(until).toISOString());
    this.#leaderUntil = leads ? until : 0;
    return leads;
  }

  async #known(id: string): Promise<StoredSchedule> {
    const known = await this.#deps.schedules.get(id);
    if (!known) throw new NotFoundError('no such schedule', { id });
    return known;
  }

  /** An unchanged stored timing is neither checked nor computed again, because every start declares all schedules. */
  #fromSeed<S extends z.ZodType>(
    seed: ScheduleSeed<S>,
    known: StoredSchedule | null,
  ): StoredSchedule {
    const { id, title, owner, teamId = SYSTEM_TEAM, teamJob = null, jitterMs = 0 } = seed;
    const { overlap = 'skip', enabled = true } = seed;
    const timing = timingOf(seed);
    const isStored =
      known?.cron === timing.cron &&
      known.everyMs === timing.everyMs &&
      known.timeZone === timing.timeZone;
    if (!isStored) checkTiming(timing, overlap);
    seed.job.schema.parse(seed.payload);
    const payload = JSON.stringify(seed.payload) ?? 'null';
    const nextRunAt = isStored ? known.nextRunAt : enabled ? this.#nextRun(timing) : null;
    const work = { title, owner, team: teamId, job: seed.job.name, payload, teamJob };
    return { id, ...work, ...timing, jitterMs, overlap, enabled, nextRunAt, changed: false };
  }

  #nextRun(timing: Timing): string {
    return nextRunAfter(timing, this.#deps.clock.now()).toISOString();
  }

  #now(): string {
    return this.#deps.clock.now().toISOString();
  }
}
