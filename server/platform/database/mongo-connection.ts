import type { Db, MongoClient } from 'mongodb';
import { ConflictError, InvalidInputError, UnavailableError } from '../errors.js';
import { outage } from '../outages/outage.js';

/** Timeouts for everything. Options in the URI take precedence. */
const DEFAULTS = {
  appName: 'cspm',
  serverSelectionTimeoutMS: 5_000,
  connectTimeoutMS: 5_000,
  socketTimeoutMS: 120_000,
  waitQueueTimeoutMS: 5_000,
  maxPoolSize: 20,
};
/** Invalid input that only the server detects: a change of a value of the wrong kind, or an oversized document. */
const INPUT_CODES = [2, 14, 28, 10334, 16554, 17280, 17419, 28664, 40081];
/** The server cannot be reached, shuts down, or is no longer the one that accepts writes. */
const AWAY_CODES = [6, 7, 89, 91, 189, 9001, 10058, 10107, 11600, 11602, 13435, 13436];
/** A query that took too long is not in this list: it may do so again. */
const TOO_LONG_CODE = 50;

/** The connection pool of one server, created on first use and shared by its databases. */
export class MongoConnection {
  readonly #uri: string;
  #connecting: Promise<MongoClient> | null = null;
  #closed = false;

  constructor(uri: string) {
    this.#uri = uri;
  }

  async db(name: string): Promise<Db> {
    if (this.#closed) throw new UnavailableError('the connection to MongoDB is closed');
    this.#connecting ??= this.#connect().catch((error: unknown) => {
      this.#connecting = null;
      throw error;
    });
    return (await this.#connecting).db(name);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const client = await this.#connecting?.catch(() => null);
    await client?.close();
  }

  /** Loads the driver lazily, so that embedded starts do not pay for it. */
  async #connect(): Promise<MongoClient> {
    const { MongoClient } = await import('mongodb');
    const given = new Set([...this.#uri.matchAll(/[?&]([^=&?]+)=/g)].map((match) => match[1]));
    const defaults = Object.entries(DEFAULTS).filter(([name]) => !given.has(name));
    const client = new MongoClient(this.#uri, Object.fromEntries(defaults));
    return client.connect();
  }
}

/** Runs a query and translates its errors to those of the contract. */
export async function translatingErrors<R>(query: () => Promise<R>): Promise<R> {
  try {
    return await query();
  } catch (error) {
    throw translated(error);
  }
}

/** The same items, with errors of the contract. */
export async function* translatingItems<T>(items: AsyncIterable<T>): AsyncIterable<T> {
  try {
    yield* items;
  } catch (error) {
    throw translated(error);
  }
}

interface ServerError extends Error {
  code?: unknown;
  errorResponse?: unknown;
  keyPattern?: Record<string, unknown>;
  writeErrors?: { err?: ServerError } | { err?: ServerError }[];
}

function translated(error: unknown): unknown {
  // A cleared pool has no prefix.
  if (!(error instanceof Error) || !/^(?:Mongo|Pool)/.test(error.name)) return error;
  const { code, name } = error as ServerError;
  if (code === 11000) {
    const fields = takenFields(error);
    const text = fields.includes('id') ? 'the id is taken' : `${fields.join(', ')} is taken`;
    return new ConflictError(text, { fields }, { cause: error });
  }
  if (INPUT_CODES.includes(code as number)) {
    return new InvalidInputError('the change is not valid for the document', {}, { cause: error });
  }
  if (isAway(error)) return outage('database', 'MongoDB does not respond', error);
  if (/Timeout|Topology|Pool|Closed/.test(name) || code === TOO_LONG_CODE) {
    return new UnavailableError('MongoDB does not respond', {}, { cause: error });
  }
  if (code === 13 || code === 18) {
    return new UnavailableError('MongoDB rejected the credentials', {}, { cause: error });
  }
  return error;
}

/** Not a client that this process closed. A server that stalls shows in a pool of which all connections wait for it. */
function isAway({ code, name, errorResponse }: ServerError): boolean {
  // Bulk writes wrap the errors of the driver.
  if (errorResponse instanceof Error) return isAway(errorResponse);
  return (
    /Network|Selection|NotConnected|PoolCleared|WaitQueue/.test(name) ||
    AWAY_CODES.includes(code as number)
  );
}

/** The fields of a duplicate key error; bulk writes have them in their first write error, some only in the message. */
export function takenFields(error: ServerError): string[] {
  const first = Array.isArray(error.writeErrors) ? error.writeErrors[0] : error.writeErrors;
  const pattern = error.keyPattern ?? first?.err?.keyPattern;
  const names = pattern
    ? Object.keys(pattern)
    : [...(/dup key: \{(.*)/.exec(error.message)?.[1] ?? '').matchAll(/(?<![\w.])([\w.]+): /g)].map(
        (match) => match[1] as string,
      );
  return names.filter((field) => field !== 'teamId').map((f) => (f === '_id' ? 'id' : f));
}
