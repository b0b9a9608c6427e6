import type { KnownChecks } from '../../catalogue/index.js';

/** A report of fewer services than this is no scan of an account. */
const MIN_SERVICES = 2;
/** Services whose checks are asked for where no list names some. */
const MAX_SERVICES = 10;

/**
 * The checks by which an account is seen to have been scanned as a whole. Only then does it show that an account
 * does not use a service: a report of one service shows nothing of the others.
 */
export interface Landmarks {
  /** By service; by itself where its list states no services. */
  checks: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of how many services an account must have results. */
  needed: number;
}

const byLists = new WeakMap<KnownChecks, Map<string, Landmarks>>();

/** Those that `whole-scan.txt` names, else one of each service. */
export function landmarksOf(checks: KnownChecks, provider: string): Landmarks {
  const known = byLists.get(checks) ?? new Map<string, Landmarks>();
  byLists.set(checks, known);
  const before = known.get(provider);
  if (before) return before;
  const { needed, ids } = checks.wholeScan(provider) ?? { needed: MIN_SERVICES, ids: null };
  const listed = checks.of('prowler', provider).filter(({ isFormer }) => !isFormer);
  const services = new Map<string, Set<string>>();
  for (const { id, service } of listed) {
    const name = service || id;
    const own = services.get(name);
    if (ids ? !ids.includes(id) : own !== undefined || services.size === MAX_SERVICES) continue;
    services.set(name, new Set([...(own ?? []), id]));
  }
  const landmarks = { checks: services, needed };
  known.set(provider, landmarks);
  return landmarks;
}
