import fc from 'fast-check';
import type { Changes, Collection, Filter, TeamDoc } from './collection.js';

export interface Sample extends TeamDoc {
  [key: string]: unknown;
}

const TEXTS = [
  '',
  'a',
  'A',
  'ab',
  'b',
  'é',
  '\u{1F600}',
  '\uFFFD',
  '\uD7FF',
  '%_.*',
  "o'x",
  '$a',
  'null',
];
const NUMBERS = [-1.5, 0, 1, 2, 2.5, 1e15, 9007199254740991];
const IDS = Array.from({ length: 24 }, (_, at) => `d${at}`);
export const TEAMS = ['red', 'blue'];
const SCALARS = ['title', 'rank', 'open', 'owner.name', 'id'];
export const SPEC = {
  scope: 'team',
  fields: {
    title: 'string',
    rank: 'number',
    open: 'boolean',
    tags: 'string[]',
    'owner.name': 'string',
    'owner.roles': 'string[]',
  },
  unique: [['title', 'rank', 'open']],
  indexes: [['open', '-rank'], ['title', 'rank'], ['-owner.name']],
  sparse: ['rank', 'owner.name'],
} as const;

const text = fc.constantFrom(...TEXTS);
const number = fc.constantFrom(...NUMBERS);
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 5 });
const list = fc.array(text, { maxLength: 3 });
const id = fc.constantFrom(...IDS);

const doc = fc.record(
  {
    id,
    title: orNull(text),
    rank: orNull(number),
    open: orNull(fc.boolean()),
    tags: orNull(list),
    owner: orNull(
      fc.record(
        { name: orNull(text), roles: orNull(list), more: fc.jsonValue() },
        { requiredKeys: [] },
      ),
    ),
    meta: fc.jsonValue({ maxDepth: 2 }),
  },
  { requiredKeys: ['id'] },
);

const conditionOf = (value: fc.Arbitrary<string | number>) =>
  fc.oneof(
    orNull(value),
    fc.record({ ne: orNull(value) }),
    fc.record({ in: fc.array(orNull(value), { maxLength: 3 }) }),
    fc.record({ nin: fc.array(orNull(value), { maxLength: 3 }) }),
    fc.record({ gt: value, lte: value }, { requiredKeys: [] }),
    fc.record({ gte: value, lt: value }, { requiredKeys: [] }),
    fc.record({ exists: fc.boolean() }),
  );
const textCondition = fc.oneof(
  conditionOf(text),
  fc.record({ contains: text }),
  fc.record({ startsWith: text }),
);
const listCondition = fc.oneof(
  orNull(text),
  fc.record({ ne: orNull(text) }),
  fc.record({ in: fc.array(orNull(text), { maxLength: 3 }) }),
  fc.record({ nin: fc.array(orNull(text), { maxLength: 3 }) }),
  fc.record({ all: list }),
  fc.record({ exists: fc.boolean() }),
);
const leaf = fc.record(
  {
    title: textCondition,
    'owner.name': textCondition,
    id: fc.oneof(id, fc.record({ gte: id })),
    rank: conditionOf(number),
    open: fc.oneof(orNull(fc.boolean()), fc.record({ ne: orNull(fc.boolean()) })),
    tags: listCondition,
    'owner.roles': listCondition,
  },
  { requiredKeys: [] },
);
const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf.map((given) => Object.fromEntries(Object.entries(given).slice(0, 2)) as Filter),
    fc.record({ or: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ and: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ nor: fc.array(tie('filter'), { maxLength: 3 }) }),
  ),
}));

const changes: fc.Arbitrary<Changes> = fc.oneof(
  fc.record({
    set: fc.record(
      { title: orNull(text), 'owner.name': orNull(text), meta: fc.jsonValue() },
      { requiredKeys: [] },
    ),
  }),
  fc.record({
    inc: fc.record(
      { rank: fc.constantFrom(1, -2, 0.5), hits: fc.constant(1) },
      { requiredKeys: [] },
    ),
  }),
  fc.record({
    addToSet: fc.record({ tags: list }),
    unset: fc.subarray(['title', 'owner.name', 'owner']),
  }),
  fc.record({ pull: fc.record({ tags: list, 'owner.roles': list }, { requiredKeys: [] }) }),
  fc.record({
    set: fc.record({ owner: orNull(fc.record({ name: text })) }),
    unset: fc.subarray(['rank', 'open']),
  }),
);
const sort = fc
  .subarray(
    SCALARS.filter((field) => field !== 'id'),
    { maxLength: 3 },
  )
  .chain((fields) => fc.tuple(...fields.map((field) => fc.constantFrom(field, `-${field}`))));
const group = fc.subarray(SCALARS, { minLength: 1, maxLength: 3 });

type Query = (collection: Collection<Sample>) => Promise<unknown>;
export const query: fc.Arbitrary<{ label: string; run: Query }> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(filter, sort, fc.integer({ min: 1, max: 7 }))
      .map(([f, s, limit]) => made('find', [f, s, limit], (c) => allPages(c, f, s, limit))),
  },
  { weight: 2, arbitrary: filter.map((f) => made('count', [f], (c) => c.count(f))) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(filter, group)
      .map(([f, fields]) => made('groupCount', [f, fields], (c) => c.groupCount(f, fields))),
  },
  {
    weight: 3,
    arbitrary: fc.uniqueArray(doc, { maxLength: 6, selector: (each) => each.id }).map((docs) =>
      made('put', docs, async (c) => {
        const results = [];
        for (const each of docs)
          results.push(await settled(() => c.putMany([each as unknown as Sample])));
        return results;
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: doc.map((each) =>
      made('insert', [each], (c) => c.insert(each as unknown as Sample)),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(id, changes, filter)
      .map(([key, change, only]) =>
        made('update', [key, change, only], (c) => c.update(key, change, only)),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(id, changes)
      .map(([key, change]) =>
        made('updateMany', [key, change], (c) => c.updateMany({ id: key }, change)),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(filter, changes, sort)
      .map(([f, change, s]) => made('claim', [f, change, s], (c) => c.claim(f, change, s))),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(filter, id)
      .map(([f, key]) =>
        made('removeMany', [f, key], (c) => c.removeMany({ and: [f, { id: { lt: key } }] })),
      ),
  },
  { weight: 1, arbitrary: id.map((key) => made('remove', [key], (c) => c.remove(key))) },
  { weight: 1, arbitrary: fc.array(id).map((ids) => made('getMany', ids, (c) => c.getMany(ids))) },
);

function made(verb: string, args: unknown[], run: Query) {
  return { label: `${verb} ${JSON.stringify(args)}`, run };
}

async function allPages(
  collection: Collection<Sample>,
  f: Filter,
  s: readonly string[],
  limit: number,
) {
  const pages: unknown[] = [];
  let after: string | null = null;
  do {
    const page = await collection.find(f, { sort: s, limit, after });
    pages.push(page.items);
    after = page.nextCursor;
  } while (after !== null && pages.length < 50);
  return pages;
}

/** The result as text with sorted keys, so that key order does not matter. */
export async function settled(query: () => Promise<unknown>): Promise<string> {
  try {
    return stable(await query());
  } catch (error) {
    return error instanceof Error ? `throws ${error.name}` : 'throws';
  }
}

function stable(value: unknown): string {
  return (
    JSON.stringify(value, (_, member: unknown) =>
      typeof member === 'object' && member !== null && !Array.isArray(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
        : member,
    ) ?? 'undefined'
  );
}
