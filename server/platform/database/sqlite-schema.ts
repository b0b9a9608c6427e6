import type { FieldKind } from './collection.js';
import { type CollectionShape, indexKeys } from './collection-shape.js';
import { type JsonObject, valueAt } from './document-path.js';
import type { SqliteConnection, SqlValue } from './sqlite-connection.js';
import { fits } from './stored-document.js';

/**
 * The tables of a collection: `rid`, `id`, `team_id`, a real column per declared scalar field (faster
 * than generated columns on rewrites, and counting never parses JSON), the document as JSON text, and
 * per list field a side table of its members; the list's own column has its length.
 */

const PREFIX: Record<FieldKind, string> = {
  string: 's',
  number: 'n',
  boolean: 'b',
  'string[]': 'l',
};
const TYPE: Record<FieldKind, string> = {
  string: 'TEXT',
  number: 'REAL',
  boolean: 'INTEGER',
  'string[]': 'INTEGER',
};
const BACKFILL_STEP = 1_000;

export function quoted(name: string): string {
  return `"${name}"`;
}

export function columnName(field: string, kind: FieldKind): string {
  if (field === 'id') return 'id';
  return field === 'teamId' ? 'team_id' : `${PREFIX[kind]}_${field}`;
}

export function sideTable(shape: CollectionShape, field: string): string {
  return `${shape.name}/${field}`;
}

export function listFields(shape: CollectionShape): string[] {
  return [...shape.kinds].filter(([, kind]) => kind === 'string[]').map(([field]) => field);
}

/** The column value of a declared field; a value of an older, different kind counts as missing. */
export function columnValue(doc: JsonObject, field: string, kind: FieldKind): SqlValue {
  const value = valueAt(doc, field);
  if (value === null || !fits(value, kind)) return null;
  if (kind === 'string[]') return (value as string[]).length;
  return kind === 'boolean' ? Number(value) : (value as string | number);
}

export function listMembers(doc: JsonObject, field: string): Set<string> {
  const value = valueAt(doc, field);
  return new Set(fits(value, 'string[]') && value !== null ? (value as string[]) : []);
}

/** Migrates the file to the declared shapes in one transaction; a single read when nothing changed. */
export function prepareTables(db: SqliteConnection, shapes: readonly CollectionShape[]): void {
  const layouts = layoutsIn(db);
  const changed = shapes.filter(({ name, text }) => layouts.get(name) !== text);
  if (changed.length === 0) return;
  db.transaction(() => {
    db.run('CREATE TABLE IF NOT EXISTS cspm_layout (name TEXT PRIMARY KEY, layout TEXT NOT NULL)');
    for (const shape of changed) prepareTable(db, shape);
  });
}

/** The spec that each table was last migrated to. */
function layoutsIn(db: SqliteConnection): Map<string, string> {
  const known = db.all("SELECT 1 FROM sqlite_master WHERE name = 'cspm_layout'").length > 0;
  const rows = known ? db.all('SELECT name, layout FROM cspm_layout') : [];
  return new Map(rows.map(({ name, layout }) => [String(name), String(layout)]));
}

function prepareTable(db: SqliteConnection, shape: CollectionShape): void {
  const present = db
    .all(`PRAGMA table_info(${quoted(shape.name)})`)
    .map(({ name }) => String(name));
  if (present.length === 0) createTable(db, shape);
  else {
    const added = changeColumns(db, shape, present);
    if (added.length > 0) backfill(db, shape, added);
  }
  changeIndexes(db, shape);
  db.run('INSERT OR REPLACE INTO cspm_layout VALUES (?, ?)', shape.name, shape.text);
}

function createTable(db: SqliteConnection, shape: CollectionShape): void {
  const columns = [...shape.kinds]
    .filter(([field]) => field !== 'id' && field !== 'teamId')
    .map(([field, kind]) => `, ${quoted(columnName(field, kind))} ${TYPE[kind]}`);
  const team = shape.scope === 'team' ? 'team_id TEXT NOT NULL,' : '';
  db.run(
    `CREATE TABLE ${quoted(shape.name)}
      (rid INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, ${team} doc TEXT NOT NULL${columns.join('')})`,
  );
  for (const field of listFields(shape)) createSideTable(db, shape, field);
}

function changeColumns(
  db: SqliteConnection,
  shape: CollectionShape,
  present: readonly string[],
): string[] {
  const table = quoted(shape.name);
  const declared = new Map(
    [...shape.kinds].map(([field, kind]) => [columnName(field, kind), { field, kind }]),
  );
  for (const column of present) {
    if (['rid', 'id', 'team_id', 'doc'].includes(column) || declared.has(column)) continue;
    dropIndexes(db, shape);
    db.run(`ALTER TABLE ${table} DROP COLUMN ${quoted(column)}`);
    if (column.startsWith('l_')) {
      db.run(`DROP TABLE IF EXISTS ${quoted(sideTable(shape, column.slice(2)))}`);
    }
  }
  const added = [...declared].filter(([column]) => !present.includes(column));
  for (const [column, { field, kind }] of added) {
    db.run(`ALTER TABLE ${table} ADD COLUMN ${quoted(column)} ${TYPE[kind]}`);
    if (kind === 'string[]') createSideTable(db, shape, field);
  }
  return added.map(([, { field }]) => field);
}

function createSideTable(db: SqliteConnection, shape: CollectionShape, field: string): void {
  const [column, key] =
    shape.scope === 'team' ? ['team_id TEXT NOT NULL,', 'team_id, v, rid'] : ['', 'v, rid'];
  db.run(
    `CREATE TABLE ${quoted(sideTable(shape, field))}
      (${column} v TEXT NOT NULL, rid INTEGER NOT NULL, PRIMARY KEY (${key})) WITHOUT ROWID`,
  );
}

function backfill(db: SqliteConnection, shape: CollectionShape, fields: string[]): void {
  const table = quoted(shape.name);
  const kinds = fields.map((field) => [field, shape.kinds.get(field) as FieldKind] as const);
  const sets = kinds.map(([field, kind]) => `${quoted(columnName(field, kind))} = ?`).join(', ');
  const team = shape.scope === 'team';
  let rid = 0;
  for (;;) {
    const rows = db.all(
      `SELECT * FROM ${table} WHERE rid > ? ORDER BY rid LIMIT ${BACKFILL_STEP}`,
      rid,
    );
    for (const row of rows) {
      rid = Number(row.rid);
      const doc = JSON.parse(String(row.doc)) as JsonObject;
      const values = kinds.map(([field, kind]) => columnValue(doc, field, kind));
      db.run(`UPDATE ${table} SET ${sets} WHERE rid = ?`, ...values, rid);
      for (const [field, kind] of kinds) {
        if (kind !== 'string[]') continue;
        const into = quoted(sideTable(shape, field));
        for (const member of listMembers(doc, field)) {
          if (team)
            db.run(`INSERT INTO ${into} VALUES (?, ?, ?)`, String(row.team_id), member, rid);
          else db.run(`INSERT INTO ${into} VALUES (?, ?)`, member, rid);
        }
      }
    }
    if (rows.length < BACKFILL_STEP) return;
  }
}

function changeIndexes(db: SqliteConnection, shape: CollectionShape): void {
  const wanted = new Map<string, string>();
  const add = (kind: 'i' | 'u' | 's', columns: string[], only = '') => {
    const name = `${shape.name}/${kind}/${columns.join(',')}`;
    const unique = kind === 'u' ? 'UNIQUE ' : '';
    const list = columns.map((column) => quoted(column).replace(/"-(.*)/, '"$1 DESC')).join(', ');
    wanted.set(
      name,
      `CREATE ${unique}INDEX ${quoted(name)} ON ${quoted(shape.name)} (${list})${only}`,
    );
  };
  const columnsOf = (index: readonly string[], isAcrossTeams = false) =>
    indexKeys(shape, index, { isAcrossTeams }).map(
      (key) => `${key.down ? '-' : ''}${columnName(key.field, key.kind)}`,
    );
  if (shape.scope === 'team') add('i', ['team_id', 'id']);
  for (const index of shape.indexes) add('i', columnsOf(index));
  for (const index of shape.acrossTeams) add('i', columnsOf(index, true));
  for (const field of shape.sparse) {
    const column = quoted(columnName(field, shape.kinds.get(field) as FieldKind));
    add('s', columnsOf([field]), ` WHERE ${column} IS NOT NULL`);
  }
  for (const fields of shape.unique) {
    const columns = fields.map((field) => columnName(field, shape.kinds.get(field) as FieldKind));
    add('u', [...(shape.scope === 'team' ? ['team_id'] : []), ...columns]);
  }
  const present = new Set(ownIndexes(db, shape));
  for (const name of present) if (!wanted.has(name)) db.run(`DROP INDEX ${quoted(name)}`);
  for (const [name, sql] of wanted) if (!present.has(name)) db.run(sql);
}

function dropIndexes(db: SqliteConnection, shape: CollectionShape): void {
  for (const name of ownIndexes(db, shape)) db.run(`DROP INDEX ${quoted(name)}`);
}

function ownIndexes(db: SqliteConnection, shape: CollectionShape): string[] {
  return db
    .all(
      "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
      shape.name,
    )
    .map((row) => String(row.name));
}
