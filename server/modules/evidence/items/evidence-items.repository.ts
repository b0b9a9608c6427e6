import type {
  Changes,
  CollectionSpec,
  Filter,
  TeamDoc,
  TeamScope,
} from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import { ConflictError } from '../../../platform/errors.js';
import type { StoredEvidence } from './evidence-item.js';

/** An import whose evidence has been collected. */
export interface Collected extends TeamDoc {
  importId: string;
  at: string;
  items: number;
}

const items: CollectionSpec<StoredEvidence> = {
  name: 'evidence_items',
  scope: 'team',
  fields: {
    state: 'string',
    kind: 'string',
    createdAt: 'string',
    expiresAt: 'string',
    deletedAt: 'string',
    contentKey: 'string',
    searched: 'string',
    controlIds: 'string[]',
    requirements: 'string[]',
    revision: 'number',
    'source.importId': 'string',
  },
  unique: [['contentKey']],
  indexes: [['-createdAt'], ['source.importId'], ['state', 'expiresAt'], ['kind', '-createdAt']],
};

const collected: CollectionSpec<Collected> = {
  name: 'evidence_collections',
  scope: 'team',
  fields: { importId: 'string' },
  unique: [['importId']],
};

export class EvidenceItemsRepository extends TeamRepository<StoredEvidence> {
  static readonly database = 'assessments';
  static readonly specs = [items, collected];
  static readonly files = [
    { collection: 'evidence_items', area: 'evidence', by: 'sha256' },
  ] as const;
  protected readonly spec = items;

  get(scope: TeamScope, id: string): Promise<StoredEvidence | null> {
    return this.of(scope).get(id);
  }

  byIds(scope: TeamScope, ids: readonly string[]): Promise<StoredEvidence[]> {
    return this.of(scope).getMany(ids);
  }

  /** The item that holds this content. */
  async withContent(scope: TeamScope, contentKey: string): Promise<StoredEvidence | null> {
    return (await this.of(scope).find({ contentKey }, { limit: 1 })).items[0] ?? null;
  }

  /** Returns null, or the item with the same content if another request added it first. */
  async addUnlessKnown(scope: TeamScope, item: StoredEvidence): Promise<StoredEvidence | null> {
    try {
      await this.of(scope).insert(item);
      return null;
    } catch (error) {
      const known = item.contentKey && (await this.withContent(scope, item.contentKey));
      if (known) return known;
      throw error;
    }
  }

  /** Adds items with unknown ids and leaves existing ones unchanged, whatever happened to them since. */
  async addNew(scope: TeamScope, items: readonly StoredEvidence[]): Promise<number> {
    const known = new Set(
      (await this.of(scope).getMany(items.map(({ id }) => id))).map(({ id }) => id),
    );
    const fresh = items.filter(({ id }) => !known.has(id));
    if (fresh.length > 0) await this.of(scope).putMany(fresh);
    return fresh.length;
  }

  page(scope: TeamScope, filter: Filter, limit: number, cursor?: string) {
    return this.of(scope).find(filter, { sort: ['-createdAt'], limit, after: cursor ?? null });
  }

  count(scope: TeamScope, filter: Filter): Promise<number> {
    return this.of(scope).count(filter);
  }

  async all(scope: TeamScope, filter: Filter): Promise<StoredEvidence[]> {
    const found: StoredEvidence[] = [];
    for await (const page of this.of(scope).each(filter)) found.push(...page);
    return found;
  }

  /** Changes an item; returns null when it was changed since it was read. */
  change(
    item: Pick<StoredEvidence, 'id' | 'teamId' | 'revision' | 'state' | 'deletedAt'>,
    changes: Changes['set'],
  ): Promise<StoredEvidence | null> {
    const { teamId, id, revision, state, deletedAt } = item;
    return this.of({ teamId }).update(id, { set: changes }, { revision, state, deletedAt });
  }

  isCollected(scope: TeamScope, importIds: readonly string[]): Promise<Collected[]> {
    const ids = importIds.map((id) => collectedId(scope, id));
    return this.of(scope, collected).getMany(ids);
  }

  async setCollected(scope: TeamScope, importId: string, at: string, count: number): Promise<void> {
    const { teamId } = scope;
    const id = collectedId(scope, importId);
    await this.of(scope, collected).putMany([{ id, teamId, importId, at, items: count }]);
  }
}

function collectedId({ teamId }: TeamScope, importId: string): string {
  return `${teamId}:${importId}`;
}

/** The item changed between read and write. */
export function rejectRace(): never {
  throw new ConflictError('this evidence was changed by someone else; reload it');
}
