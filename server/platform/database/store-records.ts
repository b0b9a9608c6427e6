import { randomUUID } from 'node:crypto';
import { ConflictError, UnavailableError } from '../errors.js';
import type { Collection, CollectionSpec, Doc } from './collection.js';
import type { CSPMDatabaseManager } from './database-manager.js';
import type { DatabaseKey } from './names.js';

/** What a database knows of its store: which one it belongs to, and which other databases have been used. */
interface StoreRecord extends Doc {
  storeId: string;
  databases: Partial<Record<DatabaseKey, string>>;
}

const records: CollectionSpec<StoreRecord> = { name: 'store_records', scope: 'global', fields: {} };
const RECORD = 'store';

interface Found {
  key: DatabaseKey;
  hasData: boolean;
  record: StoreRecord | null;
}

/**
 * Notices that a database is gone, damaged or of another store before anything is written: it is refused then, and
 * its callers get an error that says what to do. An empty one would look like a team without findings.
 */
export class StoreRecords {
  constructor(private readonly databases: CSPMDatabaseManager) {}

  async check(keys: readonly DatabaseKey[]): Promise<void> {
    const looked = await Promise.all(keys.map((key) => this.#look(key)));
    const found = looked.filter((each) => each !== null);
    const known: StoreRecord['databases'] = {};
    for (const { record } of found) Object.assign(known, record?.databases);
    for (const { key, hasData } of found) {
      // Another process may have created it meanwhile.
      if (hasData || !known[key] || (await this.databases.hasData(key))) continue;
      this.databases.refuse(key, gone(this.#nameOf(key)));
    }
    await this.#write(
      found.filter(({ key }) => !this.databases.refusal(key)),
      known,
    );
  }

  /** Lets a lost database start empty. */
  async forget(keys: readonly DatabaseKey[], lost: DatabaseKey): Promise<void> {
    for (const key of keys) {
      if (key === lost || !(await this.databases.hasData(key))) continue;
      const record = await this.#of(key).get(RECORD);
      if (!record) continue;
      const { [lost]: _, ...rest } = record.databases;
      await this.#of(key).putMany([{ ...record, databases: rest }]);
    }
  }

  /** Null when the database cannot be asked. */
  async #look(key: DatabaseKey): Promise<Found | null> {
    try {
      const hasData = await this.databases.hasData(key);
      if (hasData) this.databases.allow(key);
      return { key, hasData, record: hasData ? await this.#of(key).get(RECORD) : null };
    } catch (error) {
      // A server that does not respond may do so later; a damaged file stays as it is.
      if (error instanceof UnavailableError && error.details.damaged) {
        this.databases.refuse(key, error);
      }
      return null;
    }
  }

  /** New databases first: what others remember exists. */
  async #write(found: readonly Found[], known: StoreRecord['databases']): Promise<void> {
    const platform = found.find(({ key }) => key === 'platform');
    if (!platform) return;
    const storeId = platform.record?.storeId ?? (await this.#begin(found));
    const names = { ...known };
    for (const { key } of found) names[key] = this.#nameOf(key);
    const isSame = (record: StoreRecord | null) =>
      record !== null && JSON.stringify(sorted(record.databases)) === JSON.stringify(sorted(names));
    const ordered = [...found].sort((a, b) => Number(a.hasData) - Number(b.hasData));
    for (const { key, record } of ordered) {
      if (record && record.storeId !== storeId) {
        this.databases.refuse(key, foreign(this.#nameOf(key)));
      } else if (!isSame(record)) {
        await this.#of(key).putMany([{ id: RECORD, storeId, databases: names }]);
      }
    }
  }

  /** The id of a store that has none in its platform database; processes that start at once agree on it. */
  async #begin(found: readonly Found[]): Promise<string> {
    const storeId = found.find(({ record }) => record)?.record?.storeId ?? randomUUID();
    try {
      await this.#of('platform').insert({ id: RECORD, storeId, databases: {} });
      return storeId;
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      return (await this.#of('platform').get(RECORD))?.storeId ?? storeId;
    }
  }

  #of(key: DatabaseKey): Collection<StoreRecord> {
    return this.databases.get(key).global(records);
  }

  #nameOf(key: DatabaseKey): string {
    return this.databases.settings.databases[key].name;
  }
}

function sorted(names: StoreRecord['databases']): [string, string][] {
  return Object.entries(names).sort(([a], [b]) => (a < b ? -1 : 1));
}

function gone(name: string): UnavailableError {
  return new UnavailableError(
    `the database ${name} is gone or empty, though this store has used it: restore it from a backup, or give its data up with “cspm doctor --start-empty ${name}”`,
    { lost: name },
  );
}

function foreign(name: string): UnavailableError {
  return new UnavailableError(
    `the database ${name} belongs to another store than the platform's: restore the one that belongs here`,
    { foreign: name },
  );
}
