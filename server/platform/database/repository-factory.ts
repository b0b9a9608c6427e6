import type { Collection, CollectionSpec, Database, Doc, Page, TeamDoc } from './collection.js';
import type { DatabaseKey } from './names.js';
import type { RepositoryClass, RetentionRule } from './repository.js';

export interface Purge {
  /** Instants before this one are too old. */
  before: Date;
  batch?: number;
  signal?: AbortSignal;
  /** Told of each batch that is gone and that cross-module references may name. */
  onRemoved?: (linkedAs: string, ids: readonly string[]) => Promise<void>;
}

/** What gives a logical database by its key: the manager, or a test's one database for all. */
export interface Databases {
  get(key: DatabaseKey): Database;
}

interface Kept extends RetentionRule {
  database: DatabaseKey;
  spec: CollectionSpec<Doc>;
}

/** Makes repositories, and knows from them which collections there are and what of them grows old. */
export class RepositoryFactory {
  readonly #databases: Databases;
  readonly #specs = new Map<DatabaseKey, Map<string, CollectionSpec<Doc>>>();
  readonly #retention = new Map<string, Kept>();

  constructor(databases: Databases) {
    this.#databases = databases;
  }

  create<R>(Repository: RepositoryClass<R>): R {
    const { database, specs } = Repository;
    for (const spec of specs) this.#addSpec(database, spec);
    for (const rule of Repository.retention ?? []) {
      const spec = specs.find(({ name }) => name === rule.collection);
      const declared = Object.keys(rule.only ?? {}).every((field) => spec?.fields[field]);
      if (spec?.fields[rule.field] !== 'string' || !declared) {
        throw new TypeError(
          `retention of ${rule.kind} names no text field of a declared collection, or others that are not`,
        );
      }
      this.#retention.set(`${database}/${rule.collection}/${rule.kind}`, {
        ...rule,
        database,
        spec,
      });
    }
    return new Repository(this.#databases.get(database));
  }

  /** The databases that some repository needs. */
  get databases(): DatabaseKey[] {
    return [...this.#specs.keys()];
  }

  /** Makes every collection and index that a repository needs: once at start, cheap when they are there. */
  async prepareAll(): Promise<void> {
    await Promise.all(
      [...this.#specs].map(([key, specs]) => this.#databases.get(key).prepare([...specs.values()])),
    );
  }

  /** The kinds of data that can be purged. */
  retentionKinds(): string[] {
    return [...new Set([...this.#retention.values()].map((rule) => rule.kind))].sort();
  }

  /** Removes what is too old of one kind, in every team, in batches; answers how many. Stops between batches when told to. */
  async purgeOlderThan(kind: string, purge: Purge): Promise<number> {
    const rules = [...this.#retention.values()].filter((rule) => rule.kind === kind);
    if (rules.length === 0) throw new TypeError(`no repository declares retention of ${kind}`);
    let removed = 0;
    for (const rule of rules) removed += await this.#purge(rule, purge);
    return removed;
  }

  async #purge(rule: Kept, { before, batch = 1_000, signal, onRemoved }: Purge): Promise<number> {
    const database = this.#databases.get(rule.database);
    const collection: Collection<Doc> =
      rule.spec.scope === 'team'
        ? database.acrossTeams(rule.spec as CollectionSpec<TeamDoc>)
        : database.global(rule.spec);
    const old = { ...rule.only, [rule.field]: { lt: before.toISOString() } };
    let removed = 0;
    let after: string | null = null;
    do {
      const page: Page<Doc> = await collection.find(old, { limit: batch, after });
      const ids = page.items.map((item) => item.id);
      // Asked again by age: a document that was renewed meanwhile stays.
      const gone = await collection.removeMany({ ...old, id: { in: ids } });
      if (gone > 0 && rule.linkedAs) await onRemoved?.(rule.linkedAs, ids);
      removed += gone;
      after = page.nextCursor;
    } while (after !== null && !signal?.aborted);
    return removed;
  }

  #addSpec(database: DatabaseKey, spec: CollectionSpec<Doc>): void {
    const specs = this.#specs.get(database) ?? new Map<string, CollectionSpec<Doc>>();
    this.#specs.set(database, specs);
    const known = specs.get(spec.name);
    if (known && known !== spec) {
      throw new TypeError(`collection ${spec.name} of ${database} is declared twice`);
    }
    specs.set(spec.name, spec);
  }
}
