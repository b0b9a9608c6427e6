const EARLIEST_MS = Date.UTC(2000, 0, 1);
/** Times in the future are judged by who knows the present. */
const LATEST_MS = Date.UTC(9999, 0, 1);
/** Larger numbers are milliseconds: as seconds they would lie beyond the year 5000. */
const MILLISECONDS_FROM = 100_000_000_000;
const ZONE = /(?:Z|[+-]\d\d:?\d\d)$/i;

type Time = string | number | null | undefined;

/** When a tool looked. */
export interface Observed {
  observedAt: string | null;
  /** The report has no zone: up to 14 hours from what is read as UTC. */
  isLocalTime?: true;
}

/**
 * The first usable time as ISO 8601 UTC. Prowler writes epoch seconds where OCSF wants
 * milliseconds, and texts without a zone, which are written as if they were UTC. Null for nonsense.
 */
export function observedIn(times: readonly Time[]): Observed {
  for (const time of times) {
    const ms = millisecondsOf(time);
    if (ms === null || ms < EARLIEST_MS || ms >= LATEST_MS) continue;
    const observedAt = new Date(ms).toISOString();
    return isWithoutZone(time) ? { observedAt, isLocalTime: true } : { observedAt };
  }
  return { observedAt: null };
}

export function observedAtOf(times: readonly Time[]): string | null {
  return observedIn(times).observedAt;
}

const isWithoutZone = (time: Time): boolean =>
  typeof time === 'string' && /^\d{4}-/.test(time) && !ZONE.test(time.trim());

function millisecondsOf(time: string | number | null | undefined): number | null {
  if (typeof time === 'number') return time >= MILLISECONDS_FROM ? time : time * 1000;
  if (!time || time.length > 40) return null;
  if (/^\d{9,13}(\.\d+)?$/.test(time)) return millisecondsOf(Number(time));
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(time)) return null;
  const iso = time
    .trim()
    .replace(' ', 'T')
    .replace(/(\.\d{3})\d+/, '$1');
  const ms = Date.parse(ZONE.test(iso) ? iso : `${iso}Z`);
  return Number.isNaN(ms) ? null : ms;
}
