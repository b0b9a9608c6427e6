import { day, instant } from '../../ui/format.js';

const isDay = (at: string) => /^\d{4}-\d{2}-\d{2}$/.test(at);

/** The end of a day in UTC, or the moment itself; undefined when it is not in the past. */
export function momentOf(at: string, now = Date.now()): string | undefined {
  const moment = isDay(at) ? `${at}T23:59:59.999Z` : at;
  return Date.parse(moment) < now ? moment : undefined;
}

export function momentText(at: string, now = Date.now()): string {
  if (momentOf(at, now) === undefined) return `today, ${day(new Date(now).toISOString())}`;
  return isDay(at) ? `the end of ${day(`${at}T12:00:00`)} (UTC)` : instant(at);
}

/** The day of a moment, in the format of a date field. */
export const dayOf = (at: string | undefined): string => at?.slice(0, 10) ?? '';
