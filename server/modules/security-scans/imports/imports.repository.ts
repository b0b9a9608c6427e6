import type { ImportStatus, ReportImport } from '../../../../contract/security-scans.js';
import type { CollectionSpec, TeamDoc, TeamScope } from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

export type StoredImport = ReportImport &
  TeamDoc & {
    /** Who asked for it. */
    actor: string;
    /** Version of the reading and deciding code, so that an old import of the same bytes is not taken for this one's. */
    readerVersion: number;
    /** The process that has it in its line; what it writes counts while this is so. Null at the end. */
    runner: string | null;
    /** The file lies in the folder of uploads of the host that received it; otherwise it is its owner's. */
    uploaded: boolean;
  };

const imports: CollectionSpec<StoredImport> = {
  name: 'imports',
  scope: 'team',
  fields: {
    status: 'string',
    createdAt: 'string',
    finishedAt: 'string',
    sha256: 'string',
    runner: 'string',
  },
  indexes: [['-createdAt'], ['status', '-finishedAt']],
};

const DONE: readonly ImportStatus[] = ['completed', 'partial'];
const RUNNING: readonly ImportStatus[] = ['queued', 'reading', 'applying'];

export class ImportsRepository extends TeamRepository<StoredImport> {
  static readonly database = 'securityScans';
  static readonly specs = [imports];
  static readonly retention = [
    { kind: 'imports', collection: 'imports', field: 'finishedAt', linkedAs: 'import' },
  ];
  protected readonly spec = imports;

  add(scope: TeamScope, item: StoredImport) {
    return this.of(scope).insert(item);
  }

  get(scope: TeamScope, id: string) {
    return this.of(scope).get(id);
  }

  page(scope: TeamScope, limit: number, cursor?: string) {
    return this.of(scope).find({}, { sort: ['-createdAt'], limit, after: cursor ?? null });
  }

  /** Changes an import that goes on and has the same runner still; null when it has not. */
  update({ id, teamId, runner }: StoredImport, set: Partial<StoredImport>) {
    return this.of({ teamId }).update(id, { set }, { runner, status: { in: RUNNING } });
  }

  /** The import whose effects were the last to be stored. */
  async lastDone(scope: TeamScope): Promise<StoredImport | null> {
    const page = await this.of(scope).find(
      { status: { in: DONE } },
      // Within one millisecond the younger id is the later one, since imports run one after the other.
      { sort: ['-finishedAt', '-id'], limit: 1 },
    );
    return page.items[0] ?? null;
  }

  /** Imports of every team that a process left unfinished. */
  async unfinished(): Promise<StoredImport[]> {
    const found: StoredImport[] = [];
    for await (const page of this.acrossTeams().each({ status: { in: RUNNING } }))
      found.push(...page);
    return found;
  }
}
