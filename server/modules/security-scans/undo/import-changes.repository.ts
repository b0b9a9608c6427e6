import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

/** Which store a document is in. */
export type ChangedStore = 'results' | 'findings' | 'scopes' | 'checks' | 'orders';

/** A part of what an import changed, with what was stored before. */
export interface ImportChanges extends TeamDoc {
  importId: string;
  /** Parts are numbered from 0. */
  part: number;
  store: ChangedStore;
  /** By `packChanges`: documents before a change are as large as all results. */
  packed: string;
  recordedAt: string;
}

const importChanges: CollectionSpec<ImportChanges> = {
  name: 'import_changes',
  scope: 'team',
  fields: { importId: 'string', part: 'number', recordedAt: 'string' },
  indexes: [['importId', 'part'], ['recordedAt']],
  acrossTeams: [['recordedAt']],
};

/** Parts per query: each may be a megabyte. */
const PAGE = 8;

export class ImportChangesRepository extends TeamRepository<ImportChanges> {
  static readonly database = 'securityScans';
  static readonly specs = [importChanges];
  static readonly retention = [
    { kind: 'import_changes', collection: 'import_changes', field: 'recordedAt' },
  ];
  protected readonly spec = importChanges;

  async add(scope: TeamScope, part: ImportChanges): Promise<void> {
    await this.of(scope).putMany([part]);
  }

  /** All parts of an import, in their order. */
  async *list(scope: TeamScope, importId: string): AsyncIterable<ImportChanges> {
    let after: string | null = null;
    do {
      const page: { items: ImportChanges[]; nextCursor: string | null } = await this.of(scope).find(
        { importId },
        { sort: ['part'], limit: PAGE, after },
      );
      yield* page.items;
      after = page.nextCursor;
    } while (after !== null);
  }

  removeOf(scope: TeamScope, importId: string): Promise<number> {
    return this.of(scope).removeMany({ importId });
  }
}
