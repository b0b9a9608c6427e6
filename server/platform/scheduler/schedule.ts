import type { z } from 'zod';
import { InvalidInputError } from '../errors.js';
import type { JobType } from '../queue/job-queue.js';
import { OVERLAPS, type Overlap, problemOf, type Timing } from './schedule.rules.js';
import type { RunOutcome, StoredSchedule } from './schedules.repository.js';

/** A schedule as a module declares it; changes by people are kept. */
export interface ScheduleSeed<S extends z.ZodType = z.ZodType> {
  /** `<module>.<what>`, or with a team's id behind it. */
  id: string;
  title: string;
  owner: string;
  job: JobType<S>;
  payload: z.input<S>;
  teamId?: string;
  /** The type of the jobs that the job enqueues, one per team: a run ends when they have ended. */
  teamJob?: string;
  cron?: string;
  everyMs?: number;
  timeZone?: string;
  /** Each due run starts up to this much later. */
  jitterMs?: number;
  overlap?: Overlap;
  enabled?: boolean;
}

export interface Schedule extends Timing {
  id: string;
  title: string;
  owner: string;
  teamId: string;
  job: string;
  teamJob: string | null;
  jitterMs: number;
  overlap: Overlap;
  enabled: boolean;
  nextRunAt: string | null;
  lastRunAt: string | null;
  lastSkippedAt: string | null;
  lastJobId: string | null;
  lastOutcome: RunOutcome | null;
  lastError: string | null;
}

export type ScheduleChanges = Partial<
  Timing & { jitterMs: number; overlap: Overlap; enabled: boolean }
>;

export function timingOf({ cron, everyMs, timeZone }: Partial<Timing>): Timing {
  return { cron: cron ?? null, everyMs: everyMs ?? null, timeZone: timeZone ?? 'UTC' };
}

/** Throws InvalidInputError. */
export function checkTiming(timing: Timing, overlap: Overlap): void {
  const problem = OVERLAPS.includes(overlap)
    ? problemOf(timing)
    : `overlap must be one of ${OVERLAPS.join(', ')}`;
  if (problem) throw new InvalidInputError(problem);
}

export function scheduleOf(stored: StoredSchedule): Schedule {
  const { id, title, owner, job, cron, everyMs, timeZone, overlap, enabled, nextRunAt } = stored;
  return {
    ...{ id, title, owner, teamId: stored.team, job, cron, everyMs, timeZone, overlap, enabled },
    teamJob: stored.teamJob ?? null,
    jitterMs: stored.jitterMs ?? 0,
    nextRunAt: nextRunAt ?? null,
    lastRunAt: stored.lastRunAt ?? null,
    lastSkippedAt: stored.lastSkippedAt ?? null,
    lastJobId: stored.lastJobId ?? null,
    lastOutcome: stored.lastOutcome ?? null,
    lastError: stored.lastError ?? null,
  };
}
