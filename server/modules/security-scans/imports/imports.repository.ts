import type { ImportStatus, ReportImport } from '../../../../contract/security-scans.js';
import type {
  Changes,
  CollectionSpec,
  TeamDoc,
  TeamScope,
} from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';

export type StoredImport = ReportImport &
  TeamDoc & {
    /** Who asked for it. */
    actor: string;
    /** Version of the reading and deciding code, so that an old import of the same bytes is not taken for this one's. */
    readerVersion: number;
  };

const imports: CollectionSpec<StoredImport> = {
  name: 'imports',
  scope: 'team',
  fields: { status: 'string', createdAt: 'string', finishedAt: 'string', sha256: 'string' },
  indexes: [['-createdAt'], ['status', '-finishedAt']],
};

const DONE: readonly ImportStatus[] = ['completed', 'partial'];
const RUNNING: readonly ImportStatus[] = ['queued', 'reading', 'applying'];

export class ImportsRepository extends TeamRepository<StoredImport> {
  static readonly database = 'securityScans';
  static readonly specs = [imports];
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

  update(scope: TeamScope, id: string, set: NonNullable<Changes['set']>) {
    return this.of(scope).update(id, { set });
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
