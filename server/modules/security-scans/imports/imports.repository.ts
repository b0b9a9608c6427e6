import type { ImportGaps } from '../../../../contract/import-details.js';
import type { ImportStatus, ReportImport } from '../../../../contract/security-scans.js';
import type {
  CollectionSpec,
  Filter,
  TeamDoc,
  TeamScope,
} from '../../../platform/database/collection.js';
import { TeamRepository } from '../../../platform/database/repository.js';
import type { Account, ChangedChecks } from '../security-scans.events.js';

export type StoredImport = ReportImport &
  Partial<ImportGaps> &
  TeamDoc & {
    /** The user who requested it. */
    actor: string;
    /** Version of the reading and deciding code: the same bytes read by another version are not identical. */
    readerVersion: number;
    /** The process that owns it, whose writes alone are accepted. Null at the end. */
    runner: string | null;
    /** Set while its results are stored but it is not finished: its final status and its place in the order. */
    stored?: StoredOutcome | null;
    /** Set with `stored` when it changed anything: what the engine and the others still have to follow. */
    followUp?: FollowUp | null;
    /** It failed because its process ended or stalled, not because of its report. */
    wasInterrupted?: boolean;
    /** The places that it is about, as `placeKey` names them; left out where former releases wrote it. */
    places?: readonly string[];
    /** When it began to change what is stored. */
    changedFrom?: string;
    /** Whether it is stored what it changed, so that it can be undone. */
    isRecorded?: boolean;
    /** The user who undid it. */
    undoneBy?: string;
    /** Accounts, as `filesystem/shop`, that it named as former releases did, so that their results stay known. */
    keptAccounts?: string[];
    /** The report did not say what was scanned: the file's name stands for it. */
    isNameGuessed?: boolean;
    /** True: the file waits among the blobs. False: it belongs to the user. */
    uploaded: boolean;
    /** Of the request that uploaded it, for the log. */
    requestId?: string;
    /** How often a process began with it. */
    starts?: number;
    /** The process that began with it does not have the file, another host does. */
    awaitsFile?: boolean;
  };

/** What is announced of a stored report. */
export interface FollowUp {
  changes: ChangedChecks;
  places: readonly Account[];
  at: string;
}

export interface StoredOutcome {
  status: ImportStatus;
  at: string;
}

/** When the results of an import were stored; null before. */
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
    scanId: 'string',
  },
  indexes: [['-createdAt'], ['status', '-finishedAt'], ['scanId']],
  acrossTeams: [['status'], ['finishedAt']],
};

const DONE: readonly ImportStatus[] = ['completed', 'partial'];
const RUNNING: readonly ImportStatus[] = ['queued', 'reading', 'applying'];

export class ImportsRepository extends TeamRepository<StoredImport> {
  static readonly database = 'securityScans';
  static readonly specs = [imports];
  static readonly files = [
    { collection: 'imports', area: 'raw-reports', by: 'sha256' },
    { collection: 'imports', area: 'incoming', by: 'id' },
  ] as const;
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

  async idsOfScans(scope: TeamScope, scanIds: readonly string[]): Promise<string[]> {
    const ids: string[] = [];
    for await (const page of this.of(scope).each({ scanId: { in: [...scanIds] } })) {
      for (const { id } of page) ids.push(id);
    }
    return ids;
  }

  /** Changes an unfinished import if its runner is unchanged; null otherwise. */
  update({ id, teamId, runner }: StoredImport, set: Partial<StoredImport>) {
    return this.of({ teamId }).update(id, { set }, { runner, status: { in: RUNNING } });
  }

  /** The team's oldest unfinished upload that can be imported. */
  async nextUpload(scope: TeamScope): Promise<StoredImport | null> {
    let next: StoredImport | null = null;
    for await (const page of this.of(scope).each({ status: { in: RUNNING } })) {
      for (const item of page) {
        if (item.uploaded && !item.awaitsFile && (!next || item.id < next.id)) next = item;
      }
    }
    return next;
  }

  /** Imports that have begun to store their results and are not through with it: at work, or interrupted. */
  async halfStored(scope: TeamScope): Promise<StoredImport[]> {
    const page = await this.of(scope).find({ status: { in: RUNNING } }, { limit: 1_000 });
    return page.items.filter((item) => item.changedFrom !== undefined && !item.stored);
  }

  /** Nothing of it is stored any more. */
  async rolledBack({ id, teamId }: StoredImport): Promise<void> {
    const set = { status: 'queued', progress: 0 };
    const unset = ['changedFrom', 'isRecorded', 'places'];
    await this.of({ teamId }).update(id, { set, unset }, { status: { in: RUNNING } });
  }

  /** Imports that changed what is stored after this one, finished or not. */
  async newerThan(item: StoredImport): Promise<StoredImport[]> {
    const scope = { teamId: item.teamId };
    const found: StoredImport[] = [];
    const at = storedAt(item) ?? '';
    const ended: Filter = { status: { in: [...DONE, 'failed'] }, finishedAt: { gte: at } };
    for await (const page of this.of(scope).each(ended)) found.push(...page);
    for await (const page of this.of(scope).each({ status: { in: RUNNING } })) found.push(...page);
    return found.filter(
      (other) =>
        other.id !== item.id &&
        other.changedFrom !== undefined &&
        (storedAt(other) === null || byOrder(item, other) < 0),
    );
  }

  /** Begins the undo if the import is as it was read; null otherwise. */
  beginUndo({ id, teamId, status }: StoredImport, undoneBy: string): Promise<StoredImport | null> {
    return this.of({ teamId }).update(id, { set: { status: 'undoing', undoneBy } }, { status });
  }

  endUndo({ id, teamId }: StoredImport, undoneAt: string): Promise<StoredImport | null> {
    const set = { status: 'undone', undoneAt };
    return this.of({ teamId }).update(id, { set }, { status: 'undoing' });
  }

  /** Imports of a team whose undo was interrupted, or is running. */
  async undoing(scope: TeamScope): Promise<StoredImport[]> {
    return (await this.of(scope).find({ status: 'undoing' }, { limit: 100 })).items;
  }

  /** The same of every team. */
  async undoingOfAll(): Promise<StoredImport[]> {
    return (await this.acrossTeams().find({ status: 'undoing' }, { limit: 1_000 })).items;
  }

  /** The import that was stored last, other than `id`. */
  async lastStored(scope: TeamScope, id: string): Promise<StoredImport | null> {
    // Unfinished imports first: an import that finishes between the two queries is found by the second.
    const applying = await this.of(scope).find(
      { status: 'applying' },
      { sort: ['-finishedAt'], limit: 1_000 },
    );
    const done = await this.of(scope).find(
      { status: { in: DONE } },
      // Within one millisecond the higher id is the later one, since imports run one after the other.
      { sort: ['-finishedAt', '-id'], limit: 1 },
    );
    const stored = applying.items.filter((item) => item.id !== id && storedAt(item) !== null);
    return [...done.items, ...stored].sort(byOrder).at(-1) ?? null;
  }

  /** Unfinished imports of every team. */
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
