import { closeSync, fchmodSync, fstatSync, openSync } from 'node:fs';
import { basename } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { DatabaseSync } from '@photostructure/sqlite';
import { AppError, ConflictError, UnavailableError } from '../errors.js';
import { problemOfFiles } from '../outages/file-problem.js';
import { outage } from '../outages/outage.js';
import { sqliteBinding } from './sqlite-binding.js';
import { WriteTooLateError } from './write-fence.js';

type Binding = InstanceType<typeof DatabaseSync>;
type Statement = ReturnType<Binding['prepare']>;
export type SqlValue = string | number | null;
export type SqlRow = Record<string, SqlValue>;

export interface SqliteSettings {
  /** `full` syncs every commit, so that a power cut loses no acknowledged write (0.3 ms each). */
  durability: 'normal' | 'full';
  cacheMb: number;
}

const STATEMENTS_KEPT = 200;
const BUSY_MS = 5_000;
const CLOSED_KEPT = 8;

/** One open file, synchronous; with `sqlite-binding.ts` the only code that knows the binding (the API of `node:sqlite`). */
export class SqliteConnection {
  readonly #db: Binding;
  readonly #file: string;
  readonly #statements = new Map<string, Statement>();
  #until: number | undefined;

  constructor(file: string, settings: SqliteSettings) {
    this.#file = file;
    const { DatabaseSync } = sqliteBinding();
    try {
      if (file !== ':memory:') makePrivate(file);
      this.#db = new DatabaseSync(file);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      const why = problemOfFiles(cause) ?? code ?? String(cause);
      const message = `cannot open the database file ${basename(file)} in DATA_DIR: ${why}`;
      throw outage('disk', message, cause);
    }
    try {
      // No mmap: mapped pages count as the process's memory, and the system's cache serves as well.
      this.#db.exec(
        `PRAGMA busy_timeout=${BUSY_MS}; PRAGMA journal_mode=WAL;
         PRAGMA synchronous=${settings.durability === 'full' ? 'FULL' : 'NORMAL'};
         PRAGMA cache_size=-${settings.cacheMb * 1024}; PRAGMA temp_store=MEMORY;
         PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=67108864;
         PRAGMA analysis_limit=400; PRAGMA trusted_schema=OFF;`,
      );
    } catch (cause) {
      this.#db.close();
      throw this.#translated(cause);
    }
  }

  all(sql: string, ...values: SqlValue[]): SqlRow[] {
    return this.#try(() => this.#statement(sql).all(...values) as SqlRow[]);
  }

  run(sql: string, ...values: SqlValue[]): { changes: number; rid: number } {
    return this.#try(() => {
      const { changes, lastInsertRowid } = this.#statement(sql).run(...values);
      return { changes, rid: Number(lastInsertRowid) };
    });
  }

  /** Runs work whose transactions are committed by then, or not at all. */
  inTime<R>(until: number | undefined, work: () => R): R {
    this.#until = until;
    try {
      return work();
    } finally {
      this.#until = undefined;
    }
  }

  /** Takes the write lock first, so that writes can depend on reads inside. */
  transaction<R>(work: () => R): R {
    return this.#within('BEGIN IMMEDIATE', () => {
      this.#checkTime();
      const result = work();
      this.#checkTime();
      return result;
    });
  }

  /** Several reads of one snapshot. */
  snapshot<R>(work: () => R): R {
    return this.#within('BEGIN', work);
  }

  close(): void {
    this.#statements.clear();
    if (!this.#db.isOpen) return;
    this.#db.close();
    if (this.#file !== ':memory:') collectStatements();
  }

  #checkTime(): void {
    if (this.#until !== undefined && Date.now() >= this.#until) throw new WriteTooLateError();
  }

  #within<R>(begin: string, work: () => R): R {
    this.run(begin);
    try {
      const result = work();
      this.run('COMMIT');
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  #statement(sql: string) {
    const known = this.#statements.get(sql);
    if (known) return known;
    const made = this.#db.prepare(sql);
    if (this.#statements.size >= STATEMENTS_KEPT) {
      const oldest = this.#statements.keys().next().value;
      if (oldest !== undefined) this.#statements.delete(oldest);
    }
    this.#statements.set(sql, made);
    return made;
  }

  #try<R>(work: () => R): R {
    try {
      return work();
    } catch (error) {
      throw this.#translated(error);
    }
  }

  #translated(error: unknown): unknown {
    if (error instanceof AppError) return error;
    const message = error instanceof Error ? error.message : String(error);
    const taken = /UNIQUE constraint failed: (.*)/.exec(message)?.[1];
    if (taken !== undefined) {
      const fields = taken.split(', ').flatMap((column) => fieldOf(column));
      const text = fields.includes('id') ? 'the id is taken' : `${fields.join(', ')} is taken`;
      return new ConflictError(text, { fields }, { cause: error });
    }
    if (/locked|busy|full|disk|I\/O|corrupt|malformed|not a database|readonly/i.test(message)) {
      const damaged = /corrupt|malformed|not a database/i.test(message);
      const text = `the database file ${basename(this.#file)} in DATA_DIR cannot be used: ${message}${adviceFor(message)}`;
      // Until there is space again, or the folder is writable; what is locked was only too slow.
      if (!damaged && !/locked|busy/i.test(message)) return outage('disk', text, error);
      return new UnavailableError(text, damaged ? { damaged } : {}, { cause: error });
    }
    return error;
  }
}

function adviceFor(message: string): string {
  if (/corrupt|malformed|not a database/i.test(message)) return '; restore it from a backup';
  if (/full/i.test(message)) return '; free space on its disk';
  return /readonly/i.test(message) ? '; make it and its folder writable' : '';
}

/** SQLite creates files by the umask, and gives `-wal` and `-shm` the mode of the database. */
function makePrivate(file: string): void {
  const opened = openSync(file, 'a', 0o600);
  try {
    if ((fstatSync(opened).mode & 0o077) !== 0) fchmodSync(opened, 0o600);
  } finally {
    closeSync(opened);
  }
}

let closed = 0;
let collect: (() => void) | undefined;

/**
 * The binding cannot finalize a statement: SQLite keeps a closed file open until its statements
 * are garbage, so with tasks that come and go the collector is called now and then.
 */
function collectStatements(): void {
  closed += 1;
  if (closed % CLOSED_KEPT > 0) return;
  collect ??= exposedCollector();
  collect();
}

function exposedCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  return typeof gc === 'function' ? () => gc() : () => undefined;
}

function fieldOf(column: string): string[] {
  const name = column.slice(column.indexOf('.') + 1);
  if (name === 'team_id') return [];
  return [name === 'id' ? 'id' : name.slice(2)];
}
