/**
 * The database contract: the operations of a collection. It has two backends, SQLite and MongoDB;
 * `database.contract.ts` is the suite that both must pass.
 *
 * A collection declares its fields. Undeclared fields cannot be queried, neither by type nor at run
 * time, so nothing scans a table by accident or compares values of different kinds.
 * A missing field and a null field are the same.
 */

export type FieldKind = 'string' | 'number' | 'boolean' | 'string[]';

/** Documents are plain JSON. The application creates ids; instants are ISO 8601 strings in UTC. */
export interface Doc {
  id: string;
}

/** A document of a team collection. The backend sets and checks `teamId`. */
export interface TeamDoc extends Doc {
  teamId: string;
}

export interface CollectionSpec<T extends Doc> {
  /** snake_case, unique within its database. */
  name: string;
  /** `team`: every query is within one team. `global`: shared by all teams. */
  scope: 'team' | 'global';
  /** Fields for filters, sorting and counting; a dotted path reaches into an object. `id` (and `teamId`) are always declared. */
  fields: Readonly<Record<string, FieldKind>>;
  /** Unique combinations (within the team, for a team collection). Null may repeat. */
  unique?: readonly (readonly string[])[];
  /** Indexes, each a list of fields; team collections add the team in front. `-field` sorts descending. */
  indexes?: readonly (readonly string[])[];
  /** Fields with an index each, of the documents that have the field: for fields that most documents lack. */
  sparse?: readonly string[];
  /** Indexes of a team collection without the team in front, for questions about all teams. */
  acrossTeams?: readonly (readonly string[])[];
  /** Carries the document's type; never set. */
  readonly _type?: T;
}

export type Scalar = string | number | boolean | null;

export type Condition =
  | Scalar
  | {
      ne?: Scalar;
      in?: readonly Scalar[];
      nin?: readonly Scalar[];
      gt?: string | number;
      gte?: string | number;
      lt?: string | number;
      lte?: string | number;
      /** True: present and not null. */
      exists?: boolean;
      /** The text contains this part, case-sensitively (callers store and query lower case where case must not matter). */
      contains?: string;
      /** The text begins with this. */
      startsWith?: string;
      /** For `string[]`: the list contains all of these. (A plain value matches if the list contains it.) */
      all?: readonly string[];
    };

/** All conditions must hold. `or`: at least one; `and`: all; `nor`: none. Field names are the declared ones. */
export interface Filter {
  [field: string]: Condition | readonly Filter[] | undefined;
  or?: readonly Filter[];
  and?: readonly Filter[];
  nor?: readonly Filter[];
}

export interface FindOptions {
  /** Fields to sort by, with `-` in front for descending; `id` is appended. Nulls come first ascending, last descending. Strings compare by their UTF-8 bytes. Array fields cannot be used. */
  sort?: readonly string[];
  /** 1 … 10,000. */
  limit: number;
  /** The cursor of the previous page. Throws InvalidInputError for a cursor of another sort. */
  after?: string | null;
}

export interface Page<T> {
  items: T[];
  /** Null on the last page. */
  nextCursor: string | null;
}

/** Top-level or dotted fields, declared or not. */
export interface Changes {
  /** `undefined` is ignored; null clears. */
  set?: Readonly<Record<string, unknown>>;
  unset?: readonly string[];
  inc?: Readonly<Record<string, number>>;
  addToSet?: Readonly<Record<string, readonly string[]>>;
  pull?: Readonly<Record<string, readonly string[]>>;
}

export interface GroupCount {
  /** The values of the requested fields, in order. */
  key: Scalar[];
  count: number;
}

/** The documents of one team (or, of a global collection, all). */
export interface Collection<T extends Doc> {
  get(id: string): Promise<T | null>;
  getMany(ids: readonly string[]): Promise<T[]>;
  find(filter: Filter, options: FindOptions): Promise<Page<T>>;
  /** Every match in pages of `batch` (default 1,000), by id; documents written meanwhile may or may not appear. */
  each(filter: Filter, options?: { batch?: number }): AsyncIterable<T[]>;
  count(filter: Filter): Promise<number>;
  /** Counts each combination of up to eight declared scalar fields, ordered by key. */
  groupCount(filter: Filter, fields: readonly string[]): Promise<GroupCount[]>;
  /** Throws ConflictError when the id or a unique combination exists. */
  insert(doc: T): Promise<void>;
  /** Inserts or replaces each document; in steps of some thousands, so a crash may leave a prefix written. A batch must not repeat an id. */
  putMany(docs: readonly T[]): Promise<{ inserted: number; replaced: number }>;
  /** Changes one document atomically if it matches `only`; returns the changed document, or null when it is missing or does not match. */
  update(id: string, changes: Changes, only?: Filter): Promise<T | null>;
  /** Changes every match; returns their number. */
  updateMany(filter: Filter, changes: Changes): Promise<number>;
  /** Changes the first match in sort order atomically: two callers never get the same document if the change makes it no longer match. */
  claim(filter: Filter, changes: Changes, sort?: readonly string[]): Promise<T | null>;
  remove(id: string): Promise<boolean>;
  removeMany(filter: Filter): Promise<number>;
}

/** The team of a query. The platform creates it from an actor; nothing else opens a team's collection. */
export interface TeamScope {
  readonly teamId: string;
}

/** One logical database: one SQLite file, or one MongoDB database. */
export interface Database {
  readonly name: string;
  /** The documents of one team. Throws when the collection is not a team collection or the team id is empty. */
  team<T extends TeamDoc>(spec: CollectionSpec<T>, scope: TeamScope): Collection<T>;
  global<T extends Doc>(spec: CollectionSpec<T>): Collection<T>;
  /** Across all teams: for retention, migrations and start-up repair only. */
  acrossTeams<T extends TeamDoc>(spec: CollectionSpec<T>): Collection<T>;
  /** Creates missing collections and indexes; cheap when they exist. Called at start with all specs of a repository. */
  prepare(specs: readonly CollectionSpec<Doc>[]): Promise<void>;
  /** Resolves within the timeout or throws. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
