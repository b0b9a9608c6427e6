import type { CollectionSpec, Database, TeamDoc } from './collection.js';

/** The collection of the suite; each test has a new one. */
export interface Thing extends TeamDoc {
  title?: string | null;
  rank?: number | null;
  open?: boolean | null;
  tags?: string[] | null;
  owner?: { name?: string | null; [key: string]: unknown } | null;
  meta?: unknown;
  [key: string]: unknown;
}

export type NewThing = Omit<Partial<Thing>, 'teamId'> & { id: string };

export const RED = { teamId: 'team_red' };
export const BLUE = { teamId: 'team_blue' };

export const FIELDS = {
  title: 'string',
  rank: 'number',
  open: 'boolean',
  tags: 'string[]',
  'owner.name': 'string',
  'owner.roles': 'string[]',
} as const;

let made = 0;

export function thingsSpec(changes: Partial<CollectionSpec<Thing>> = {}): CollectionSpec<Thing> {
  made += 1;
  return {
    name: `things_${made}`,
    scope: 'team',
    fields: FIELDS,
    indexes: [['open', '-rank'], ['title'], ['open', 'title', 'rank']],
    ...changes,
  };
}

export function thing(doc: NewThing): Thing {
  return doc as unknown as Thing;
}

/** A collection of the red team with these documents. */
export async function redWith(
  db: Database,
  docs: readonly NewThing[],
  spec: CollectionSpec<Thing> = thingsSpec(),
) {
  const red = db.team(spec, RED);
  await red.putMany(docs.map(thing));
  return { spec, red, blue: db.team(spec, BLUE), all: db.acrossTeams(spec) };
}

/** The ids in the order of the page. */
export function idsOf(docs: readonly { id: string }[]): string[] {
  return docs.map((doc) => doc.id);
}

/** Keys and values that are special elsewhere and ordinary here. */
export const HARMLESS =
  JSON.parse(`{"__proto__": {"admin": true}, "constructor": 1, "a.b": 2, "$set": {"x": 1},
  "$ref": "r", "$id": "i", "$db": "d", "_bsontype": "ObjectId", "": "empty", "\uFF04x": 1, "0": [null, [], {}],
  "deep": [{"$where": "1", "k.l": {"$gt": ""}}], "big": 9007199254740991, "small": 5e-324, "text": "\\u0001"}`);
