import { type CollectionShape, shapeOf } from './collection-shape.js';
import { SqliteConnection, type SqliteSettings } from './sqlite-connection.js';
import { prepareTables } from './sqlite-schema.js';
import { SqliteTable } from './sqlite-table.js';

type TableVerb = keyof SqliteTable;

/** One operation on a file. A collection is identified by its spec's text, so any thread can run it. */
export type EngineCall =
  | { verb: 'prepare'; specs: readonly string[] }
  | { verb: 'ping' }
  | { verb: 'close' }
  | TableCall<Exclude<TableVerb, WriteVerb>>
  | (WriteCall & { until?: number });
export type WriteCall = TableCall<WriteVerb>;
type WriteVerb = 'insert' | 'putMany' | 'updateFirst' | 'updateMany' | 'removeMany';
type TableCall<T extends TableVerb> = {
  [V in T]: { verb: V; spec: string; args: Parameters<SqliteTable[V]> };
}[T];

const ROWS_BETWEEN_ANALYSES = 50_000;

/** The synchronous engine of one file: runs its calls one after the other. */
export class SqliteEngine {
  readonly #db: SqliteConnection;
  readonly #collections = new Map<string, { shape: CollectionShape; table: SqliteTable }>();
  #writtenSinceAnalysis = 0;

  constructor(file: string, settings: SqliteSettings) {
    this.#db = new SqliteConnection(file, settings);
  }

  do(call: EngineCall): unknown {
    if (call.verb === 'ping') return this.#db.all('SELECT 1').length;
    if (call.verb === 'close') return this.close();
    if (call.verb === 'prepare') {
      const shapes = call.specs.map((spec) => this.#collection(spec).shape);
      return prepareTables(this.#db, shapes);
    }
    const { table } = this.#collection(call.spec);
    const method = table[call.verb] as (...args: unknown[]) => unknown;
    const until = 'until' in call ? call.until : undefined;
    const result = this.#db.inTime(until, () => method.apply(table, call.args));
    if (call.verb === 'putMany') this.#analyseAfter((call.args[0] as string[]).length);
    return result;
  }

  close(): void {
    this.#db.close();
  }

  #collection(spec: string) {
    const known = this.#collections.get(spec);
    if (known) return known;
    const shape = shapeOf(JSON.parse(spec));
    const made = { shape, table: new SqliteTable(this.#db, shape) };
    this.#collections.set(spec, made);
    return made;
  }

  /** The planner's index statistics are outdated after bulk writes. */
  #analyseAfter(rows: number): void {
    this.#writtenSinceAnalysis += rows;
    if (this.#writtenSinceAnalysis < ROWS_BETWEEN_ANALYSES) return;
    this.#writtenSinceAnalysis = 0;
    this.#db.run('PRAGMA optimize');
  }
}
