import type { FieldKind, Scalar } from './collection.js';
import type { CollectionShape, SortKey } from './collection-shape.js';
import type { FilterTree } from './filter-tree.js';
import type { SqlValue } from './sqlite-connection.js';
import { columnName, quoted, sideTable } from './sqlite-schema.js';

export interface SqlPart {
  sql: string;
  values: SqlValue[];
}

const COMPARE = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
/** Longer lists are passed as one JSON value, to keep statements few and below the limit on variables. */
const LISTED = 16;

/** A filter within one team (or, with null, all teams) as an SQL condition. */
export function toSql(shape: CollectionShape, team: string | null, tree: FilterTree): SqlPart {
  const values: SqlValue[] = [];
  const parts: string[] = [];
  if (team !== null) {
    parts.push('team_id = ?');
    values.push(team);
  }
  parts.push(condition(shape, team, tree, values));
  return { sql: parts.join(' AND '), values };
}

export function orderSql(order: readonly SortKey[]): string {
  return order.map((key) => `${columnOf(key)}${key.down ? ' DESC' : ''}`).join(', ');
}

/**
 * Rows after a cursor, as ranges in order: first those equal in all but the last key, then in all but
 * the last two … Each range is one index seek, which a single OR would not be.
 */
export function rangesAfter(order: readonly SortKey[], after: readonly Scalar[]): SqlPart[] {
  const ranges: SqlPart[] = [];
  for (let at = order.length - 1; at >= 0; at -= 1) {
    const same: string[] = [];
    const values: SqlValue[] = [];
    for (const [index, key] of order.slice(0, at).entries()) {
      const value = bound(after[index] ?? null);
      same.push(value === null ? `${columnOf(key)} IS NULL` : `${columnOf(key)} = ?`);
      if (value !== null) values.push(value);
    }
    const key = order[at] as SortKey;
    const column = columnOf(key);
    const value = bound(after[at] ?? null);
    const add = (sql: string, ...last: SqlValue[]) =>
      ranges.push({ sql: [...same, sql].join(' AND '), values: [...values, ...last] });
    if (value === null) {
      if (!key.down) add(`${column} IS NOT NULL`);
    } else {
      add(`${column} ${key.down ? '<' : '>'} ?`, value);
      if (key.down && key.field !== 'id') add(`${column} IS NULL`);
    }
  }
  return ranges;
}

export function columnOf(key: { field: string; kind: FieldKind }): string {
  return quoted(columnName(key.field, key.kind));
}

function condition(
  shape: CollectionShape,
  team: string | null,
  tree: FilterTree,
  values: SqlValue[],
): string {
  const joined = (parts: FilterTree[], word: string, empty: string): string =>
    parts.length === 0
      ? empty
      : `(${parts.map((part) => condition(shape, team, part, values)).join(word)})`;
  if ('all' in tree) return joined(tree.all, ' AND ', '1');
  if ('any' in tree) return joined(tree.any, ' OR ', '0');
  if ('none' in tree) {
    return plainNot(tree.none, values) ?? `${joined(tree.none, ' OR ', '0')} IS NOT TRUE`;
  }
  if ('compare' in tree) {
    values.push(tree.value);
    return `${columnOf(tree)} ${COMPARE[tree.compare]} ?`;
  }
  if ('contains' in tree) {
    values.push(tree.contains);
    return `instr(${columnOf(tree)}, ?) > 0`;
  }
  const there = tree.in.filter((value) => value !== null);
  const parts: string[] = [];
  if (there.length > 0) {
    parts.push(
      tree.kind === 'string[]'
        ? inList(shape, team, tree.field, there, values)
        : `${columnOf(tree)} ${oneOf(there, values)}`,
    );
  }
  if (there.length < tree.in.length) parts.push(`${columnOf(tree)} IS NULL`);
  return parts.length === 0
    ? '0'
    : parts.length === 1
      ? (parts[0] as string)
      : `(${parts.join(' OR ')})`;
}

/** `is not this value` and `is not null` as plain SQL, so that an index can be used. */
function plainNot(none: FilterTree[], values: SqlValue[]): string | null {
  const [only] = none;
  if (none.length !== 1 || !only || !('in' in only) || only.in.length !== 1) return null;
  const value = bound(only.in[0] ?? null);
  if (value === null) return `${columnOf(only)} IS NOT NULL`;
  if (only.kind === 'string[]') return null;
  values.push(value);
  return `${columnOf(only)} IS NOT ?`;
}

function inList(
  shape: CollectionShape,
  team: string | null,
  field: string,
  members: Scalar[],
  values: SqlValue[],
): string {
  const within = team === null ? '' : 'team_id = ? AND ';
  if (team !== null) values.push(team);
  const side = quoted(sideTable(shape, field));
  return `rid IN (SELECT rid FROM ${side} WHERE ${within}v ${oneOf(members, values)})`;
}

function oneOf(members: Scalar[], values: SqlValue[]): string {
  const bounds = members.map(bound);
  if (bounds.length > LISTED) {
    values.push(JSON.stringify(bounds));
    return 'IN (SELECT value FROM json_each(?))';
  }
  values.push(...bounds);
  return bounds.length === 1 ? '= ?' : `IN (${bounds.map(() => '?').join(', ')})`;
}

function bound(value: Scalar): SqlValue {
  return typeof value === 'boolean' ? Number(value) : value;
}
