import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { built } from '../../package-root.js';
import { UnavailableError } from '../errors.js';
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
import type { SqliteSettings } from './sqlite-connection.js';
import type { EngineCall } from './sqlite-engine.js';
import { type SqliteAccess, SqliteStore } from './sqlite-store.js';
import { SqliteThreads, ThreadTransport } from './sqlite-threads.js';
import { InProcessTransport, type SqliteTransport } from './sqlite-transport.js';

export interface SqliteOptions extends Partial<SqliteSettings> {
  name?: string;
  /**
   * `threads` keeps bulk writes off the event loop and is the default for files; `in-process` is the
   * default for `:memory:`, and for files in uncompiled sources (tests), where no worker can start.
   */
  transport?: 'threads' | 'in-process';
  threadEntry?: URL;
}

const UNCOMPILED = import.meta.url.endsWith('.ts');

/** A logical database in one SQLite file, opened on first use. */
export class SqliteDatabase implements Database {
  readonly name: string;
  readonly #file: string;
  readonly #options: SqliteOptions;
  readonly #prepared = new Map<string, Promise<unknown>>();
  readonly #access: SqliteAccess;
  #transport: SqliteTransport | null = null;
  /** Once the file is known to be damaged or gone, nothing more is written to it. */
  #damage: UnavailableError | null = null;
  #closed = false;

  constructor(file: string, options: SqliteOptions = {}) {
    this.#file = file;
    this.#options = options;
    this.name = options.name ?? basename(file, '.sqlite');
    this.#access = {
      read: async (shape, call) => {
        await this.#prepare(shape);
        return this.#noticing(this.#open().read(call));
      },
      write: async (shape, call) => {
        if (this.#damage) throw this.#damage;
        await this.#prepare(shape);
        return this.#noticing(this.#open().write(call));
      },
    };
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
    const texts = specs.map((spec) => shapeOf(spec).text);
    // Named explicitly, so checked again: another shape of that name may have been prepared since.
    await this.#prepareTexts(texts);
  }

  async ping(): Promise<void> {
    if (this.#transport && this.#file !== ':memory:' && !existsSync(this.#file)) {
      this.#damage ??= new UnavailableError(
        `the database file ${basename(this.#file)} in DATA_DIR was deleted while it was in use: stop the server and restore it from a backup`,
        { damaged: true },
      );
    }
    if (this.#damage) throw this.#damage;
    await this.#noticing(this.#open().read({ verb: 'ping' }));
  }

  async close(): Promise<void> {
    this.#closed = true;
    const transport = this.#transport;
    this.#transport = null;
    await transport?.close();
  }

  #collection<T extends Doc>(shape: CollectionShape, teamId: string | null): Collection<T> {
    return new CheckedCollection<T>(shape, new SqliteStore(this.#access, shape, teamId), teamId);
  }

  /** Once per shape, also for collections not prepared at start. */
  #prepare(shape: CollectionShape): Promise<unknown> {
    return this.#prepared.get(shape.text) ?? this.#prepareTexts([shape.text]);
  }

  #prepareTexts(specs: readonly string[]): Promise<unknown> {
    const call: EngineCall = { verb: 'prepare', specs };
    const preparing = this.#open()
      .write(call)
      .catch((error: unknown) => {
        for (const text of specs) this.#prepared.delete(text);
        throw error;
      });
    for (const text of specs) this.#prepared.set(text, preparing);
    return preparing;
  }

  async #noticing<R>(call: Promise<R>): Promise<R> {
    try {
      return await call;
    } catch (error) {
      if (error instanceof UnavailableError && error.details.damaged) this.#damage ??= error;
      throw error;
    }
  }

  #open(): SqliteTransport {
    if (this.#closed) throw new UnavailableError(`the database ${this.name} is closed`);
    this.#transport ??= this.#connect();
    return this.#transport;
  }

  #connect(): SqliteTransport {
    const { durability = 'normal', cacheMb = 16, threadEntry, transport } = this.#options;
    const settings = { durability, cacheMb };
    const memory = this.#file === ':memory:';
    if (memory || transport === 'in-process' || (!transport && !threadEntry && UNCOMPILED)) {
      return new InProcessTransport(this.#file, settings);
    }
    const entry = threadEntry ?? pathToFileURL(built('server', 'sqlite-thread.js'));
    return new ThreadTransport(SqliteThreads.acquire(entry), this.#file, settings);
  }
}
