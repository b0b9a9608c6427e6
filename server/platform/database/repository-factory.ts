import type {
  Collection,
  CollectionSpec,
  Database,
  Doc,
  Filter,
  Page,
  TeamDoc,
  TeamScope,
} from './collection.js';
import type { DatabaseKey } from './names.js';
import type { FileRule, RepositoryClass, RetentionRule } from './repository.js';

export interface Purge {
  /** Documents older than this are deleted. */
  before: Date;
  batch?: number;
  /** The teams, for rules with `ledBy`. */
  teams?: readonly TeamScope[];
  signal?: AbortSignal;
  /** Called with each deleted batch that cross-module references may name. */
  onRemoved?: (linkedAs: string, ids: readonly string[]) => Promise<void>;
}

/** Returns logical databases by key: the manager, or a test's one database for all. */
export interface Databases {
  get(key: DatabaseKey): Database;
  /** Why a database must not be used; null when it may. */
  refusal?(key: DatabaseKey): Error | null;
}

interface DeclaredRule extends RetentionRule {
  database: DatabaseKey;
  spec: CollectionSpec<Doc>;
}

/** Creates repositories, and collects their collections and retention rules. */
export class RepositoryFactory {
  readonly #databases: Databases;
  readonly #specs: Map<DatabaseKey, Map<string, CollectionSpec<Doc>>>;
  readonly #retention: Map<string, DeclaredRule>;
  readonly #files: Map<CollectionSpec<Doc>, FileRule[]>;
  readonly #used = new Set<DatabaseKey>();

  constructor(databases: Databases, whole?: RepositoryFactory) {
    this.#databases = databases;
    this.#specs = whole ? whole.#specs : new Map();
    this.#retention = whole ? whole.#retention : new Map();
    this.#files = whole ? whole.#files : new Map();
  }

  /** A factory that adds to this one, and knows which databases its own repositories use. */
  part(): RepositoryFactory {
    return new RepositoryFactory(this.#databases, this);
  }

  create<R>(Repository: RepositoryClass<R>): R {
    const { database, specs } = Repository;
    this.#used.add(database);
    for (const spec of specs) this.#addSpec(database, spec);
    for (const rule of Repository.retention ?? []) {
      const spec = specs.find(({ name }) => name === rule.collection);
      const declared = Object.keys(rule.only ?? {}).every((field) => spec?.fields[field]);
      if (spec?.fields[rule.field] !== 'string' || !declared) {
        throw new TypeError(
          `retention of ${rule.kind} must name a declared text field, and filter by declared fields only`,
        );
      }
      this.#retention.set(`${database}/${rule.collection}/${rule.kind}`, {
        ...rule,
        database,
        spec,
      });
    }
    for (const spec of specs) {
      const rules = (Repository.files ?? []).filter(({ collection }) => collection === spec.name);
      if (rules.length > 0) this.#files.set(spec, rules);
    }
    return new Repository(this.#databases.get(database));
  }

  /** The databases of the repositories that this factory created. */
  get used(): DatabaseKey[] {
    return [...this.#used];
  }

  /** The databases that the repositories use, those of parts too. */
  get databases(): DatabaseKey[] {
    return [...this.#specs.keys()];
  }

  /** All collections of the repositories. */
  get collections(): {
    key: DatabaseKey;
    spec: CollectionSpec<Doc>;
    files: readonly FileRule[];
  }[] {
    return [...this.#specs].flatMap(([key, specs]) =>
      [...specs.values()].map((spec) => ({ key, spec, files: this.#files.get(spec) ?? [] })),
    );
  }

  /** Creates missing collections and indexes of all repositories, at start; cheap when they exist. */
  async prepareAll(): Promise<void> {
    await Promise.all(this.databases.map((key) => this.prepare(key)));
  }

  /** Those of one database. */
  async prepare(key: DatabaseKey): Promise<void> {
    await this.#databases.get(key).prepare([...(this.#specs.get(key)?.values() ?? [])]);
  }

  /** The kinds of data that can be purged. */
  retentionKinds(): string[] {
    return [...new Set([...this.#retention.values()].map((rule) => rule.kind))].sort();
  }

  /** Deletes old documents of one kind in every team, in batches; returns their number. The signal stops it between batches. */
  async purgeOlderThan(kind: string, purge: Purge): Promise<number> {
    const rules = [...this.#retention.values()].filter((rule) => rule.kind === kind);
    if (rules.length === 0) throw new TypeError(`no repository declares retention of ${kind}`);
    let removed = 0;
    for (const rule of rules) {
      for await (const { collection, only } of this.#partsOf(rule, purge.teams ?? [])) {
        removed += await purgePart(rule, collection, only, purge);
      }
    }
    return removed;
  }

  /** The questions that a rule is asked in. */
  async *#partsOf(
    { spec, only = {}, ledBy, database: key }: DeclaredRule,
    teams: readonly TeamScope[],
  ): AsyncIterable<{ collection: Collection<Doc>; only: Filter }> {
    const database = this.#databases.get(key);
    if (spec.scope === 'global') return yield { collection: database.global(spec), only };
    const ofTeams = spec as CollectionSpec<TeamDoc>;
    if (!ledBy) return yield { collection: database.acrossTeams(ofTeams), only };
    for (const team of teams) {
      const collection = database.team(ofTeams, team);
      for (const { key: values } of await collection.groupCount(only, [ledBy])) {
        yield { collection, only: { ...only, [ledBy]: values[0] ?? null } };
      }
    }
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

async function purgePart(
  rule: DeclaredRule,
  collection: Collection<Doc>,
  only: Filter,
  { before, batch = 1_000, signal, onRemoved }: Purge,
): Promise<number> {
  const old = { ...only, [rule.field]: { lt: before.toISOString() } };
  // Of a part that is led by another field, few documents match `only`.
  const sort = rule.ledBy ? [] : [rule.field];
  let removed = 0;
  let after: string | null = null;
  do {
    const page: Page<Doc> = await collection.find(old, { limit: batch, after, sort });
    const ids = page.items.map((item) => item.id);
    // Filters by age again: a document renewed since the read stays.
    const gone = await collection.removeMany({ ...old, id: { in: ids } });
    if (gone > 0 && rule.linkedAs) await onRemoved?.(rule.linkedAs, ids);
    removed += gone;
    after = page.nextCursor;
  } while (after !== null && !signal?.aborted);
  return removed;
}
