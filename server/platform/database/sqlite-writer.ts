import type { FieldKind } from './collection.js';
import type { CollectionShape } from './collection-shape.js';
import type { JsonObject } from './document-path.js';
import type { SqliteConnection, SqlRow, SqlValue } from './sqlite-connection.js';
import {
  columnName,
  columnValue,
  listFields,
  listMembers,
  quoted,
  sideTable,
} from './sqlite-schema.js';

/** Writes rows and their list members. Updates name only changed columns, because SQLite rewrites the indexes of every named column. */
export class SqliteWriter {
  readonly #db: SqliteConnection;
  readonly #shape: CollectionShape;
  readonly #columns: { name: string; field: string; kind: FieldKind }[];
  readonly #lists: { field: string; insert: string; remove: string }[];
  readonly #insert: string;
  readonly #remove: string;

  constructor(db: SqliteConnection, shape: CollectionShape) {
    this.#db = db;
    this.#shape = shape;
    this.#columns = [...shape.kinds].map(([field, kind]) => ({
      name: quoted(columnName(field, kind)),
      field,
      kind,
    }));
    const team = shape.scope === 'team';
    this.#lists = listFields(shape).map((field) => {
      const side = quoted(sideTable(shape, field));
      return {
        field,
        insert: `INSERT INTO ${side} VALUES (${team ? '?, ' : ''}?, ?)`,
        remove: `DELETE FROM ${side} WHERE ${team ? 'team_id = ? AND ' : ''}v = ? AND rid = ?`,
      };
    });
    const names = this.#columns.map((column) => column.name).join(', ');
    const marks = this.#columns.map(() => '?').join(', ');
    const table = quoted(shape.name);
    this.#insert = `INSERT INTO ${table} (doc, ${names}) VALUES (?, ${marks})`;
    this.#remove = `DELETE FROM ${table} WHERE rid = ?`;
  }

  insert(text: string, doc: JsonObject): void {
    const values = this.#columns.map(({ field, kind }) => columnValue(doc, field, kind));
    const { rid } = this.#db.run(this.#insert, text, ...values);
    this.#writeLists(rid, null, doc);
  }

  rewrite(row: SqlRow, text: string, doc: JsonObject): void {
    const rid = Number(row.rid);
    const before = JSON.parse(row.doc as string) as JsonObject;
    const names = ['doc'];
    const values: SqlValue[] = [text];
    for (const { name, field, kind } of this.#columns) {
      const value = columnValue(doc, field, kind);
      if (value === columnValue(before, field, kind)) continue;
      names.push(name);
      values.push(value);
    }
    const sets = names.map((name) => `${name} = ?`).join(', ');
    this.#db.run(`UPDATE ${quoted(this.#shape.name)} SET ${sets} WHERE rid = ?`, ...values, rid);
    this.#writeLists(rid, before, doc);
  }

  remove(rid: number, doc: JsonObject): void {
    this.#writeLists(rid, doc, null);
    this.#db.run(this.#remove, rid);
  }

  #writeLists(rid: number, before: JsonObject | null, after: JsonObject | null): void {
    const team = this.#shape.scope === 'team' ? [(after ?? before)?.teamId as string] : [];
    for (const { field, insert, remove } of this.#lists) {
      const old = before ? listMembers(before, field) : new Set<string>();
      const members = after ? listMembers(after, field) : new Set<string>();
      for (const member of old)
        if (!members.has(member)) this.#db.run(remove, ...team, member, rid);
      for (const member of members)
        if (!old.has(member)) this.#db.run(insert, ...team, member, rid);
    }
  }
}
