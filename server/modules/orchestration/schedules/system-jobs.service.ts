import type { z } from 'zod';
import type { changeSystemJob, SystemJob } from '../../../../contract/scan-operations.js';
import type { Audit } from '../../../platform/audit/audit.js';
import { type Actor, requirePermission } from '../../../platform/auth/actor.js';
import { NotFoundError } from '../../../platform/errors.js';
import { SYSTEM_TEAM } from '../../../platform/queue/job-queue.js';
import type { Schedule } from '../../../platform/scheduler/schedule.js';
import type { UnifiedLifecycleScheduler } from '../../../platform/scheduler/unified-lifecycle-scheduler.js';
import { SYSTEM_SCHEDULES } from './schedule-seeds.jobs.js';

export type Scheduler = Pick<
  UnifiedLifecycleScheduler,
  'define' | 'list' | 'get' | 'change' | 'runNow' | 'remove'
>;

/** The recurring jobs of the installation, which serve every team: only who may change the installation sees them. */
export class SystemJobsService {
  constructor(private readonly deps: { scheduler: Scheduler; audit: Audit }) {}

  async list(actor: Actor): Promise<{ items: SystemJob[] }> {
    requirePermission(actor, 'installation:write');
    const items = await this.deps.scheduler.list(SYSTEM_TEAM);
    return { items: items.map(shown) };
  }

  async change(
    actor: Actor,
    id: string,
    changes: z.infer<NonNullable<typeof changeSystemJob.body>>,
  ): Promise<SystemJob> {
    await this.#known(actor, id);
    const { everyMs, cron, ...rest } = changes;
    // A cron expression replaces an interval, and vice versa.
    const timing = {
      ...(cron === undefined ? {} : { cron, everyMs: null }),
      ...(everyMs === undefined ? {} : { everyMs, cron: null }),
    };
    const changed = await this.deps.scheduler.change(id, { ...rest, ...timing });
    const fields = Object.keys(changes).join(',');
    await this.deps.audit.record(actor, 'system_job.changed', id, { fields });
    return shown(changed);
  }

  async runNow(actor: Actor, id: string): Promise<SystemJob> {
    await this.#known(actor, id);
    const schedule = await this.deps.scheduler.runNow(id);
    await this.deps.audit.record(actor, 'system_job.run', id);
    return shown(schedule);
  }

  /** Creates missing schedules; a person's changes to existing ones stay. */
  async defineAll(): Promise<void> {
    for (const define of SYSTEM_SCHEDULES) await define(this.deps.scheduler);
  }

  async #known(actor: Actor, id: string): Promise<void> {
    requirePermission(actor, 'installation:write');
    const known = await this.deps.scheduler.get(id);
    if (known.teamId !== SYSTEM_TEAM) throw new NotFoundError('no such schedule', { id });
  }
}

function shown(schedule: Schedule): SystemJob {
  const { id, title: name, owner, cron, timeZone, everyMs, overlap, enabled } = schedule;
  const { nextRunAt, lastRunAt, lastOutcome, lastError } = schedule;
  const when = { nextRunAt, lastRunAt, lastOutcome, lastError };
  return { id, name, owner, cron, timeZone, everyMs, overlap, enabled, ...when };
}
