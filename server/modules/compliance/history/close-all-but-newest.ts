import type { Collection, Filter, TeamDoc } from '../../../platform/database/collection.js';

/** Ends each open entry of one history when the next one began, but for the newest; returns the number ended. */
export async function closeAllButNewest<T extends TeamDoc & { at: string }>(
  history: Collection<T>,
  of: Filter,
): Promise<number> {
  const { items } = await history.find({ ...of, until: null }, { sort: ['at'], limit: 1_000 });
  for (const [i, { id }] of items.entries()) {
    const next = items[i + 1];
    if (next) await history.update(id, { set: { until: next.at } }, { until: null });
  }
  return Math.max(0, items.length - 1);
}
