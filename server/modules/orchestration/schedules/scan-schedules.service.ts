import type { ScanRequest } from '../../../../contract/orchestration.js';
import type {
  NewScanSchedule,
  ScanSchedule,
  ScanScheduleChanges,
  ScheduleRun,
} from '../../../../contract/scan-schedules.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import type { Page, TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import { timingOf } from '../../../platform/scheduler/schedule.js';
import { nextRunAfter, type Timing } from '../../../platform/scheduler/schedule.rules.js';
import type { ScanPlanner } from '../scans/scan-planner.js';
import type { ScanSchedulesRepository, StoredScanSchedule } from './scan-schedules.repository.js';
import { atTarget, checkTiming, lastRunOf, runsFrom, shownRuns } from './scan-schedules.rules.js';
import { scanOnSchedule } from './schedule-seeds.jobs.js';
import type { Scheduler } from './system-jobs.service.js';

export interface ScanSchedulesDeps {
  schedules: ScanSchedulesRepository;
  scheduler: Scheduler;
  planner: Pick<ScanPlanner, 'plan'>;
  audit: Audit;
  clock: Clock;
  newId: NewId;
}

const MAX_OF_TEAM = 1_000;

/** The scan schedules of a team: what people make, and those made with its accounts. */
export class ScanSchedulesService {
  constructor(private readonly deps: ScanSchedulesDeps) {}

  async list(
    scope: TeamScope,
    filter: { kind?: string[]; target?: string; q?: string },
    limit: number,
    cursor?: string,
  ): Promise<Page<ScanSchedule>> {
    const page = await this.deps.schedules.page(scope, filter, limit, cursor);
    const shown = await Promise.all(page.items.map((stored) => this.#shown(stored)));
    return { ...page, items: shown.filter((schedule) => schedule !== null) };
  }

  async get(scope: TeamScope, scheduleId: string): Promise<ScanSchedule & { runs: ScheduleRun[] }> {
    const stored = await this.#stored(scope, scheduleId);
    return { ...(await this.#present(stored)), runs: stored.runs };
  }

  /** Throws InvalidInputError with the field, also for a target that may not be scanned. */
  async create(actor: Actor, input: NewScanSchedule): Promise<ScanSchedule> {
    const { schedules, scheduler, audit, clock, newId } = this.deps;
    const { request, jitterMinutes, enabled } = input;
    const timing = timingOf(input);
    checkTiming(timing, clock.now());
    const target = await this.#target(actor, request);
    if ((await schedules.count(actor)) >= MAX_OF_TEAM) {
      throw new ConflictError(`a team has at most ${MAX_OF_TEAM} schedules; delete some`);
    }
    const id = newId('sched');
    const name = input.name ?? target.target.slice(0, 120);
    const seed = { id, title: `Scan: ${name}`, owner: 'orchestration', teamId: actor.teamId };
    // Its row in the scheduler comes first and goes last: a run without a document removes it.
    await scheduler.define({
      ...seed,
      ...(timing.cron === null ? { everyMs: timing.everyMs as number } : { cron: timing.cron }),
      ...{ timeZone: timing.timeZone, jitterMs: jitterMinutes * 60_000, enabled },
      ...{ job: scanOnSchedule, payload: { scheduleId: id }, overlap: 'skip' as const },
    });
    const stored: StoredScanSchedule = {
      ...{ id, teamId: actor.teamId, name, request, ...target },
      searchText: searchTextOf(name, target.target),
      ...{ madeBy: 'person', createdBy: actor.userId, createdAt: clock.now().toISOString() },
      ...{ edited: true, runs: [], lastRunAt: null, removedAt: null },
    };
    await schedules.add(stored);
    await audit.record(actor, 'schedule.created', id, { name, target: target.target });
    return this.#present(stored);
  }

  async change(
    actor: Actor,
    scheduleId: string,
    changes: ScanScheduleChanges,
  ): Promise<ScanSchedule> {
    const { schedules, scheduler, audit, clock } = this.deps;
    const known = await this.#stored(actor, scheduleId);
    const { request, name = known.name, jitterMinutes, enabled } = changes;
    const timing = changedTiming(changes, await scheduler.get(scheduleId));
    if (timing) checkTiming(timing, clock.now());
    const target = request ? { ...(await this.#target(actor, request)), request } : known;
    const { kind, targetKey, target: label, request: scanned } = target;
    const stored = await schedules.change(actor, scheduleId, {
      ...{ name, kind, targetKey, target: label, request: scanned },
      searchText: searchTextOf(name, label),
      edited: known.edited || request !== undefined || changes.name !== undefined,
    });
    if (!stored) throw noSuchSchedule(scheduleId);
    await scheduler.change(scheduleId, {
      ...timing,
      ...(jitterMinutes === undefined ? {} : { jitterMs: jitterMinutes * 60_000 }),
      ...(enabled === undefined ? {} : { enabled }),
    });
    const fields = Object.keys(changes).join(',');
    await audit.record(actor, 'schedule.changed', scheduleId, { fields });
    return this.#present(stored);
  }

  /** Its scans stay. A schedule of an account stays deleted until the account is activated again. */
  async remove(actor: Actor, scheduleId: string): Promise<{ id: string }> {
    const { schedules, scheduler, audit, clock } = this.deps;
    const { madeBy, name } = await this.#stored(actor, scheduleId);
    const removedAt = clock.now().toISOString();
    const isGone =
      madeBy === 'account'
        ? await schedules.change(actor, scheduleId, { removedAt })
        : await schedules.remove(actor, scheduleId);
    if (!isGone) throw noSuchSchedule(scheduleId);
    await ignoreMissing(scheduler.remove(scheduleId));
    await audit.record(actor, 'schedule.deleted', scheduleId, { name });
    return { id: scheduleId };
  }

  /** Throws ConflictError while the previous run waits for a worker. */
  async runNow(actor: Actor, scheduleId: string): Promise<ScanSchedule> {
    const stored = await this.#stored(actor, scheduleId);
    await this.deps.scheduler.runNow(scheduleId);
    await this.deps.audit.record(actor, 'schedule.run', scheduleId);
    return this.#present(stored);
  }

  /** The next runs of a timing. Throws InvalidInputError with the field. */
  preview(input: Partial<Timing> | { cron?: string; everyMs?: number }): { nextRuns: string[] } {
    const now = this.deps.clock.now();
    const timing = timingOf(input);
    checkTiming(timing, now, 'query');
    return { nextRuns: runsFrom(timing, nextRunAfter(timing, now)) };
  }

  async #target(actor: Actor, request: ScanRequest) {
    try {
      const { target, targetKey } = await this.deps.planner.plan(actor, request);
      return { kind: request.kind, target, targetKey };
    } catch (error) {
      const isOfTarget = error instanceof InvalidInputError || error instanceof NotFoundError;
      throw isOfTarget ? atTarget(request.kind, error) : error;
    }
  }

  async #stored(scope: TeamScope, scheduleId: string): Promise<StoredScanSchedule> {
    const stored = await this.deps.schedules.get(scope, scheduleId);
    if (!stored) throw noSuchSchedule(scheduleId);
    return stored;
  }

  async #present(stored: StoredScanSchedule): Promise<ScanSchedule> {
    const shown = await this.#shown(stored);
    if (!shown) throw noSuchSchedule(stored.id);
    return shown;
  }

  /** Null when it was deleted meanwhile. */
  async #shown(stored: StoredScanSchedule): Promise<ScanSchedule | null> {
    const schedule = await ignoreMissing(this.deps.scheduler.get(stored.id));
    if (!schedule) return null;
    const { id, name, kind, target, targetKey, request, madeBy, createdBy, createdAt } = stored;
    const { cron, everyMs, timeZone, jitterMs, enabled, nextRunAt } = schedule;
    return {
      ...{ id, name, kind, target, targetKey, request, madeBy, createdBy, createdAt },
      ...{ cron, everyMs, timeZone, jitterMinutes: Math.round(jitterMs / 60_000), enabled },
      nextRunAt,
      nextRuns: shownRuns(schedule),
      lastRun: lastRunOf(stored.runs, schedule),
    };
  }
}

export async function ignoreMissing<T>(work: Promise<T>): Promise<T | null> {
  return work.catch((error: unknown) => {
    if (error instanceof NotFoundError) return null;
    throw error;
  });
}

export function searchTextOf(name: string, target: string): string {
  return `${name}\n${target}`.toLowerCase();
}

/** Null when the timing stays. A cron expression replaces an interval, and vice versa. */
function changedTiming(changes: ScanScheduleChanges, known: Timing): Timing | null {
  const { cron, everyMs, timeZone = known.timeZone } = changes;
  if (cron === undefined && everyMs === undefined) {
    return changes.timeZone === undefined ? null : { ...timingOf(known), timeZone };
  }
  return timingOf({ cron, everyMs, timeZone });
}

function noSuchSchedule(scheduleId: string): NotFoundError {
  return new NotFoundError('no such schedule', { scheduleId });
}
