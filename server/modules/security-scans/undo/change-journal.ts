import type { TeamScope } from '../../../platform/database/collection.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import type { ChangedStore, ImportChangesRepository } from './import-changes.repository.js';
import { packChanges, unpackChanges } from './pack-changes.js';

/** Documents per part. */
const PART = 500;
/** Of one import, as stored; beyond it, the import cannot be undone. */
const MAX_BYTES = 256 * 1024 * 1024;

export interface JournalOf {
  team: TeamScope;
  importId: string;
  now: string;
  lease: Pick<Lease, 'check'>;
  /** Called before the records are deleted, since the import has changed too much to be undone. */
  onTooLarge: () => Promise<void>;
}

/**
 * What an import changes, recorded before it is written. An import that another process repeats keeps what was
 * recorded first: the documents before the first attempt.
 */
export class ChangeJournal {
  readonly #known = new Map<ChangedStore, Set<string>>();
  #part = 0;
  #bytes = 0;
  #isTooLarge = false;

  private constructor(
    private readonly changes: ImportChangesRepository,
    private readonly of: JournalOf,
  ) {}

  static async open(changes: ImportChangesRepository, of: JournalOf): Promise<ChangeJournal> {
    const journal = new ChangeJournal(changes, of);
    for await (const { store, part, packed } of changes.list(of.team, of.importId)) {
      const { created, before } = await unpackChanges(packed);
      journal.#remember(store, [...created, ...before.map(({ id }) => id)]);
      journal.#part = part + 1;
      journal.#bytes += packed.length;
    }
    return journal;
  }

  /** True when the import changed so much that it cannot be undone. */
  get isTooLarge(): boolean {
    return this.#isTooLarge;
  }

  /** Records documents before they are written: by id, null where there is none. */
  async record(
    store: ChangedStore,
    before: ReadonlyMap<string, { id: string } | null>,
  ): Promise<void> {
    if (this.#isTooLarge) return;
    const known = this.#known.get(store);
    const fresh = [...before].filter(([id]) => !known?.has(id));
    for (let at = 0; at < fresh.length; at += PART) {
      await this.#add(store, fresh.slice(at, at + PART));
    }
    this.#remember(
      store,
      fresh.map(([id]) => id),
    );
  }

  async #add(store: ChangedStore, items: readonly [string, { id: string } | null][]) {
    const { team, importId, now, lease, onTooLarge } = this.of;
    const packed = await packChanges({
      created: items.flatMap(([id, doc]) => (doc ? [] : [id])),
      before: items.flatMap(([, doc]) => (doc ? [doc] : [])),
    });
    this.#bytes += packed.length;
    if (this.#bytes > MAX_BYTES) {
      this.#isTooLarge = true;
      await onTooLarge();
      await this.changes.removeOf(team, importId);
      return;
    }
    lease.check();
    const part = this.#part++;
    const id = `${importId}:${part}`;
    await this.changes.add(team, {
      ...{ id, teamId: team.teamId, importId, part, store, packed, recordedAt: now },
    });
  }

  #remember(store: ChangedStore, ids: readonly string[]): void {
    const known = this.#known.get(store) ?? new Set();
    this.#known.set(store, known);
    for (const id of ids) known.add(id);
  }
}
