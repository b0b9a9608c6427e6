import { createHash } from 'node:crypto';
import type { CollectionSpec, TeamDoc, TeamScope } from '../database/collection.js';
import { TeamRepository } from '../database/repository.js';

/** A thing of some module: `{ kind: 'finding', id: '…' }`. */
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

/** Relations between things that live in different databases: no joins, and no end outlives the other. */
export class CrossModuleReferences extends TeamRepository<Reference> {
  static readonly database = 'platform';
  static readonly specs = [references];
  protected readonly spec = references;

  /** Links two things; doing it again changes nothing. */
  async createCrossModuleReference(
    scope: TeamScope,
    { from, to, relation }: { from: Thing; to: Thing; relation: string },
  ): Promise<void> {
    const parts = [scope.teamId, from.kind, from.id, to.kind, to.id, relation];
    const id = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
    const { teamId } = scope;
    await this.of(scope).putMany([{ id: `ref_${id}`, teamId, from, to, relation }]);
  }

  /** What a thing is linked with, whichever way the link points. */
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

  /** To be called when a thing is deleted: its links go with it. Answers how many. */
  unlinkAll(scope: TeamScope, thing: Thing): Promise<number> {
    return this.of(scope).removeMany(touching(thing));
  }

  /** The same for things of any team that grew too old. Ids are made by the platform, so no two teams share one. */
  async unlinkGone(kind: string, ids: readonly string[]): Promise<void> {
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
