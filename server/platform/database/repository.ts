import type { BlobArea } from '../blobs/blob-areas.js';
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

/** Which documents of a collection are deleted when their instant in `field` is too old. */
export interface RetentionRule {
  /** The kind of data in the retention setting, such as `check_results`. */
  kind: string;
  /** The collection's name, one of the repository's specs. */
  collection: string;
  /**
   * A declared text field with an ISO instant; documents without one are kept. It leads an index, of a team
   * collection one of `acrossTeams`.
   */
  field: string;
  /** Limits deletion to the matching documents. */
  only?: Filter;
  /**
   * A field by whose values the documents are deleted, team by team: of a large collection which needs no index
   * for this alone, as its own begin with the team and this field.
   */
  ledBy?: string;
  /** Their kind in cross-module references, which are deleted with them. */
  linkedAs?: string;
}

/** Documents that name files: by `sha256` anywhere in them, or by their id. */
export interface FileRule {
  collection: string;
  area: Exclude<BlobArea, 'probes'>;
  by: 'sha256' | 'id';
}

/** What a repository's class declares, so that its collections exist before the first query. */
export interface RepositoryClass<R> {
  new (database: Database): R;
  readonly database: DatabaseKey;
  readonly specs: readonly CollectionSpec<Doc>[];
  readonly retention?: readonly RetentionRule[];
  readonly files?: readonly FileRule[];
}

/**
 * Documents of teams. `of` is the only access, and it takes the scope of an actor, so that no query can
 * forget the team.
 */
export abstract class TeamRepository<T extends TeamDoc> {
  /** The collection that `of` opens by default; a repository may pass another of its specs. */
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

  /** For maintenance such as expiry and repair at start; never for an actor's query. */
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
