const EARLIEST_MS = Date.UTC(2000, 0, 1);
const LATEST_MS = Date.UTC(2100, 0, 1);
/** Larger numbers are milliseconds: as seconds they would lie beyond the year 5000. */
const MILLISECONDS_FROM = 100_000_000_000;

/**
 * The first usable time as ISO 8601 UTC. Prowler writes epoch seconds where OCSF wants
 * milliseconds, and texts without a zone, which are read as UTC. Null for nonsense.
 */
export function observedAtOf(times: (string | number | null | undefined)[]): string | null {
  for (const time of times) {
    const ms = millisecondsOf(time);
    if (ms !== null && ms >= EARLIEST_MS && ms < LATEST_MS) return new Date(ms).toISOString();
  }
  return null;
}

function millisecondsOf(time: string | number | null | undefined): number | null {
  if (typeof time === 'number') return time >= MILLISECONDS_FROM ? time : time * 1000;
  if (!time || time.length > 40) return null;
  if (/^\d{9,13}(\.\d+)?$/.test(time)) return millisecondsOf(Number(time));
  if (!/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(time)) return null;
  const iso = time
    .trim()
    .replace(' ', 'T')
    .replace(/(\.\d{3})\d+/, '$1');
  const ms = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`);
  return Number.isNaN(ms) ? null : ms;
}
