import type { MappingItem, MappingState } from '../../../../contract/mapping-review.js';
import { InvalidInputError } from '../../../platform/errors.js';

export interface QueueFilter {
  state?: MappingState;
  tool?: readonly string[];
  service?: readonly string[];
  tier?: readonly string[];
  controlId?: string;
  checkId?: string;
  q?: string;
}

/** The tier of a match before any review; null when no tier proposes it. */
export function tierOf({ match, review }: Pick<MappingItem, 'match' | 'review'>): number | null {
  return (review ? review.proposed?.tier : match?.tier) ?? null;
}

export function fits(item: MappingItem, filter: QueueFilter): boolean {
  const { state, tool, service, tier, controlId, checkId, q } = filter;
  const wanted = q?.trim().toLowerCase() ?? '';
  return (
    (!state || item.state === state) &&
    (!tool || tool.includes(item.tool)) &&
    (!service || service.includes(item.service)) &&
    (!tier || tier.includes(String(tierOf(item)))) &&
    (!controlId || item.controlId === controlId) &&
    (!checkId || item.checkId === checkId) &&
    (wanted === '' ||
      `${item.checkId} ${item.title} ${item.controlId} ${item.controlTitle}`
        .toLowerCase()
        .includes(wanted))
  );
}

/** The sort key of an item in the queue. */
type Place = readonly [group: number, priority: number, key: string];

/** Unreviewed text and domain matches first; then stated requirements, rules, and reviewed matches. */
function placeOf(item: MappingItem): Place {
  const { tool, checkId, controlId, state, match, priority, review } = item;
  const tier = match?.tier ?? 4;
  const group = state !== 'unreviewed' ? 3 : tier >= 3 ? 0 : tier === 2 ? 1 : 2;
  return [group, priority, `${tool} ${checkId} ${controlId} ${review?.provider ?? ''}`];
}

function compare([groupA, weightA, a]: Place, [groupB, weightB, b]: Place): number {
  return groupA - groupB || weightB - weightA || (a < b ? -1 : a > b ? 1 : 0);
}

export function inQueueOrder(items: readonly MappingItem[]): MappingItem[] {
  return items
    .map((item) => ({ item, place: placeOf(item) }))
    .sort((a, b) => compare(a.place, b.place))
    .map(({ item }) => item);
}

/** The items after the cursor, which is a sort key: so later reviews leave no gap. */
export function pageFrom(
  sorted: readonly MappingItem[],
  limit: number,
  cursor?: string,
): { items: MappingItem[]; nextCursor: string | null } {
  const after = cursor === undefined ? null : placeFrom(cursor);
  const rest = after ? sorted.filter((item) => compare(placeOf(item), after) > 0) : sorted;
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  const more = rest.length > items.length && last !== undefined;
  const next = more ? Buffer.from(JSON.stringify(placeOf(last))).toString('base64url') : null;
  return { items, nextCursor: next };
}

function placeFrom(cursor: string): Place {
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(place) && place.length === 3) {
      const [group, priority, key] = place as unknown[];
      if (typeof group === 'number' && typeof priority === 'number' && typeof key === 'string') {
        return [group, priority, key];
      }
    }
  } catch {
    // Reported below.
  }
  throw new InvalidInputError('query.cursor: is not valid for this list', {
    errors: [{ path: 'query.cursor', message: 'is not valid for this list' }],
  });
}

/** How many items have each value, most first. */
export function counted(items: readonly MappingItem[], of: (item: MappingItem) => string) {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(of(item), (counts.get(of(item)) ?? 0) + 1);
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}
