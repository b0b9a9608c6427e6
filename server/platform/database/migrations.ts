import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, systemClock } from '../clock.js';
import { ConflictError, UnavailableError } from '../errors.js';
import type { Collection, CollectionSpec, Database, Doc } from './collection.js';
import type { DatabaseKey } from './names.js';
import type { Databases } from './repository-factory.js';

/** A step forward of one database. `up` may be run again after a crash, so it is written to be. */
export interface Migration {
  /** Sorts after those before it: `2026-11-23-split-owner`. */
  id: string;
  database: DatabaseKey;
  description: string;
  up(database: Database): Promise<void>;
}

interface AppliedMigration extends Doc {
  description: string;
  appliedAt: string;
}

interface MigrationLock extends Doc {
  owner: string;
  expiresAt: string;
}

const applied: CollectionSpec<AppliedMigration> = {
  name: 'schema_migrations',
  scope: 'global',
  fields: { appliedAt: 'string' },
};
const locks: CollectionSpec<MigrationLock> = {
  name: 'schema_migrations_lock',
  scope: 'global',
  fields: { owner: 'string', expiresAt: 'string' },
};
const LOCK = 'migrations';

export interface MigrationsOptions {
  clock?: Clock;
  /** How long a process that stopped answering keeps others waiting. */
  leaseMs?: number;
  /** How long to wait for another process that migrates. */
  waitMs?: number;
}

/** Brings databases forward at start, one process at a time, from wherever the last start got to. */
export class Migrations {
  readonly #databases: Databases;
  readonly #migrations: readonly Migration[];
  readonly #clock: Clock;
  readonly #leaseMs: number;
  readonly #waitMs: number;
  readonly #owner = randomUUID();

  constructor(
    databases: Databases,
    migrations: readonly Migration[],
    options: MigrationsOptions = {},
  ) {
    const ids = migrations.map((migration) => `${migration.database}/${migration.id}`);
    if (new Set(ids).size < ids.length) throw new TypeError('two migrations have the same id');
    this.#databases = databases;
    this.#migrations = [...migrations].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#clock = options.clock ?? systemClock;
    this.#leaseMs = options.leaseMs ?? 60_000;
    this.#waitMs = options.waitMs ?? 300_000;
  }

  /** Runs what is not applied yet; answers the ids of what it ran. */
  async run(keys: readonly DatabaseKey[]): Promise<string[]> {
    const ran: string[] = [];
    for (const key of keys) ran.push(...(await this.#migrate(key)));
    return ran;
  }

  async #migrate(key: DatabaseKey): Promise<string[]> {
    const database = this.#databases.get(key);
    if ((await this.#pending(key)).length === 0) return [];
    const lock = database.global(locks);
    await this.#acquire(lock, database.name);
    const renewing = setInterval(() => {
      lock
        .update(LOCK, { set: { expiresAt: this.#expiry() } }, { owner: this.#owner })
        .catch(() => undefined);
    }, this.#leaseMs / 3);
    try {
      const pending = await this.#pending(key);
      for (const migration of pending) {
        await migration.up(database);
        await this.#record(database, migration);
      }
      return pending.map((migration) => migration.id);
    } finally {
      clearInterval(renewing);
      await lock.removeMany({ id: LOCK, owner: this.#owner });
    }
  }

  /** What is to be run. Throws when the database was made by a newer version than this one. */
  async #pending(key: DatabaseKey): Promise<Migration[]> {
    const database = this.#databases.get(key);
    const own = this.#migrations.filter((migration) => migration.database === key);
    const { items } = await database.global(applied).find({}, { limit: 10_000 });
    const known = new Set(own.map((migration) => migration.id));
    const newer = items.filter((item) => !known.has(item.id)).map((item) => item.id);
    if (newer.length > 0) {
      throw new UnavailableError(
        `the database ${database.name} was migrated by a newer version of this program (${newer.join(', ')}): start that version, or restore a backup made before it`,
        { database: database.name, migrations: newer },
      );
    }
    const done = new Set(items.map((item) => item.id));
    return own.filter((migration) => !done.has(migration.id));
  }

  async #record(database: Database, { id, description }: Migration): Promise<void> {
    const appliedAt = this.#clock.now().toISOString();
    await database.global(applied).putMany([{ id, description, appliedAt }]);
  }

  async #acquire(lock: Collection<MigrationLock>, name: string): Promise<void> {
    const deadline = performance.now() + this.#waitMs;
    while (!(await this.#take(lock))) {
      if (performance.now() > deadline) {
        throw new UnavailableError(`another process has been migrating ${name} for too long`);
      }
      await pause(Math.min(250, this.#leaseMs / 4));
    }
  }

  async #take(lock: Collection<MigrationLock>): Promise<boolean> {
    const mine = { owner: this.#owner, expiresAt: this.#expiry() };
    const expired = { id: LOCK, expiresAt: { lt: this.#clock.now().toISOString() } };
    if (await lock.claim(expired, { set: mine })) return true;
    try {
      await lock.insert({ id: LOCK, ...mine });
      return true;
    } catch (error) {
      if (error instanceof ConflictError) return false;
      throw error;
    }
  }

  #expiry(): string {
    return new Date(this.#clock.now().getTime() + this.#leaseMs).toISOString();
  }
}
