import type { TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import type { ResultStores } from '../check-results/result-stores.js';
import type { ChangeJournal } from './change-journal.js';
import type { ChangedStore } from './import-changes.repository.js';

interface Store<T extends TeamDoc> {
  byId(scope: TeamScope, ids: readonly string[]): Promise<Map<string, T>>;
  put(scope: TeamScope, docs: readonly T[]): Promise<unknown>;
}

/** Documents remembered from reading: more than a batch needs. */
const MAX_REMEMBERED = 5_000;

/** The stores as an import writes to them: what it changes is recorded first, so that it can be undone. */
export function recordingStores(stores: ResultStores, journal: ChangeJournal): ResultStores {
  return {
    results: recording(stores.results, 'results', journal),
    findings: recording(stores.findings, 'findings', journal),
    scopes: recording(stores.scopes, 'scopes', journal),
    orders: recording(stores.orders, 'orders', journal),
    checks: recording(stores.checks, 'checks', journal),
  };
}

/** A proxy, because repositories have private parts, which only they themselves may use. */
function recording<T extends TeamDoc, S extends Store<T>>(
  store: S,
  name: ChangedStore,
  journal: ChangeJournal,
): S {
  const read = new Map<string, T | null>();
  const byId = async (scope: TeamScope, ids: readonly string[]) => {
    const found = await store.byId(scope, ids);
    if (read.size > MAX_REMEMBERED) read.clear();
    for (const id of ids) read.set(id, found.get(id) ?? null);
    return found;
  };
  const put = async (scope: TeamScope, docs: readonly T[]) => {
    const unread = docs.map(({ id }) => id).filter((id) => !read.has(id));
    const found = unread.length > 0 ? await store.byId(scope, unread) : null;
    const before = new Map(docs.map(({ id }) => [id, read.get(id) ?? found?.get(id) ?? null]));
    await journal.record(name, before);
    await store.put(scope, docs);
    read.clear();
  };
  return new Proxy(store, {
    get: (target, property) => {
      if (property === 'byId') return byId;
      if (property === 'put') return put;
      const value: unknown = Reflect.get(target, property);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
