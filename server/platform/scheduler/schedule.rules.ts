import { createHash } from 'node:crypto';
import { CronExpressionParser } from 'cron-parser';

export const OVERLAPS = ['skip', 'queue', 'cancel_previous'] as const;
/** Policy when the previous run is not done: skip the run, queue one behind it, or cancel the previous. */
export type Overlap = (typeof OVERLAPS)[number];

/** Either a cron expression of five fields, in the local time of its zone, or an interval. */
export interface Timing {
  cron: string | null;
  everyMs: number | null;
  /** IANA name, such as `Europe/Berlin`. */
  timeZone: string;
}

const MIN_EVERY_MS = 1_000;
const MAX_EVERY_MS = 366 * 86_400_000;

/** Why a timing cannot be used; null when it can. */
export function problemOf({ cron, everyMs, timeZone }: Timing): string | null {
  if ((cron === null) === (everyMs === null)) return 'give either a cron expression or an interval';
  if (everyMs !== null) {
    if (Number.isInteger(everyMs) && everyMs >= MIN_EVERY_MS && everyMs <= MAX_EVERY_MS)
      return null;
    return `the interval must be from ${MIN_EVERY_MS} ms to 366 days`;
  }
  if (!isTimeZone(timeZone)) return `${timeZone} is not a time zone, e.g. Europe/Berlin`;
  const text = (cron ?? '').trim();
  if (!text.startsWith('@') && text.split(/\s+/).length !== 5) {
    return 'a cron expression has five fields: minute, hour, day, month, weekday';
  }
  try {
    CronExpressionParser.parse(text, { tz: timeZone }).next();
    return null;
  } catch (error) {
    return `${text} is not a cron expression: ${error instanceof Error ? error.message : error}`;
  }
}

/**
 * The first run after `now`. Intervals stay in phase with `due`, the run that is due, and missed runs
 * are skipped. A local time skipped by daylight saving runs right after the change; one that occurs
 * twice runs the first time.
 */
export function nextRunAfter({ cron, everyMs, timeZone }: Timing, now: Date, due?: Date): Date {
  if (everyMs !== null) {
    const from = due ?? now;
    const periods = Math.max(1, Math.floor((now.getTime() - from.getTime()) / everyMs) + 1);
    return new Date(from.getTime() + periods * everyMs);
  }
  const options = { currentDate: now, tz: timeZone };
  return CronExpressionParser.parse((cron ?? '').trim(), options)
    .next()
    .toDate();
}

/** The runs of a timing from `first` on. */
export function nextRuns(timing: Timing, first: Date, count: number): Date[] {
  const runs = [first];
  while (runs.length < count) {
    const last = runs[runs.length - 1] as Date;
    runs.push(nextRunAfter(timing, last, last));
  }
  return runs;
}

/** The delay of a run: the same for every process, and spread evenly over schedules and runs. */
export function delayOf(schedule: string, dueAt: string, jitterMs: number): number {
  if (jitterMs <= 0) return 0;
  const hash = createHash('sha256').update(`${schedule}\n${dueAt}`).digest().readUInt32BE(0);
  return Math.floor((hash / 2 ** 32) * jitterMs);
}

export function isTimeZone(name: string): boolean {
  if (name === 'UTC') return true; // The usual one, without loading the system's table of zones.
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
