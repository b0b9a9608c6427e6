import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { UnavailableError } from '../errors.js';
import { outage } from '../outages/outage.js';
import type { Database } from './collection.js';
import { MongoBlobs } from './mongo-blobs.js';
import { MongoConnection, translatingErrors } from './mongo-connection.js';
import { MongoDatabase } from './mongo-database.js';
import type { DatabaseKey } from './names.js';
import { SqliteDatabase } from './sqlite-database.js';
import { hasContent } from './sqlite-file.js';

export interface DatabaseSettings {
  /** Server of all databases without their own URI; without it these are embedded. */
  mongoUri?: string | null;
  /** Folder of the embedded files. */
  dataDir: string;
  databases: Readonly<Record<DatabaseKey, { name: string; uri?: string | null }>>;
  /** Opens embedded files in this thread; the default is threads, which take time to start and keep the event loop free. */
  inProcess?: boolean;
  /** Databases that must not be used, and why. */
  refusals?: Map<DatabaseKey, UnavailableError>;
  /** Replaces the way databases are opened, for tests. */
  open?: (key: DatabaseKey, name: string) => Database;
}

export interface DatabaseHealth {
  key: DatabaseKey;
  name: string;
  backend: 'mongodb' | 'sqlite';
  ok: boolean;
  problem: string | null;
  /** It did not respond in time, which may also be for lack of time here. */
  isLate: boolean;
  latencyMs: number;
}

/** Audit trail and queue: a power cut loses no acknowledged write. */
const DURABLE: readonly DatabaseKey[] = ['platform', 'orchestration'];
const PING_MS = 5_000;

/** Owns the connections to the nine databases and is the only code that knows their locations. */
export class CSPMDatabaseManager {
  readonly settings: DatabaseSettings;
  readonly #databases = new Map<DatabaseKey, Database>();
  readonly #connections = new Map<string, MongoConnection>();
  readonly #refusals: Map<DatabaseKey, UnavailableError>;
  #closed = false;

  constructor(settings: DatabaseSettings) {
    this.#refusals = settings.refusals ?? new Map();
    // For managers of tasks, which are made from these settings.
    this.settings = { ...settings, refusals: this.#refusals };
  }

  /** The database of this key; it connects on first use. */
  get(key: DatabaseKey): Database {
    // A job that lost its lease in an outage finds them so: it has not failed, and is done again.
    if (this.#closed) throw outage('database', 'the databases are closed');
    const refusal = this.#refusals.get(key);
    if (refusal) throw refusal;
    const known = this.#databases.get(key);
    if (known) return known;
    const opened = this.#open(key);
    this.#databases.set(key, opened);
    return opened;
  }

  /** From now on the database throws this error instead of being read or written. */
  refuse(key: DatabaseKey, why: UnavailableError): void {
    this.#refusals.set(key, why);
  }

  /** It was restored. */
  allow(key: DatabaseKey): void {
    this.#refusals.delete(key);
  }

  refusal(key: DatabaseKey): UnavailableError | null {
    return this.#refusals.get(key) ?? null;
  }

  /** Whether anything is stored in it. Creates and changes nothing; throws UnavailableError for a damaged file. */
  async hasData(key: DatabaseKey): Promise<boolean> {
    const { name } = this.settings.databases[key];
    // Databases of tests are in memory.
    if (this.settings.open) return true;
    const uri = this.#uriOf(key);
    if (!uri) return hasContent(this.#fileOf(name));
    const db = await this.#connectionTo(uri).db(name);
    return translatingErrors(() => db.listCollections({}, { nameOnly: true }).hasNext());
  }

  backendOf(key: DatabaseKey): 'mongodb' | 'sqlite' {
    return this.#uriOf(key) ? 'mongodb' : 'sqlite';
  }

  /** Files in the database of this key; null where it is embedded. They belong to no task: their writes may be repeated. */
  blobs(key: DatabaseKey): MongoBlobs | null {
    const uri = this.#uriOf(key);
    return uri ? new MongoBlobs(this.settings.databases[key].name, this.#connectionTo(uri)) : null;
  }

  /** Pings these databases, by default those in use; never throws and has a timeout. */
  ping(keys: readonly DatabaseKey[] = [...this.#databases.keys()]): Promise<DatabaseHealth[]> {
    return Promise.all(keys.map((key) => this.#ping(key)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    const closing = [...this.#databases.values()].map((database) => database.close());
    await Promise.allSettled(closing);
    await Promise.allSettled([...this.#connections.values()].map((each) => each.close()));
    this.#databases.clear();
    this.#connections.clear();
  }

  async #ping(key: DatabaseKey): Promise<DatabaseHealth> {
    const { name } = this.settings.databases[key];
    const started = performance.now();
    let timer: NodeJS.Timeout | undefined;
    let problem: string | null = null;
    let isLate = false;
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          isLate = true;
          reject(new Error(`no response in ${PING_MS} ms`));
        }, PING_MS);
      });
      await Promise.race([this.get(key).ping(), late]);
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    } finally {
      clearTimeout(timer);
    }
    const latencyMs = Math.round((performance.now() - started) * 10) / 10;
    const ok = problem === null;
    return { key, name, backend: this.backendOf(key), ok, problem, isLate, latencyMs };
  }

  #open(key: DatabaseKey): Database {
    const { dataDir, databases, inProcess, open } = this.settings;
    const { name } = databases[key];
    if (open) return open(key, name);
    const uri = this.#uriOf(key);
    if (uri) return new MongoDatabase(name, this.#connectionTo(uri));
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const durability = DURABLE.includes(key) ? 'full' : 'normal';
    const transport = inProcess ? ('in-process' as const) : undefined;
    return new SqliteDatabase(this.#fileOf(name), { name, durability, transport });
  }

  #fileOf(name: string): string {
    return join(this.settings.dataDir, `${name}.sqlite`);
  }

  #uriOf(key: DatabaseKey): string | null {
    return this.settings.databases[key].uri || this.settings.mongoUri || null;
  }

  #connectionTo(uri: string): MongoConnection {
    const connection = this.#connections.get(uri) ?? new MongoConnection(uri);
    this.#connections.set(uri, connection);
    return connection;
  }
}
