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
    /** Its results are stored, and what follows from them is being done: how it will end, and its place in the order. */
    stored?: StoredOutcome | null;
    /** The file lies in the folder of uploads of the host that received it; otherwise it is its owner's. */
    uploaded: boolean;
  };

export interface StoredOutcome {
  status: ImportStatus;
  at: string;
}

/** When its results were stored; null before. */
export function storedAt({ stored, finishedAt }: StoredImport): string | null {
  return finishedAt ?? stored?.at ?? null;
}

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

  /** Other than `id`, the import whose effects were the last to be stored. */
  async lastStored(scope: TeamScope, id: string): Promise<StoredImport | null> {
    // First those that are about to be finished: one that ends meanwhile is among the others.
    const applying = await this.of(scope).find(
      { status: 'applying' },
      { sort: ['-finishedAt'], limit: 1_000 },
    );
    const done = await this.of(scope).find(
      { status: { in: DONE } },
      // Within one millisecond the younger id is the later one, since imports run one after the other.
      { sort: ['-finishedAt', '-id'], limit: 1 },
    );
    const stored = applying.items.filter((item) => item.id !== id && storedAt(item) !== null);
    return [...done.items, ...stored].sort(byOrder).at(-1) ?? null;
  }

  /** Imports of every team that a process left unfinished. */
  async unfinished(): Promise<StoredImport[]> {
    const found: StoredImport[] = [];
    for await (const page of this.acrossTeams().each({ status: { in: RUNNING } }))
      found.push(...page);
    return found;
  }
}

function byOrder(a: StoredImport, b: StoredImport): number {
  const [one, other] = [storedAt(a) ?? '', storedAt(b) ?? ''];
  if (one === other) return a.id < b.id ? -1 : 1;
  return one < other ? -1 : 1;
}
