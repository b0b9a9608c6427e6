import type { DriftSnapshot } from '../../../../contract/drift.js';
import type {
  CollectionSpec,
  Page,
  TeamDoc,
  TeamScope,
} from '../../../platform/database/collection.js';
import { inParts } from '../../../platform/database/in-parts.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { Manifest, StatePart } from '../state/state-parts.js';

export interface StoredSnapshot extends DriftSnapshot, TeamDoc {
  parts: Manifest['parts'];
}

interface StoredPart extends TeamDoc {
  key: string;
  hash: string;
  text: string;
}

/** What the last look saw and the next one compares with. One document per team. */
export interface LastLook extends TeamDoc {
  /** Counts looks that wrote something. */
  look: number;
  manifest: Manifest;
  comparedAt: string;
  /** When states were last compared; later looks may have compared ends only. */
  statesAt?: string;
}

const snapshots: CollectionSpec<StoredSnapshot> = {
  name: 'drift_snapshots',
  scope: 'team',
  fields: { name: 'string', at: 'string' },
  unique: [['name']],
  indexes: [['-at']],
};
const parts: CollectionSpec<StoredPart> = {
  name: 'drift_snapshot_parts',
  scope: 'team',
  fields: { hash: 'string' },
};
const looks: CollectionSpec<LastLook> = { name: 'drift_looks', scope: 'team', fields: {} };

export class SnapshotsRepository extends TeamRepository<StoredSnapshot> {
  static readonly database = 'assessments';
  static readonly specs = [snapshots, parts, looks];
  protected readonly spec = snapshots;

  page(
    scope: TeamScope,
    { named, limit, cursor }: { named?: boolean; limit: number; cursor?: string },
  ): Promise<Page<StoredSnapshot>> {
    const filter = named === undefined ? {} : { name: { exists: named } };
    return this.of(scope).find(filter, { sort: ['-at'], limit, after: cursor });
  }

  async byIdOrName(scope: TeamScope, text: string): Promise<StoredSnapshot | null> {
    const known = await this.of(scope).get(text);
    if (known) return known;
    return (await this.of(scope).find({ name: text }, { limit: 1 })).items[0] ?? null;
  }

  get(scope: TeamScope, id: string) {
    return this.of(scope).get(id);
  }

  put(scope: TeamScope, snapshot: StoredSnapshot) {
    return this.of(scope).putMany([snapshot]);
  }

  /** Throws ConflictError when the name is taken. */
  add(scope: TeamScope, snapshot: StoredSnapshot) {
    return this.of(scope).insert(snapshot);
  }

  rename(scope: TeamScope, id: string, name: string) {
    return this.of(scope).update(id, { set: { name } });
  }

  remove(scope: TeamScope, id: string): Promise<boolean> {
    return this.of(scope).remove(id);
  }

  /** Writes those that are not stored yet; returns their number. */
  async putParts(scope: TeamScope, given: readonly StatePart[]): Promise<number> {
    const idOf = ({ hash }: { hash: string }) => `${scope.teamId}:${hash}`;
    const known = new Set<string>();
    for (const ids of inParts(given.map(idOf))) {
      for (const { id } of await this.of(scope, parts).getMany(ids)) known.add(id);
    }
    const fresh = given
      .filter((part) => !known.has(idOf(part)))
      .map((part) => ({ ...part, id: idOf(part), teamId: scope.teamId }));
    if (fresh.length > 0) await this.of(scope, parts).putMany(fresh);
    return fresh.length;
  }

  async parts(scope: TeamScope, manifest: Pick<Manifest, 'parts'>): Promise<StatePart[]> {
    const found: StatePart[] = [];
    for (const ids of inParts(manifest.parts.map(({ hash }) => `${scope.teamId}:${hash}`))) {
      found.push(...(await this.of(scope, parts).getMany(ids)));
    }
    return found;
  }

  /** Removes parts used neither by a snapshot nor by the last look. */
  async removeUnusedParts(scope: TeamScope): Promise<number> {
    const used = new Set((await this.lastLook(scope))?.manifest.parts.map(({ hash }) => hash));
    for await (const page of this.of(scope).each({})) {
      for (const snapshot of page) for (const { hash } of snapshot.parts) used.add(hash);
    }
    const unused: string[] = [];
    for await (const page of this.of(scope, parts).each({}, { batch: 200 })) {
      for (const { id, hash } of page) if (!used.has(hash)) unused.push(id);
    }
    for (const ids of inParts(unused)) {
      await this.of(scope, parts).removeMany({ id: { in: ids } });
    }
    return unused.length;
  }

  /** Id and time of unnamed snapshots, oldest first. */
  async unnamed(scope: TeamScope): Promise<{ id: string; at: string }[]> {
    const found: { id: string; at: string }[] = [];
    for await (const page of this.of(scope).each({ name: { exists: false } })) {
      for (const { id, at } of page) found.push({ id, at });
    }
    return found.sort((a, b) => (a.at < b.at ? -1 : 1));
  }

  lastLook(scope: TeamScope): Promise<LastLook | null> {
    return this.of(scope, looks).get(scope.teamId);
  }

  putLook(scope: TeamScope, look: Omit<LastLook, 'id' | 'teamId'>) {
    const { teamId } = scope;
    return this.of(scope, looks).putMany([{ ...look, id: teamId, teamId }]);
  }
}
