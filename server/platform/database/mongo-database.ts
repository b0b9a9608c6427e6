import { CheckedCollection } from './checked-collection.js';
import type {
  Collection,
  CollectionSpec,
  Database,
  Doc,
  TeamDoc,
  TeamScope,
} from './collection.js';
import { shapeFor, teamIdOf } from './collection-scope.js';
import { type CollectionShape, shapeOf } from './collection-shape.js';
import { MongoConnection, translatingErrors } from './mongo-connection.js';
import type { StoredDocument } from './mongo-document.js';
import { prepareIndexes } from './mongo-indexes.js';
import { MongoStore } from './mongo-store.js';

const PING_MS = 5_000;

/** A logical database on a MongoDB server. */
export class MongoDatabase implements Database {
  readonly name: string;
  readonly #connection: MongoConnection;
  readonly #ownsConnection: boolean;
  readonly #prepared = new Map<string, Promise<void>>();

  /** With a URI it owns its connection; a shared connection is closed by its creator. */
  constructor(name: string, connection: MongoConnection | string) {
    this.name = name;
    this.#ownsConnection = typeof connection === 'string';
    this.#connection =
      typeof connection === 'string' ? new MongoConnection(connection) : connection;
  }

  team<T extends TeamDoc>(spec: CollectionSpec<T>, scope: TeamScope): Collection<T> {
    return this.#collection(shapeFor(spec, 'team'), teamIdOf(scope));
  }

  global<T extends Doc>(spec: CollectionSpec<T>): Collection<T> {
    return this.#collection(shapeFor(spec, 'global'), null);
  }

  acrossTeams<T extends TeamDoc>(spec: CollectionSpec<T>): Collection<T> {
    return this.#collection(shapeFor(spec, 'team'), null);
  }

  async prepare(specs: readonly CollectionSpec<Doc>[]): Promise<void> {
    for (const spec of specs) {
      const shape = shapeOf(spec);
      // Prepare it again: another shape of this name may have been prepared since.
      this.#prepared.delete(shape.text);
      await this.#prepare(shape);
    }
  }

  async ping(): Promise<void> {
    await translatingErrors(async () => {
      const db = await this.#connection.db(this.name);
      await db.command({ ping: 1 }, { timeoutMS: PING_MS });
    });
  }

  async close(): Promise<void> {
    if (this.#ownsConnection) await this.#connection.close();
  }

  #collection<T extends Doc>(shape: CollectionShape, team: string | null): Collection<T> {
    const open = async () => {
      await this.#prepare(shape);
      return (await this.#connection.db(this.name)).collection<StoredDocument>(shape.name);
    };
    const store = new MongoStore(open, { team, hasTeams: shape.scope === 'team' });
    return new CheckedCollection<T>(shape, store, team);
  }

  /** Once per shape, also for collections not prepared at start: unique constraints need the indexes. */
  #prepare(shape: CollectionShape): Promise<void> {
    const known = this.#prepared.get(shape.text);
    if (known) return known;
    const preparing = translatingErrors(async () =>
      prepareIndexes(await this.#connection.db(this.name), shape),
    ).catch((error: unknown) => {
      this.#prepared.delete(shape.text);
      throw error;
    });
    this.#prepared.set(shape.text, preparing);
    return preparing;
  }
}
