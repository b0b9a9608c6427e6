import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Clock, systemClock } from '../clock.js';
import { ConflictError, UnavailableError } from '../errors.js';
import type { Logger } from '../log/structured-logging.js';
import type { Collection, CollectionSpec, Database, Doc } from './collection.js';
import type { DatabaseKey } from './names.js';
import type { Databases } from './repository-factory.js';

/** A migration of one database. `up` may run again after a crash, so it must be idempotent. */
export interface Migration {
  /** Sorts after earlier ids: `2026-11-23-split-owner`. */
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
  /** How long other processes wait for one that stopped responding. */
  leaseMs?: number;
  /** How long to wait for another migrating process. */
  waitMs?: number;
  log?: Logger;
}

/** Migrates databases at start, in one process at a time, continuing where the last start stopped. */
export class Migrations {
  readonly #databases: Databases;
  readonly #migrations: readonly Migration[];
  readonly #clock: Clock;
  readonly #log: Logger | undefined;
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
    this.#log = options.log;
    this.#leaseMs = options.leaseMs ?? 60_000;
    this.#waitMs = options.waitMs ?? 300_000;
  }

  /** Runs pending migrations; returns their ids. */
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
        this.#log?.info({ database: database.name, migration: migration.id }, 'migration applied');
      }
      return pending.map((migration) => migration.id);
    } finally {
      clearInterval(renewing);
      await lock.removeMany({ id: LOCK, owner: this.#owner });
    }
  }

  /** Pending migrations. Throws when a newer version of the program migrated the database. */
  async #pending(key: DatabaseKey): Promise<Migration[]> {
    const database = this.#databases.get(key);
    const own = this.#migrations.filter((migration) => migration.database === key);
    const { items } = await database.global(applied).find({}, { limit: 10_000 });
    const known = new Set(own.map((migration) => migration.id));
    const newer = items.filter((item) => !known.has(item.id)).map((item) => item.id);
    if (newer.length > 0) {
      throw new UnavailableError(
        `the database ${database.name} was migrated by a newer version of this program (${newer.join(', ')}): start that version, or restore an older backup`,
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
    const now = this.#clock.now().getTime();
    // The lock of a process that died before the clock went back ends too far ahead; a live one renews it.
    const tooFar = new Date(now + 2 * this.#leaseMs).toISOString();
    await lock.updateMany(
      { id: LOCK, expiresAt: { gt: tooFar } },
      { set: { expiresAt: this.#expiry() } },
    );
    const expired = { id: LOCK, expiresAt: { lt: new Date(now).toISOString() } };
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
