import type { ScanKind } from '../../../../contract/orchestration.js';
import type { ScheduleRun } from '../../../../contract/scan-schedules.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { Schedule } from '../../../platform/scheduler/schedule.js';
import {
  isTimeZone,
  nextRunAfter,
  nextRuns,
  problemOf,
  type Timing,
} from '../../../platform/scheduler/schedule.rules.js';

export const MIN_GAP_MS = 5 * 60_000;
const CHECKED_RUNS = 20;
const SHOWN_RUNS = 5;

/** Throws InvalidInputError at the field of `where` for a timing that makes no sense or runs too often. */
export function checkTiming(timing: Timing, now: Date, where: 'body' | 'query' = 'body'): void {
  const field =
    timing.everyMs !== null ? 'everyMs' : isTimeZone(timing.timeZone) ? 'cron' : 'timeZone';
  const problem = problemOf(timing) ?? gapProblem(timing, now);
  if (problem) throw invalidAt(`${where}.${field}`, problem);
}

function gapProblem(timing: Timing, now: Date): string | null {
  const runs = nextRuns(timing, nextRunAfter(timing, now), CHECKED_RUNS);
  const isTooOften = runs.some((run, i) => {
    const next = runs[i + 1];
    return next !== undefined && next.getTime() - run.getTime() < MIN_GAP_MS;
  });
  return isTooOften ? 'runs must be at least 5 minutes apart' : null;
}

/** Where a request of each kind names its target. */
const TARGET_FIELD: Record<ScanKind, string> = {
  cloud: 'accountId',
  image: 'image',
  filesystem: 'path',
  config: 'path',
  repository: 'url',
  web: 'url',
  network: 'targets',
};

/** The error of a scan request, at the field of its target. */
export function atTarget(kind: ScanKind, { message }: Error): InvalidInputError {
  return invalidAt(`body.request.${TARGET_FIELD[kind]}`, message);
}

function invalidAt(path: string, message: string): InvalidInputError {
  return new InvalidInputError(`${path}: ${message}`, { errors: [{ path, message }] });
}

/** The next runs of a schedule, before jitter. */
export function shownRuns({ enabled, nextRunAt, ...timing }: Schedule): string[] {
  if (!enabled || nextRunAt === null) return [];
  return runsFrom(timing, new Date(nextRunAt));
}

export function runsFrom(timing: Timing, first: Date): string[] {
  return nextRuns(timing, first, SHOWN_RUNS).map((run) => run.toISOString());
}

/** The last run: as its job recorded it, or the later one that no job could record. */
export function lastRunOf(runs: readonly ScheduleRun[], schedule: Schedule): ScheduleRun | null {
  const { lastOutcome, lastRunAt, lastError, lastSkippedAt } = schedule;
  const last = runs[0] ?? null;
  const isNewer = (at: string | null): at is string =>
    at !== null && (last === null || at > last.at);
  if (isNewer(lastSkippedAt) && (lastRunAt === null || lastSkippedAt > lastRunAt)) {
    const reason = 'the run before has not started yet: is a worker running?';
    return { at: lastSkippedAt, outcome: 'skipped', scanId: null, reason };
  }
  if (isNewer(lastRunAt) && (lastOutcome === 'failed' || lastOutcome === 'lost')) {
    const reason = lastError ?? 'its job was lost';
    return { at: lastRunAt, outcome: 'failed', scanId: null, reason };
  }
  return last;
}
