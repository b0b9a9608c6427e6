import type { Catalogue } from '../../catalogue/index.js';
import { landmarksOf } from './landmarks.rules.js';
import type { SeenChange } from './seen-changes.rules.js';
import { kindOf } from './seen-things.rules.js';

interface Watchers {
  /** Controls by the provider's kinds of things, and by names of services or beginnings of ids. */
  kinds: Map<string, Set<string>>;
  names: Map<string, Set<string>>;
  /** All controls whose proof depends on what is seen. */
  all: Set<string>;
}

const byCatalogue = new WeakMap<Catalogue, Map<string, Watchers>>();

/** The controls with anchors that are needed only where such things are seen. */
export function watchersOf(catalogue: Catalogue, changes: readonly SeenChange[]): string[] {
  if (changes.length === 0) return [];
  const watchers = byCatalogue.get(catalogue) ?? index(catalogue);
  const found = new Set<string>();
  for (const { tool, checkId, provider } of changes) {
    const check = catalogue.checks.find(tool, provider, checkId);
    const of = watchers.get(provider);
    if (!check || !of) continue;
    const landmarks = landmarksOf(catalogue.checks, provider).checks;
    if (landmarks.get(check.service || check.id)?.has(check.id)) {
      for (const id of of.all) found.add(id);
    }
    for (const id of of.kinds.get(kindOf(check)) ?? []) found.add(id);
    for (const [name, ids] of of.names) {
      if (check.service !== name && !check.id.startsWith(`${name}_`)) continue;
      for (const id of ids) found.add(id);
    }
  }
  return [...found];
}

function index(catalogue: Catalogue): Map<string, Watchers> {
  const watchers = new Map<string, Watchers>();
  for (const { id, proof = {} } of catalogue.controls.values()) {
    for (const [provider, anchors] of Object.entries(proof)) {
      const of = watchers.get(provider) ?? newWatchers();
      watchers.set(provider, of);
      for (const { whenSeen, checks } of anchors) {
        if (whenSeen === undefined) continue;
        of.all.add(id);
        if (whenSeen !== 'each') add(of.names, whenSeen, id);
        else for (const check of checks) add(of.kinds, kindOf(check), id);
      }
    }
  }
  byCatalogue.set(catalogue, watchers);
  return watchers;
}

function newWatchers(): Watchers {
  return { kinds: new Map(), names: new Map(), all: new Set() };
}

function add(sets: Map<string, Set<string>>, key: string, id: string): void {
  const set = sets.get(key) ?? new Set();
  set.add(id);
  sets.set(key, set);
}
