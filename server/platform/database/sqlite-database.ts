import { existsSync, statSync } from 'node:fs';
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
import { hasContent } from './sqlite-file.js';
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
  /** Its inode when that was noticed; null when it was gone. */
  #damagedFile: number | null = null;
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
    if (this.#damage && (await this.#isRestored())) await this.#reopen();
    if (this.#transport && this.#file !== ':memory:' && !existsSync(this.#file)) {
      this.#noteDamage(
        new UnavailableError(
          `the database file ${basename(this.#file)} in DATA_DIR was deleted while it was in use: restore it from a backup, without its -wal and -shm files`,
          { damaged: true },
        ),
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
      if (error instanceof UnavailableError && error.details.damaged) this.#noteDamage(error);
      throw error;
    }
  }

  #noteDamage(why: UnavailableError): void {
    if (this.#damage) return;
    this.#damage = why;
    this.#damagedFile = inodeOf(this.#file);
  }

  /**
   * Whether another file, which is no damaged one, has taken its place. One that was overwritten, or lies beside the
   * log of the former one, is used after a restart only.
   */
  async #isRestored(): Promise<boolean> {
    const found = inodeOf(this.#file);
    if (found === null || found === this.#damagedFile) return false;
    if (inodeOf(`${this.#file}-wal`) !== null) return false;
    return hasContent(this.#file).catch(() => false);
  }

  /** Closes what is open of the former file, of which SQLite writes nothing into the new one. */
  async #reopen(): Promise<void> {
    const former = this.#transport;
    this.#transport = null;
    this.#prepared.clear();
    await former?.close();
    this.#damage = null;
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

function inodeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? null;
}
