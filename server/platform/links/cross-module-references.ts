import { createHash } from 'node:crypto';
import type { CollectionSpec, TeamDoc, TeamScope } from '../database/collection.js';
import { TeamRepository } from '../database/repository.js';

/** An object of any module: `{ kind: 'finding', id: '…' }`. */
export interface Thing {
  kind: 'finding' | 'risk' | 'control' | 'evidence' | 'asset' | 'scan' | 'import';
  id: string;
}

interface Reference extends TeamDoc {
  from: Thing;
  to: Thing;
  relation: string;
}

const references: CollectionSpec<Reference> = {
  name: 'cross_module_references',
  scope: 'team',
  fields: {
    'from.kind': 'string',
    'from.id': 'string',
    'to.kind': 'string',
    'to.id': 'string',
    relation: 'string',
  },
  indexes: [
    ['from.id', 'from.kind'],
    ['to.id', 'to.kind'],
  ],
};

/** Relations between objects in different databases: no joins, and a link is deleted with either end. */
export class CrossModuleReferences extends TeamRepository<Reference> {
  static readonly database = 'platform';
  static readonly specs = [references];
  protected readonly spec = references;

  /** Links two things; repeating it changes nothing. */
  async createCrossModuleReference(
    scope: TeamScope,
    { from, to, relation }: { from: Thing; to: Thing; relation: string },
  ): Promise<void> {
    const parts = [scope.teamId, from.kind, from.id, to.kind, to.id, relation];
    const id = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
    const { teamId } = scope;
    await this.of(scope).putMany([{ id: `ref_${id}`, teamId, from, to, relation }]);
  }

  /** Everything linked with a thing, in either direction. */
  async linkedWith(scope: TeamScope, thing: Thing): Promise<{ thing: Thing; relation: string }[]> {
    const found: { thing: Thing; relation: string }[] = [];
    for await (const page of this.of(scope).each(touching(thing))) {
      for (const { from, to, relation } of page) {
        found.push({
          thing: from.id === thing.id && from.kind === thing.kind ? to : from,
          relation,
        });
      }
    }
    return found;
  }

  /** Deletes the links of a deleted thing; returns their number. */
  unlinkAll(scope: TeamScope, thing: Thing): Promise<number> {
    return this.of(scope).removeMany(touching(thing));
  }

  /** The same for purged things of any team. Ids come from the platform, so teams never share one. */
  async unlinkPurged(kind: string, ids: readonly string[]): Promise<void> {
    for (const end of ['from', 'to']) {
      await this.acrossTeams().removeMany({ [`${end}.kind`]: kind, [`${end}.id`]: { in: ids } });
    }
  }
}

function touching({ kind, id }: Thing) {
  return {
    or: [
      { 'from.kind': kind, 'from.id': id },
      { 'to.kind': kind, 'to.id': id },
    ],
  };
}
