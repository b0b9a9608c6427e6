import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../clock.js';
import { ConflictError, NotFoundError } from '../errors.js';
import type { Logger } from '../log/structured-logging.js';
import { type JobQueue, jobType, SYSTEM_TEAM } from '../queue/job-queue.js';
import {
  check,
  type Schedule,
  type ScheduleChanges,
  type ScheduleSeed,
  shown,
  timingOf,
} from './schedule.js';
import { nextRunAfter, type Timing } from './schedule.rules.js';
import type { SchedulesRepository, StoredSchedule } from './schedules.repository.js';

export interface SchedulerDeps {
  schedules: SchedulesRepository;
  queue: Pick<JobQueue, 'enqueue' | 'get' | 'cancel'>;
  clock: Clock;
  log: Logger;
  /** Between two looks at the table. */
  tickMs?: number;
  /** How long a leader that died keeps the others waiting. */
  leaseMs?: number;
}

const TICK_MS = 1_000;
const LEASE_MS = 15_000;

/**
 * The one table of periodic work. Of all the processes that look at it one is elected; it hands what
 * is due to the queue as a job of its owner's type, once, however many were missed.
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

  /** Declares it, at every start: costs a look when it is there as declared. */
  async define<S extends z.ZodType>(seed: ScheduleSeed<S>): Promise<void> {
    const fresh = this.#fromSeed(seed);
    const { schedules } = this.#deps;
    const known = await schedules.get(fresh.id);
    if (!known) {
      if (!(await schedules.add(fresh))) await this.define(seed);
      return;
    }
    const { title, owner, team, job, payload, cron, everyMs, timeZone } = fresh;
    const declared = known.changed
      ? { title, owner, team, job, payload }
      : { title, owner, team, job, payload, cron, everyMs, timeZone };
    const differs = (part: string) =>
      fresh[part as keyof typeof fresh] !== known[part as keyof typeof known];
    if (!Object.keys(declared).some(differs)) return;
    const isRetimed = !known.changed && ['cron', 'everyMs', 'timeZone'].some(differs);
    const nextRunAt = known.enabled ? fresh.nextRunAt : null;
    await schedules.change(known.id, isRetimed ? { ...declared, nextRunAt } : declared);
  }

  async list(teamId?: string): Promise<Schedule[]> {
    return (await this.#deps.schedules.list(teamId)).map(shown);
  }

  async get(id: string): Promise<Schedule> {
    return shown(await this.#known(id));
  }

  /** Throws InvalidInputError when the new timing makes no sense. */
  async change(id: string, changes: ScheduleChanges): Promise<Schedule> {
    const known = await this.#known(id);
    const { overlap = known.overlap, enabled = known.enabled } = changes;
    const timing = timingOf({ ...known, ...changes });
    check(timing, overlap);
    const retimed = (['cron', 'everyMs', 'timeZone'] as const).some(
      (part) => timing[part] !== known[part],
    );
    const next = enabled && (retimed || !known.enabled);
    const nextRunAt = next ? this.#nextRun(timing) : enabled ? known.nextRunAt : null;
    const set = { ...timing, overlap, enabled, nextRunAt, changed: known.changed || retimed };
    const only = { nextRunAt: known.nextRunAt };
    const owed = enabled ? {} : { owedRunAt: null };
    const changed = await this.#deps.schedules.change(id, { ...set, ...owed }, only);
    // It ran meanwhile: what was read is old.
    return changed ? shown(changed) : this.change(id, changes);
  }

  async remove(id: string): Promise<void> {
    if (!(await this.#deps.schedules.remove(id)))
      throw new NotFoundError('no such schedule', { id });
  }

  /** Beside its timing. Throws ConflictError when the run before is not done and the policy is to skip. */
  async runNow(id: string): Promise<Schedule> {
    const known = await this.#known(id);
    if (known.overlap === 'skip' && (await this.#isLive(known))) {
      throw new ConflictError('the run before is not done', { id, jobId: known.lastJobId });
    }
    const owed = await this.#deps.schedules.change(id, { owedRunAt: this.#now() });
    if (owed) await this.#handOver(owed);
    return this.get(id);
  }

  start(): void {
    this.#timer ??= setInterval(() => {
      this.#ticking = this.#ticking
        .then(() => this.tick())
        .catch((error: unknown) => {
          this.#deps.log.error({ err: error }, 'the scheduler cannot work');
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

  /** One look at the table, if this process is the elected one; answers how many runs it handed over. */
  async tick(): Promise<number> {
    if (!(await this.#isLeader())) return 0;
    const { schedules, clock } = this.#deps;
    await Promise.all((await schedules.running()).map((each) => this.#noteOutcome(each)));
    for (const schedule of await schedules.due(this.#now())) {
      const due = new Date(schedule.nextRunAt as string);
      const next = nextRunAfter(schedule, clock.now(), due).toISOString();
      const only = { nextRunAt: schedule.nextRunAt };
      await schedules.change(schedule.id, { nextRunAt: next, owedRunAt: schedule.nextRunAt }, only);
    }
    let handedOver = 0;
    for (const schedule of await schedules.owed()) {
      try {
        if (await this.#handOver(schedule)) handedOver += 1;
      } catch (error) {
        const facts = { err: error, schedule: schedule.id };
        this.#deps.log.error(facts, 'a scheduled run could not be handed to the queue');
      }
    }
    return handedOver;
  }

  /** The run stays owed until the queue has it, so that a crash in between loses none; its key lets the queue take it once. */
  async #handOver(schedule: StoredSchedule): Promise<boolean> {
    const { schedules, queue } = this.#deps;
    const { id, owedRunAt, overlap, team, lastJobId } = schedule;
    const only = { owedRunAt };
    if (await this.#isLive(schedule)) {
      if (overlap === 'skip') {
        await schedules.change(id, { owedRunAt: null, lastSkippedAt: owedRunAt }, only);
        return false;
      }
      if (overlap === 'queue') return false;
      if ((await queue.cancel(lastJobId as string)) === 'cancelling') return false;
    }
    // Who was held up since it read the table finds that another one has handed the run over, and perhaps seen it done.
    if ((await schedules.get(id))?.owedRunAt !== owedRunAt) return false;
    const jobId = await queue.enqueue(jobType(schedule.job, z.unknown()), {
      teamId: team,
      payload: JSON.parse(schedule.payload),
      dedupeKey: `schedule/${id}/${owedRunAt}`,
    });
    const last = { lastJobId: jobId, lastRunAt: this.#now(), lastOutcome: 'running' as const };
    const set = { owedRunAt: null, lastError: null, ...last };
    if (await schedules.change(id, set, only)) return true;
    // Switched off meanwhile, or another scheduler that holds itself to be elected was quicker.
    const current = await schedules.get(id);
    if (current?.lastJobId !== jobId) await queue.cancel(jobId);
    return false;
  }

  async #noteOutcome({ id, lastJobId }: StoredSchedule): Promise<void> {
    const job = await this.#deps.queue.get(lastJobId as string);
    const outcome = job ? job.state : ('lost' as const);
    if (outcome === 'waiting' || outcome === 'delayed' || outcome === 'active') return;
    const set = { lastOutcome: outcome, lastError: job?.error ?? null };
    await this.#deps.schedules.change(id, set, { lastJobId });
  }

  async #isLive({ lastJobId }: StoredSchedule): Promise<boolean> {
    const job = lastJobId ? await this.#deps.queue.get(lastJobId) : null;
    return job !== null && ['waiting', 'delayed', 'active'].includes(job.state);
  }

  async #isLeader(): Promise<boolean> {
    const { schedules, clock, leaseMs = LEASE_MS } = this.#deps;
    const now = clock.now().getTime();
    if (this.#leaderUntil - now > leaseMs / 2) return true;
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

  #fromSeed<S extends z.ZodType>(seed: ScheduleSeed<S>): StoredSchedule {
    const { id, title, owner, teamId = SYSTEM_TEAM, overlap = 'skip', enabled = true } = seed;
    const timing = timingOf(seed);
    check(timing, overlap);
    seed.job.schema.parse(seed.payload);
    const payload = JSON.stringify(seed.payload) ?? 'null';
    const nextRunAt = enabled ? this.#nextRun(timing) : null;
    const work = { title, owner, team: teamId, job: seed.job.name, payload };
    return { id, ...work, ...timing, overlap, enabled, nextRunAt, changed: false };
  }

  #nextRun(timing: Timing): string {
    return nextRunAfter(timing, this.#deps.clock.now()).toISOString();
  }

  #now(): string {
    return this.#deps.clock.now().toISOString();
  }
}
