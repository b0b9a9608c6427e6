import type {
  Collection,
  CollectionSpec,
  Database,
  Doc,
  Filter,
  TeamDoc,
  TeamScope,
} from './collection.js';
import type { DatabaseKey } from './names.js';

/** Documents that lose their use with time: those of the spec whose instant in `field` is too old. */
export interface RetentionRule {
  /** What the setting for its length is called, such as `check_results`. */
  kind: string;
  /** The collection's name, one of the repository's specs. */
  collection: string;
  /** A declared text field with an ISO instant; what has none is kept. */
  field: string;
  /** Of the documents that are too old only these go. */
  only?: Filter;
  /** What they are called in cross-module references, which go with them. */
  linkedAs?: string;
}

/** What a repository's class says of itself, so that its collections are made before it is asked. */
export interface RepositoryClass<R> {
  new (database: Database): R;
  readonly database: DatabaseKey;
  readonly specs: readonly CollectionSpec<Doc>[];
  readonly retention?: readonly RetentionRule[];
}

/**
 * The documents of teams. `of` is the only way to them, and it takes the scope of an actor, so no
 * question can be asked that forgets whose it is.
 */
export abstract class TeamRepository<T extends TeamDoc> {
  /** The collection that `of` opens; a repository of several names another there. */
  protected abstract readonly spec: CollectionSpec<T>;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  protected of(scope: TeamScope): Collection<T>;
  protected of<D extends TeamDoc>(scope: TeamScope, spec: CollectionSpec<D>): Collection<D>;
  protected of(scope: TeamScope, spec: CollectionSpec<TeamDoc> = this.spec): Collection<TeamDoc> {
    return this.#database.team(spec, scope);
  }

  /** For what the system itself looks after, such as expiry and repair at start; never for an actor's question. */
  protected acrossTeams(): Collection<T>;
  protected acrossTeams<D extends TeamDoc>(spec: CollectionSpec<D>): Collection<D>;
  protected acrossTeams(spec: CollectionSpec<TeamDoc> = this.spec): Collection<TeamDoc> {
    return this.#database.acrossTeams(spec);
  }
}

/** Documents that all teams share, such as frameworks and users. */
export abstract class GlobalRepository<T extends Doc> {
  protected abstract readonly spec: CollectionSpec<T>;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  protected all(): Collection<T>;
  protected all<D extends Doc>(spec: CollectionSpec<D>): Collection<D>;
  protected all(spec: CollectionSpec<Doc> = this.spec): Collection<Doc> {
    return this.#database.global(spec);
  }
}
