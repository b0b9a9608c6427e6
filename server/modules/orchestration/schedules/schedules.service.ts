import type { z } from 'zod';
import type { changeSchedule, Schedule } from '../../../../contract/scan-operations.js';
import type { Audit } from '../../../platform/audit/audit.js';
import { type Actor, DEFAULT_TEAM } from '../../../platform/auth/actor.js';
import { NotFoundError } from '../../../platform/errors.js';
import { SYSTEM_TEAM } from '../../../platform/queue/job-queue.js';
import type { Schedule as Known } from '../../../platform/scheduler/schedule.js';
import type { UnifiedLifecycleScheduler } from '../../../platform/scheduler/unified-lifecycle-scheduler.js';
import type { StoredAccount } from '../../cloud-security/index.js';
import { dailyId, SYSTEM_SCHEDULES, schedulesOf, weeklyId } from './schedule-seeds.jobs.js';

export type Scheduler = Pick<
  UnifiedLifecycleScheduler,
  'define' | 'list' | 'get' | 'change' | 'runNow' | 'remove'
>;

/** Schedules as a team sees them: its own, and for the default team also the system's. */
export class SchedulesService {
  constructor(private readonly deps: { scheduler: Scheduler; audit: Audit }) {}

  async list({ teamId }: Actor): Promise<{ items: Schedule[] }> {
    const { scheduler } = this.deps;
    const teams = teamId === DEFAULT_TEAM.id ? [teamId, SYSTEM_TEAM] : [teamId];
    const all = await Promise.all(teams.map((team) => scheduler.list(team)));
    return { items: all.flat().map(shown) };
  }

  async change(
    actor: Actor,
    scheduleId: string,
    changes: z.infer<NonNullable<typeof changeSchedule.body>>,
  ): Promise<Schedule> {
    await this.#mine(actor, scheduleId);
    const { everyMs, cron, ...rest } = changes;
    // A cron expression replaces an interval, and vice versa.
    const timing = {
      ...(cron === undefined ? {} : { cron, everyMs: null }),
      ...(everyMs === undefined ? {} : { everyMs, cron: null }),
    };
    const changed = await this.deps.scheduler.change(scheduleId, { ...rest, ...timing });
    await this.deps.audit.record(actor, 'schedule.changed', scheduleId, {
      fields: Object.keys(changes).join(','),
    });
    return shown(changed);
  }

  async runNow(actor: Actor, scheduleId: string): Promise<Schedule> {
    await this.#mine(actor, scheduleId);
    const schedule = await this.deps.scheduler.runNow(scheduleId);
    await this.deps.audit.record(actor, 'schedule.run', scheduleId);
    return shown(schedule);
  }

  /** Creates missing schedules; a person's changes to existing ones stay. */
  async defineAll(accounts: readonly StoredAccount[]): Promise<void> {
    for (const define of SYSTEM_SCHEDULES) await define(this.deps.scheduler);
    for (const account of accounts) await this.defineFor(account);
  }

  async defineFor(account: StoredAccount): Promise<void> {
    for (const seed of schedulesOf(account)) await this.deps.scheduler.define(seed);
  }

  async removeOf(accountId: string): Promise<void> {
    for (const id of [dailyId(accountId), weeklyId(accountId)]) {
      await this.deps.scheduler.remove(id).catch((error: unknown) => {
        if (!(error instanceof NotFoundError)) throw error;
      });
    }
  }

  async #mine({ teamId }: Actor, scheduleId: string): Promise<void> {
    const known = await this.deps.scheduler.get(scheduleId);
    const isSystems = known.teamId === SYSTEM_TEAM && teamId === DEFAULT_TEAM.id;
    if (known.teamId !== teamId && !isSystems) {
      throw new NotFoundError('no such schedule', { scheduleId });
    }
  }
}

function shown(schedule: Known): Schedule {
  const { id, title: name, owner, cron, timeZone, everyMs, overlap, enabled } = schedule;
  const { nextRunAt, lastRunAt, lastOutcome, lastError } = schedule;
  const when = { nextRunAt, lastRunAt, lastOutcome, lastError };
  return { id, name, owner, cron, timeZone, everyMs, overlap, enabled, ...when };
}
