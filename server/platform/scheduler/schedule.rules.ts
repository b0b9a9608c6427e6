import { CronExpressionParser } from 'cron-parser';

export const OVERLAPS = ['skip', 'queue', 'cancel_previous'] as const;
/** What happens to a run whose predecessor is not done: none, one after it, or the predecessor is cancelled. */
export type Overlap = (typeof OVERLAPS)[number];

/** Either a cron expression of five fields, by the wall clock of its zone, or an interval. */
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
  if ((cron === null) === (everyMs === null))
    return 'needs either a cron expression or an interval';
  if (everyMs !== null) {
    if (Number.isInteger(everyMs) && everyMs >= MIN_EVERY_MS && everyMs <= MAX_EVERY_MS)
      return null;
    return `the interval must be from ${MIN_EVERY_MS} ms to 366 days`;
  }
  if (!isTimeZone(timeZone)) return `${timeZone} is no time zone`;
  const text = (cron ?? '').trim();
  if (!text.startsWith('@') && text.split(/\s+/).length !== 5) {
    return 'a cron expression has five fields: minute, hour, day, month, weekday';
  }
  try {
    CronExpressionParser.parse(text, { tz: timeZone }).next();
    return null;
  } catch (error) {
    return `${text} is no cron expression: ${error instanceof Error ? error.message : error}`;
  }
}

/**
 * The first run after `now`. `due` is the run that has come, if one has: intervals keep its beat, and
 * what was missed in between is not made up for. A wall-clock time that a change of the clocks leaves
 * out runs when the clocks have gone forward; one that comes twice runs the first time.
 */
export function nextRunAfter({ cron, everyMs, timeZone }: Timing, now: Date, due?: Date): Date {
  if (everyMs !== null) {
    const from = due ?? now;
    const beats = Math.max(1, Math.floor((now.getTime() - from.getTime()) / everyMs) + 1);
    return new Date(from.getTime() + beats * everyMs);
  }
  const options = { currentDate: now, tz: timeZone };
  return CronExpressionParser.parse((cron ?? '').trim(), options)
    .next()
    .toDate();
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
