import type { Collection, CollectionSpec, Doc, TeamDoc } from '../database/collection.js';
import type { DatabaseKey } from '../database/names.js';
import type { Databases, RepositoryFactory } from '../database/repository-factory.js';
import type { TeamsRepository } from '../teams/teams.repository.js';
import { type Moments, repairedTimes } from './future-times.rules.js';

export interface StoredTimesDeps {
  databases: Databases;
  repositories: Pick<RepositoryFactory, 'collections'>;
  teams: TeamsRepository;
}

/** Is never changed, also where its times are wrong. */
const APPEND_ONLY = new Set(['audit']);

/** Finds every stored time that lies in the future and sets it to the present. */
export class StoredTimes {
  constructor(private readonly deps: StoredTimesDeps) {}

  /** What processes share: leaders, workers, schedules. Returns the number of changed documents. */
  async repairShared(moments: Moments): Promise<number> {
    let changed = 0;
    for (const { key, spec } of this.#collections('global')) {
      changed += await repairAll(this.deps.databases.get(key).global(spec), moments);
    }
    return changed;
  }

  /** What teams have, team by team. The signal stops it between pages. */
  async repairTeams(moments: Moments, signal: AbortSignal): Promise<number> {
    let changed = 0;
    for (const { id: teamId } of await this.deps.teams.list()) {
      for (const { key, spec } of this.#collections('team')) {
        const ofTeam = spec as CollectionSpec<TeamDoc>;
        const collection = this.deps.databases.get(key).team(ofTeam, { teamId });
        changed += await repairAll(collection, moments, signal);
      }
    }
    return changed;
  }

  #collections(scope: 'global' | 'team'): { key: DatabaseKey; spec: CollectionSpec<Doc> }[] {
    const all = this.deps.repositories.collections;
    return all.filter(({ spec }) => spec.scope === scope && !APPEND_ONLY.has(spec.name));
  }
}

async function repairAll<T extends Doc>(
  collection: Collection<T>,
  moments: Moments,
  signal?: AbortSignal,
): Promise<number> {
  let changed = 0;
  for await (const page of collection.each({})) {
    signal?.throwIfAborted();
    for (const doc of page) {
      const set = repairedTimes(doc as unknown as Record<string, unknown>, moments);
      if (set && (await collection.update(doc.id, { set }))) changed += 1;
    }
  }
  return changed;
}
