/** Fields that say what will happen, and so may lie ahead of the clock. All others that end like these say what happened. */
const MAY_LIE_AHEAD = new Set(['expiresAt', 'triageExpiresAt', 'nextRunAt', 'dueAt', 'owedRunAt']);
const OF_THE_PAST = /(?:At|Since)$|^(?:at|recordedUntil|expiredUntil)$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** Allowed difference between the clocks of hosts, and the correction of a clock that is slightly wrong. */
export const MAX_AHEAD_MS = 120_000;

export interface Moments {
  now: string;
  /** What happened after this has not happened yet. */
  limit: string;
}

export function momentsAt(now: Date): Moments {
  return {
    now: now.toISOString(),
    limit: new Date(now.getTime() + MAX_AHEAD_MS).toISOString(),
  };
}

/** The top-level fields of a document to set, so that nothing in it happened in the future; null when nothing did. */
export function repairedTimes(
  document: Readonly<Record<string, unknown>>,
  moments: Moments,
): Record<string, unknown> | null {
  const set: Record<string, unknown> = {};
  // The end of an entry of a history, which began.
  const isEntry = typeof document.at === 'string';
  for (const [field, value] of Object.entries(document)) {
    const isPast = OF_THE_PAST.test(field) || (isEntry && field === 'until');
    const repaired = repair(field, value, isPast, moments);
    if (repaired !== value) set[field] = repaired;
  }
  return Object.keys(set).length > 0 ? set : null;
}

/** The same value when there is nothing to repair in it. */
function repair(field: string, value: unknown, isPast: boolean, moments: Moments): unknown {
  if (typeof value === 'string') {
    const isAhead = isPast && !MAY_LIE_AHEAD.has(field) && value > moments.limit;
    return isAhead && INSTANT.test(value) ? moments.now : value;
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => repair(field, item, isPast, moments));
    return items.some((item, i) => item !== value[i]) ? items : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const items = entries.map(([key, item]) => repair(key, item, OF_THE_PAST.test(key), moments));
  if (items.every((item, i) => item === entries[i]?.[1])) return value;
  return Object.fromEntries(entries.map(([key], i) => [key, items[i]]));
}
