import { ConflictError } from '../errors.js';
import type { FieldKind, GroupCount, Scalar } from './collection.js';
import type { CollectionShape, SortKey } from './collection-shape.js';
import type { PageQuery } from './collection-store.js';
import { applyChanges, type CheckedChanges } from './document-changes.js';
import type { JsonObject } from './document-path.js';
import type { FilterTree } from './filter-tree.js';
import type { SqliteConnection, SqlRow, SqlValue } from './sqlite-connection.js';
import { columnOf, orderSql, rangesAfter, type SqlPart, toSql } from './sqlite-filter.js';
import { quoted } from './sqlite-schema.js';
import { SqliteWriter } from './sqlite-writer.js';

/** A page as one JSON text, cheaper to pass between threads than its documents. */
export interface TextPage {
  text: string;
  more: boolean;
}

/** The work done in this step, and the rows left for the next. */
export interface Step {
  done: number;
  rest: number[];
}

const ROWS_PER_STEP = 2_000;
const ROWS_LOOKED_UP = 100;

/** The synchronous operations on one collection of one file; `team` null means all teams. */
export class SqliteTable {
  readonly #db: SqliteConnection;
  readonly #shape: CollectionShape;
  readonly #table: string;
  readonly #writer: SqliteWriter;

  constructor(db: SqliteConnection, shape: CollectionShape) {
    this.#db = db;
    this.#shape = shape;
    this.#table = quoted(shape.name);
    this.#writer = new SqliteWriter(db, shape);
  }

  find(team: string | null, query: PageQuery): TextPage {
    const base = toSql(this.#shape, team, query.filter);
    const wanted = query.limit + 1;
    const docs: string[] = [];
    const read = (part: SqlPart) => {
      const sql = `SELECT doc FROM ${this.#table} WHERE ${part.sql} ORDER BY ${orderSql(query.order)} LIMIT ?`;
      const rows = this.#db.all(sql, ...part.values, wanted - docs.length);
      for (const row of rows) docs.push(row.doc as string);
    };
    if (query.after === null) {
      read(base);
    } else {
      const ranges = rangesAfter(query.order, query.after);
      this.#db.snapshot(() => {
        for (const range of ranges) {
          if (docs.length === wanted) break;
          const sql = `${base.sql} AND ${range.sql}`;
          read({ sql, values: [...base.values, ...range.values] });
        }
      });
    }
    const more = docs.length === wanted;
    if (more) docs.pop();
    return { text: `[${docs.join(',')}]`, more };
  }

  count(team: string | null, filter: FilterTree): number {
    const { sql, values } = toSql(this.#shape, team, filter);
    const [row] = this.#db.all(`SELECT count(*) AS n FROM ${this.#table} WHERE ${sql}`, ...values);
    return Number(row?.n);
  }

  groupCount(team: string | null, filter: FilterTree, keys: readonly SortKey[]): GroupCount[] {
    const { sql, values } = toSql(this.#shape, team, filter);
    const columns = keys.map(columnOf).join(', ');
    const list = keys.map((key, at) => `${columnOf(key)} AS k${at}`).join(', ');
    const rows = this.#db.all(
      `SELECT ${list}, count(*) AS n FROM ${this.#table} WHERE ${sql}
        GROUP BY ${columns} ORDER BY ${columns}`,
      ...values,
    );
    return rows.map((row) => ({
      key: keys.map((key, at) => scalarOf(row[`k${at}`] ?? null, key.kind)),
      count: Number(row.n),
    }));
  }

  insert(text: string): void {
    this.#db.transaction(() => this.#writer.insert(text, JSON.parse(text)));
  }

  putMany(texts: readonly string[]): { inserted: number; replaced: number } {
    return this.#db.transaction(() => {
      let inserted = 0;
      for (let at = 0; at < texts.length; at += ROWS_LOOKED_UP) {
        const docs = texts.slice(at, at + ROWS_LOOKED_UP).map((text) => ({
          text,
          doc: JSON.parse(text) as JsonObject,
        }));
        const known = this.#rowsOf(docs.map(({ doc }) => doc.id as string));
        for (const { text, doc } of docs) {
          if (this.#put(text, doc, known.get(doc.id))) inserted += 1;
        }
      }
      return { inserted, replaced: texts.length - inserted };
    });
  }

  updateFirst(
    team: string | null,
    filter: FilterTree,
    order: readonly SortKey[],
    changes: CheckedChanges,
  ): string | null {
    const { sql, values } = toSql(this.#shape, team, filter);
    return this.#db.transaction(() => {
      const [row] = this.#db.all(
        `SELECT rid, doc FROM ${this.#table} WHERE ${sql} ORDER BY ${orderSql(order)} LIMIT 1`,
        ...values,
      );
      return row ? this.#change(row, changes) : null;
    });
  }

  /** Changes the matches, or those rows left by the previous step that still match. */
  updateMany(
    team: string | null,
    filter: FilterTree,
    changes: CheckedChanges,
    rows: number[] | null,
  ): Step {
    return this.#step(team, filter, rows, (row) => this.#change(row, changes));
  }

  removeMany(team: string | null, filter: FilterTree, rows: number[] | null): Step {
    return this.#step(team, filter, rows, (row) => {
      this.#writer.remove(Number(row.rid), JSON.parse(row.doc as string) as JsonObject);
    });
  }

  #step(
    team: string | null,
    filter: FilterTree,
    rows: number[] | null,
    act: (row: SqlRow) => void,
  ): Step {
    const { sql, values } = toSql(this.#shape, team, filter);
    return this.#db.transaction(() => {
      const rids =
        rows ??
        this.#db
          .all(`SELECT rid FROM ${this.#table} WHERE ${sql}`, ...values)
          .map((row) => Number(row.rid));
      let done = 0;
      for (let at = 0; at < Math.min(rids.length, ROWS_PER_STEP); at += ROWS_LOOKED_UP) {
        // Many rows at a time, since each statement reads the filter's lists anew; led by the rows.
        const found = this.#db.all(
          `SELECT rid, doc FROM (SELECT value AS wanted FROM json_each(?))
            CROSS JOIN ${this.#table} ON rid = wanted WHERE ${sql}`,
          JSON.stringify(rids.slice(at, at + ROWS_LOOKED_UP)),
          ...values,
        );
        for (const row of found) act(row);
        done += found.length;
      }
      return { done, rest: rids.slice(ROWS_PER_STEP) };
    });
  }

  /** By id. One statement for many rows: most of a lookup is the statement. */
  #rowsOf(ids: readonly string[]): Map<unknown, SqlRow> {
    const team = this.#shape.scope === 'team' ? ', team_id' : '';
    const rows = this.#db.all(
      `SELECT rid, id, doc${team} FROM ${this.#table} WHERE id IN (SELECT value FROM json_each(?))`,
      JSON.stringify(ids),
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** `row`: the stored document of the same id. A batch repeats no id. */
  #put(text: string, doc: JsonObject, row: SqlRow | undefined): boolean {
    if (!row) {
      this.#writer.insert(text, doc);
      return true;
    }
    if (this.#shape.scope === 'team' && row.team_id !== doc.teamId) {
      throw new ConflictError('the id is taken', { fields: ['id'] });
    }
    if (row.doc !== text) this.#writer.rewrite(row, text, doc);
    return false;
  }

  #change(row: SqlRow, changes: CheckedChanges): string {
    const doc = JSON.parse(row.doc as string) as JsonObject;
    applyChanges(doc, changes);
    const text = JSON.stringify(doc);
    if (text !== row.doc) this.#writer.rewrite(row, text, doc);
    return text;
  }
}

function scalarOf(value: SqlValue, kind: FieldKind): Scalar {
  return kind === 'boolean' && value !== null ? value === 1 : value;
}
