import type { Catalogue, ProofCheck } from '../../catalogue/index.js';

/** Services that a provider's landmarks are of, at most. */
const MAX_SERVICES = 10;
/** Fewer services than this are no scan of an account. */
const MIN_SERVICES = 2;

/**
 * The checks by which an account is seen to have been scanned as a whole. Only then does it show that an account
 * does not use a service: a report of one service says nothing about the others.
 */
export interface Landmarks {
  /** By service. */
  checks: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of how many services an account must have results. */
  needed: number;
}

const byCatalogue = new WeakMap<Catalogue, ReadonlyMap<string, Landmarks>>();

/** By provider: of those with anchors. */
export function landmarksOf(catalogue: Catalogue): ReadonlyMap<string, Landmarks> {
  const known = byCatalogue.get(catalogue);
  if (known) return known;
  const found = new Map<string, Map<string, Set<string>>>();
  const providers = new Set<string>();
  for (const { proof = {} } of catalogue.controls.values()) {
    for (const [provider, anchors] of Object.entries(proof)) {
      providers.add(provider);
      // What is needed in every account is in every whole report.
      const always = anchors.filter(({ whenSeen }) => whenSeen === undefined);
      for (const check of always.flatMap(({ checks }) => checks)) add(found, provider, check);
    }
  }
  for (const provider of providers) {
    if ((found.get(provider)?.size ?? 0) > MIN_SERVICES) continue;
    const current = catalogue.checks.of('prowler', provider).filter(({ isFormer }) => !isFormer);
    for (const check of current) add(found, provider, check);
  }
  const landmarks = new Map(
    [...found].map(([provider, checks]) => {
      const needed = Math.max(MIN_SERVICES, Math.floor(checks.size / 2));
      return [provider, { checks, needed }];
    }),
  );
  byCatalogue.set(catalogue, landmarks);
  return landmarks;
}

function add(
  found: Map<string, Map<string, Set<string>>>,
  provider: string,
  { id, service }: ProofCheck,
): void {
  const services = found.get(provider) ?? new Map<string, Set<string>>();
  found.set(provider, services);
  const name = service || id;
  const checks = services.get(name);
  if (checks) {
    if (checks.size < MAX_CHECKS) checks.add(id);
  } else if (services.size < MAX_SERVICES) services.set(name, new Set([id]));
}

/** Checks of one service: where one finds nothing to check, another may. */
const MAX_CHECKS = 3;
