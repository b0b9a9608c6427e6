import { placeId } from '../check-results/identity.rules.js';
import type { ResultStores } from '../check-results/result-stores.js';
import type { ReportOrder } from './report-orders.repository.js';
import { type Place, placeKey } from './report-survey.js';
import type { ReportToApply } from './report-to-apply.js';
import type { SpooledRow } from './row-spool.js';
import { MIN_WIDTH } from './silence.rules.js';

/** Of a result's id. */
const ID_LENGTH = 26;
/** The last results of an account or target, of which the order is kept. */
const MAX_KEPT = 20_000;

interface Ordered {
  place: Place;
  /** In the report's order. */
  ids: Set<string>;
  resources: Set<string>;
}

/**
 * The order of a report that has no end mark. If it lacks just the end of what the report before it had, it may
 * be cut off between two results.
 */
export class RowOrder {
  readonly #places = new Map<string, Ordered>();

  add(tool: string, id: string, { provider, accountId, resource }: SpooledRow): void {
    const place = { tool, provider, accountId };
    const key = placeKey(place);
    const known = this.#places.get(key) ?? { place, ids: new Set(), resources: new Set() };
    this.#places.set(key, known);
    known.ids.add(id);
    known.resources.add(resource.uid);
  }

  get places(): Iterable<Ordered> {
    return this.#places.values();
  }
}

/** The results that a report may lack only because it is cut off. */
export interface LostEnd {
  ids: ReadonlySet<string>;
  /** The report is in another order than the one before it. */
  isShuffled: boolean;
}

/** By place. */
export type LostEnds = ReadonlyMap<string, LostEnd>;

/**
 * Compares the order of a report with that of the one before it, and keeps it for the next one. To be called
 * before missing results are judged. What the report lacks keeps its place in the order until it is gone.
 */
export async function compareOrders(
  stores: ResultStores,
  report: Pick<ReportToApply, 'team' | 'outcome' | 'survey' | 'lease'>,
  order: RowOrder,
): Promise<{ lost: LostEnds; keep: () => Promise<void> }> {
  const { team, outcome, survey, lease } = report;
  const lost = new Map<string, LostEnd>();
  const merged: { id: string; at: string; ids: string[] }[] = [];
  for (const { place, ids, resources } of outcome.partial ? [] : order.places) {
    const id = placeId(team.teamId, place);
    const before = (await stores.orders.byId(team, [id])).get(id);
    const at = survey.lookedAt(place) ?? '';
    if (before && before.at > at) continue;
    const known = before ? idsOf(before) : [];
    lost.set(placeKey(place), await lostEndOf(stores, report, known, { ids, resources }));
    merged.push({ id, at, ids: merge(known, ids) });
  }
  const keep = async () => {
    const kept: ReportOrder[] = [];
    for (const { id, at, ids } of merged) {
      const last = ids.slice(-MAX_KEPT);
      const missing = new Set(last.filter((each) => !isIn(order, each)));
      const present = await presentOf(stores, report, missing);
      const left = last.filter((each) => !missing.has(each) || present.has(each));
      kept.push({ id, teamId: team.teamId, at, ids: left.join('') });
    }
    lease.check();
    if (kept.length > 0) await stores.orders.put(team, kept);
  };
  return { lost, keep };
}

/** A thing of which results before the lost end are missing too, and none is left, is not cut off but gone. */
async function lostEndOf(
  stores: ResultStores,
  report: Pick<ReportToApply, 'team'>,
  known: readonly string[],
  { ids, resources }: Pick<Ordered, 'ids' | 'resources'>,
): Promise<LostEnd> {
  const missing = new Set(known.filter((id) => !ids.has(id)));
  if (missing.size > 0 && !isInOrder(known, ids)) {
    // The order says nothing: the end of this report may be anything that it lacks of things it knows.
    const present = await presentOf(stores, report, missing);
    const torn = [...present.values()].filter((uid) => resources.has(uid)).length;
    const isTorn = torn > Math.max(1, known.length * (1 - MIN_WIDTH));
    return { ids: new Set(isTorn ? present.keys() : []), isShuffled: true };
  }
  const end = known.findLastIndex((id) => ids.has(id));
  // A report that is cut off still has the beginning.
  const lost = new Set(end < 0 ? [] : known.slice(end + 1));
  if (lost.size === 0) return { ids: lost, isShuffled: false };
  const present = await presentOf(stores, report, missing);
  const gone = new Set<string>();
  for (const [id, uid] of present) if (!lost.has(id) && !resources.has(uid)) gone.add(uid);
  for (const id of lost) {
    const uid = present.get(id);
    if (uid === undefined || gone.has(uid)) lost.delete(id);
  }
  return { ids: lost, isShuffled: false };
}

/** Whether a report has what it shares with the one before it in the same order. */
function isInOrder(known: readonly string[], ids: ReadonlySet<string>): boolean {
  const shared = new Set(known);
  let at = 0;
  for (const id of ids) {
    if (!shared.has(id)) continue;
    while (at < known.length && known[at] !== id) at += 1;
    if (at === known.length) return false;
  }
  return true;
}

/** The new order; what it lacks stands behind what it stood behind before. */
function merge(known: readonly string[], ids: ReadonlySet<string>): string[] {
  let missing: string[] = [];
  const behind = new Map([['', missing]]);
  for (const id of known) {
    if (!ids.has(id)) missing.push(id);
    else {
      missing = [];
      behind.set(id, missing);
    }
  }
  return [...(behind.get('') ?? []), ...[...ids].flatMap((id) => [id, ...(behind.get(id) ?? [])])];
}

function isIn(order: RowOrder, id: string): boolean {
  for (const { ids } of order.places) if (ids.has(id)) return true;
  return false;
}

/** Of these results, the resources of those that are present. */
async function presentOf(
  { results }: ResultStores,
  { team }: Pick<ReportToApply, 'team'>,
  ids: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const found = await results.byId(team, [...ids]);
  return new Map(
    [...found.values()]
      .filter(({ present }) => present)
      .map(({ id, resourceUid }) => [id, resourceUid]),
  );
}

function idsOf({ ids }: ReportOrder): string[] {
  return Array.from({ length: Math.floor(ids.length / ID_LENGTH) }, (_, n) =>
    ids.slice(n * ID_LENGTH, (n + 1) * ID_LENGTH),
  );
}
