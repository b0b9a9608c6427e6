/**
 * The database contract: what a repository may ask of a collection. It is written once and kept by
 * two backends, SQLite and MongoDB; `database.contract.ts` is the suite that both must pass.
 *
 * A collection declares its fields. What is not declared cannot be asked for, neither by type nor at
 * run time, so nothing scans a table by accident or compares values of unlike kinds.
 * A field that is missing and a field that is null are the same thing.
 */

export type FieldKind = 'string' | 'number' | 'boolean' | 'string[]';

/** Documents are plain JSON. Ids are made by the application; instants are ISO 8601 strings in UTC. */
export interface Doc {
  id: string;
}

/** Every document of a team collection says whose it is. The backend fills and checks it. */
export interface TeamDoc extends Doc {
  teamId: string;
}

export interface CollectionSpec<T extends Doc> {
  /** snake_case, unique within its database. */
  name: string;
  /** `team`: every question is asked within one team. `global`: shared by all teams. */
  scope: 'team' | 'global';
  /** Fields that can be filtered, sorted or counted by; a dotted path reaches into an object. `id` (and `teamId`) are always there. */
  fields: Readonly<Record<string, FieldKind>>;
  /** Combinations that occur once (within the team, for a team collection). Null counts as a value that may repeat. */
  unique?: readonly (readonly string[])[];
  /** Access paths, each a list of fields; in a team collection the team comes first by itself. `-field` sorts downward. */
  indexes?: readonly (readonly string[])[];
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
      /** True: there and not null. */
      exists?: boolean;
      /** The text holds this part, exactly as written (callers store and ask in lower case where case must not matter). */
      contains?: string;
      /** The text begins with this. */
      startsWith?: string;
      /** For `string[]`: all of these are in the list. (A plain value asks whether it is in the list.) */
      all?: readonly string[];
    };

/** All conditions hold. `or`: one of these holds; `and`: all; `nor`: none. Field names are those declared. */
export interface Filter {
  [field: string]: Condition | readonly Filter[] | undefined;
  or?: readonly Filter[];
  and?: readonly Filter[];
  nor?: readonly Filter[];
}

export interface FindOptions {
  /** Fields to sort by, `-` in front for downward; `id` is added as the last. Nulls come first upward, last downward. Strings compare by their UTF-8 bytes. Array fields cannot be sorted by. */
  sort?: readonly string[];
  /** 1 … 10,000. */
  limit: number;
  /** The cursor of a page before. Throws InvalidInputError when it was not made by the same sort. */
  after?: string | null;
}

export interface Page<T> {
  items: T[];
  /** Null when there is nothing after this page. */
  nextCursor: string | null;
}

/** Top-level or dotted fields; need not be declared unless filtered by. */
export interface Changes {
  /** `undefined` is ignored; null clears. */
  set?: Readonly<Record<string, unknown>>;
  unset?: readonly string[];
  inc?: Readonly<Record<string, number>>;
  addToSet?: Readonly<Record<string, readonly string[]>>;
  pull?: Readonly<Record<string, readonly string[]>>;
}

export interface GroupCount {
  /** The values of the fields asked for, in their order. */
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
  /** How many there are of each combination of up to eight declared scalar fields, ordered by key. */
  groupCount(filter: Filter, fields: readonly string[]): Promise<GroupCount[]>;
  /** Throws ConflictError when the id or a unique combination is taken. */
  insert(doc: T): Promise<void>;
  /** Writes each document whole, new or in place of the one with its id; in steps of some thousands, so a crash may leave a prefix written. A batch names an id once. */
  putMany(docs: readonly T[]): Promise<{ inserted: number; replaced: number }>;
  /** Changes one document in one step if it still matches `only`; answers it as it is afterwards, or null when it is not there or does not match. */
  update(id: string, changes: Changes, only?: Filter): Promise<T | null>;
  /** Changes every match; answers how many. */
  updateMany(filter: Filter, changes: Changes): Promise<number>;
  /** Takes the first match in sort order and changes it in one step: two callers never get the same one if the change makes it not match. */
  claim(filter: Filter, changes: Changes, sort?: readonly string[]): Promise<T | null>;
  remove(id: string): Promise<boolean>;
  removeMany(filter: Filter): Promise<number>;
}

/** Who a question is asked for. Made by the platform from an actor; nothing else opens a team's collection. */
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
  /** Makes collection and indexes if they are not there; cheap when they are. Called for all specs of a repository at start. */
  prepare(specs: readonly CollectionSpec<Doc>[]): Promise<void>;
  /** Answers within the timeout or throws. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
