import type { Blobs } from '../blobs/blobs.js';
import type { CollectionSpec, Doc, TeamDoc, TeamScope } from '../database/collection.js';
import type { DatabaseKey } from '../database/names.js';
import type { FileRule } from '../database/repository.js';
import type { Databases, RepositoryFactory } from '../database/repository-factory.js';
import type { TeamsRepository } from './teams.repository.js';

export interface TeamDataDeps {
  databases: Databases;
  repositories: Pick<RepositoryFactory, 'collections'>;
  teams: TeamsRepository;
  blobs: Blobs;
}

interface TeamCollection {
  key: DatabaseKey;
  spec: CollectionSpec<TeamDoc>;
  files: readonly FileRule[];
}

const BATCH = 1_000;
/** Work of other processes that had begun may still write during a pass. */
const MAX_PASSES = 20;

/** All documents and files of a team, in whichever module: by the collections that repositories declare. */
export class TeamData {
  constructor(private readonly deps: TeamDataDeps) {}

  /** The number of documents per collection that has any, most first. */
  async count(team: TeamScope): Promise<{ kind: string; count: number }[]> {
    const counts: { kind: string; count: number }[] = [];
    for (const { key, spec } of this.#collections()) {
      const count = await this.deps.databases.get(key).team(spec, team).count({});
      if (count > 0) counts.push({ kind: spec.name, count });
    }
    return counts.sort((a, b) => b.count - a.count);
  }

  /**
   * Deletes them, until a pass over all collections finds none. A file that another team has too stays. May be called
   * again after it was cut short.
   */
  async remove(team: TeamScope): Promise<void> {
    const shared = await this.#filesOfOthers(team);
    for (let pass = 1; (await this.#pass(team, shared)) > 0; pass += 1) {
      if (pass === MAX_PASSES) throw new Error('data of the team is written while it is deleted');
    }
  }

  async #pass(team: TeamScope, shared: ReadonlySet<string>): Promise<number> {
    let removed = 0;
    for (const collection of this.#collections()) {
      removed += await this.#removeAll(collection, team, shared);
    }
    return removed;
  }

  async #removeAll(
    { key, spec, files }: TeamCollection,
    team: TeamScope,
    shared: ReadonlySet<string>,
  ): Promise<number> {
    const collection = this.deps.databases.get(key).team(spec, team);
    let removed = 0;
    for (;;) {
      const { items } = await collection.find({}, { limit: BATCH });
      if (items.length === 0) return removed;
      // Files first: their names are in the documents.
      await this.#removeFiles(items, files, shared);
      removed += await collection.removeMany({ id: { in: items.map(({ id }) => id) } });
    }
  }

  async #removeFiles(
    docs: readonly Doc[],
    rules: readonly FileRule[],
    shared: ReadonlySet<string>,
  ): Promise<void> {
    for (const rule of rules) {
      const names = new Set(docs.flatMap((doc) => namesIn(doc, rule)));
      for (const name of names) {
        if (!shared.has(`${rule.area}/${name}`)) await this.deps.blobs.of(rule.area).remove(name);
      }
    }
  }

  /** Contents are stored once for all teams. */
  async #filesOfOthers({ teamId }: TeamScope): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    const holders = this.#collections().filter(({ files }) => files.length > 0);
    for (const { id } of await this.deps.teams.list()) {
      if (id === teamId) continue;
      for (const { key, spec, files } of holders) {
        const collection = this.deps.databases.get(key).team(spec, { teamId: id });
        for await (const page of collection.each({})) {
          for (const rule of files) {
            for (const doc of page) {
              for (const name of namesIn(doc, rule)) found.add(`${rule.area}/${name}`);
            }
          }
        }
      }
    }
    return found;
  }

  #collections(): TeamCollection[] {
    return this.deps.repositories.collections.filter(
      (each): each is TeamCollection => each.spec.scope === 'team',
    );
  }
}

const SHA256 = /^[0-9a-f]{64}$/;

function namesIn(doc: Doc, { by }: FileRule): string[] {
  return by === 'id' ? [doc.id] : hashesIn(doc);
}

function hashesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(hashesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) =>
    name === 'sha256' && typeof each === 'string' && SHA256.test(each) ? [each] : hashesIn(each),
  );
}
