import type { CollectionSpec, Doc, FieldKind } from './collection.js';

/**
 * A collection's spec, validated once and extended with the fields that every collection has.
 * An invalid spec is a bug, so it throws TypeError, not an error that callers see.
 */
export interface CollectionShape {
  name: string;
  scope: 'team' | 'global';
  /** The declared fields with `id` (and `teamId`). */
  kinds: ReadonlyMap<string, FieldKind>;
  unique: readonly (readonly string[])[];
  indexes: readonly (readonly string[])[];
  sparse: readonly string[];
  acrossTeams: readonly (readonly string[])[];
  /** The spec as text: equal texts mean equal shapes, also in another thread. */
  text: string;
}

export interface SortKey {
  field: string;
  kind: FieldKind;
  down: boolean;
}

const NAME = /^[a-z][a-z0-9_]{0,79}$/;
const FIELD = /^[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$/;
const KINDS: readonly string[] = ['string', 'number', 'boolean', 'string[]'];
const RESERVED = ['id', 'teamId', 'or', 'and', 'nor'];

const shapes = new WeakMap<CollectionSpec<Doc>, CollectionShape>();

export function shapeOf(spec: CollectionSpec<Doc>): CollectionShape {
  const known = shapes.get(spec);
  if (known) return known;
  const shape = readShape(spec);
  shapes.set(spec, shape);
  return shape;
}

export function parseSortKey(shape: CollectionShape, text: string): SortKey | null {
  const down = text.startsWith('-');
  const field = down ? text.slice(1) : text;
  const kind = shape.kinds.get(field);
  return kind ? { field, kind, down } : null;
}

/** The keys of an index: the team first, then the declared fields, and the id last for ordered pages. */
export function indexKeys(
  shape: CollectionShape,
  index: readonly string[],
  { isAcrossTeams = false } = {},
): SortKey[] {
  const hasTeam = shape.scope === 'team' && !isAcrossTeams;
  const fields = [...(hasTeam ? ['teamId'] : []), ...index, 'id'];
  const keys = fields.map((field) => parseSortKey(shape, field) as SortKey);
  return keys.filter((key, at) => keys.findIndex((other) => other.field === key.field) === at);
}

function readShape(spec: CollectionSpec<Doc>): CollectionShape {
  const { name, scope, fields, unique = [], indexes = [], sparse = [] } = spec;
  const { acrossTeams = [] } = spec;
  const wrong = (what: string) => new TypeError(`collection ${name}: ${what}`);
  if (!NAME.test(name) || name.startsWith('sqlite_') || name.startsWith('cspm_')) {
    throw wrong('the name must be snake_case and not begin with sqlite_ or cspm_');
  }
  if (scope !== 'team' && scope !== 'global') throw wrong('scope must be team or global');
  const kinds = new Map<string, FieldKind>([['id', 'string']]);
  if (scope === 'team') kinds.set('teamId', 'string');
  for (const [field, kind] of Object.entries(fields)) {
    const keys = field.split('.');
    if (!FIELD.test(field) || RESERVED.includes(keys[0] as string) || keys.some(isUnsafeKey)) {
      throw wrong(`field ${field} has a name that cannot be declared`);
    }
    if (!KINDS.includes(kind)) throw wrong(`field ${field} has an unknown kind ${String(kind)}`);
    kinds.set(field, kind);
  }
  for (const field of kinds.keys()) {
    for (const other of kinds.keys()) {
      if (other.startsWith(`${field}.`)) throw wrong(`${other} lies inside ${field}`);
      if (other !== field && other.toLowerCase() === field.toLowerCase()) {
        throw wrong(`${field} and ${other} differ in case only`);
      }
    }
  }
  // Left out when there are none, so that the text of most collections is the one of former releases.
  const optional = { sparse: spec.sparse, acrossTeams: spec.acrossTeams };
  const text = JSON.stringify({ name, scope, fields, unique, indexes, ...optional });
  const shape: CollectionShape = {
    ...{ name, scope, kinds, unique, indexes, sparse, acrossTeams, text },
  };
  if (scope === 'global' && acrossTeams.length > 0) {
    throw wrong('acrossTeams belongs to team collections');
  }
  for (const path of [...unique, ...indexes, ...acrossTeams, ...sparse.map((field) => [field])])
    checkAccessPath(shape, path, wrong);
  for (const path of [...unique, sparse]) {
    if (path.some((field) => field.startsWith('-'))) {
      throw wrong('unique and sparse fields have no direction');
    }
  }
  return shape;
}

function checkAccessPath(
  shape: CollectionShape,
  path: readonly string[],
  wrong: (what: string) => TypeError,
): void {
  if (path.length === 0) throw wrong('an index needs a field');
  for (const field of path) {
    const key = parseSortKey(shape, field);
    if (!key) throw wrong(`index field ${field} is not declared`);
    if (key.kind === 'string[]') throw wrong(`${field} is a list, which has its own index`);
  }
}

/** Keys that MongoDB reads as positions, or JavaScript as something else. */
export function isUnsafeKey(key: string): boolean {
  return key === '__proto__' || key === '' || /^\d+$/.test(key);
}
