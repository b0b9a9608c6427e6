import { describe, expect, it } from 'vitest';
import { ConflictError, InvalidInputError } from '../errors.js';
import type { Changes, Database } from './collection.js';
import { idsOf, RED, redWith, type Thing, thing, thingsSpec } from './suite-things.contract.js';

const HARMLESS =
  JSON.parse(`{"__proto__": {"admin": true}, "constructor": 1, "a.b": 2, "$set": {"x": 1},
  "$ref": "r", "$id": "i", "$db": "d", "_bsontype": "ObjectId", "": "empty", "\uFF04x": 1, "0": [null, [], {}],
  "deep": [{"$where": "1", "k.l": {"$gt": ""}}], "big": 9007199254740991, "small": 5e-324, "text": "\\u0001"}`);

const REFUSED: [name: string, doc: unknown][] = [
  ['a text where a number is declared', { id: 'x', rank: '1' }],
  ['a number where a text is declared', { id: 'x', title: 1 }],
  ['an object where a text is declared', { id: 'x', title: { a: 1 } }],
  ['NaN', { id: 'x', rank: Number.NaN }],
  ['a text where a list is declared', { id: 'x', tags: 'a' }],
  ['null in a list', { id: 'x', tags: ['a', null] }],
  ['a list on the way to a field', { id: 'x', owner: [{ name: 'a' }] }],
  ['a text on the way to a field', { id: 'x', owner: 'ann' }],
  ['a wrong kind below', { id: 'x', owner: { name: 5 } }],
  ['no id', { title: 'a' }],
  ['an empty id', { id: '' }],
  ['an id that is no text', { id: 5 }],
  ['a very long id', { id: 'x'.repeat(501) }],
  ['an _id', { id: 'x', _id: 'y' }],
  ['an id with a NUL', { id: 'x\u0000' }],
  [
    'a circle',
    (() => {
      const doc: Record<string, unknown> = { id: 'x' };
      doc.self = doc;
      return doc;
    })(),
  ],
];

export function writingContract(db: () => Database): void {
  describe('insert and putMany', () => {
    it('gives back what was written', async () => {
      const { red } = await redWith(db(), []);
      const doc = {
        id: 'a',
        title: 'ä\u{1F600}\u0001',
        rank: -1.5,
        open: true,
        tags: ['x', 'x'],
        meta: HARMLESS,
        owner: { name: null },
      };
      await red.insert(thing(doc));
      expect(await red.get('a')).toEqual({ ...doc, teamId: RED.teamId });
      expect(JSON.stringify((await red.get('a'))?.meta)).toBe(JSON.stringify(HARMLESS));
      expect(({} as { admin?: boolean }).admin).toBeUndefined();
    });

    it('writes plain JSON: undefined is left out, instants are text, half pairs are replaced', async () => {
      const { red } = await redWith(db(), []);
      await red.insert({
        id: 'a',
        title: undefined,
        meta: { at: new Date(0), half: '\uD800!', nul: { 'a\u0000': '\u0000' }, zero: -0 },
      } as Thing);
      expect(await red.get('a')).toEqual({
        id: 'a',
        teamId: RED.teamId,
        meta: {
          at: '1970-01-01T00:00:00.000Z',
          half: '\uFFFD!',
          nul: { 'a\uFFFD': '\uFFFD' },
          zero: 0,
        },
      });
    });

    it.each([
      '__proto__',
      'a.b',
      '$id',
      'constructor',
      "'; DROP TABLE x; --",
      '\u{1F600}',
      ' ',
      '0',
    ])('takes the id %s', async (id) => {
      const { red } = await redWith(db(), []);
      await red.insert(thing({ id, rank: 1 }));
      expect(await red.get(id)).toMatchObject({ id, rank: 1 });
      expect(idsOf(await red.getMany([id, 'other']))).toEqual([id]);
      expect((await red.update(id, { inc: { rank: 1 } }))?.rank).toBe(2);
      expect(await red.remove(id)).toBe(true);
      expect(await red.get(id)).toBeNull();
    });

    it('refuses an id that is taken and leaves the first', async () => {
      const { red } = await redWith(db(), [{ id: 'a', rank: 1 }]);
      await expect(red.insert(thing({ id: 'a', rank: 2 }))).rejects.toThrow(ConflictError);
      await expect(red.insert(thing({ id: 'a' }))).rejects.toMatchObject({
        details: { fields: ['id'] },
      });
      expect((await red.get('a'))?.rank).toBe(1);
    });

    it.each(REFUSED)('refuses %s', async (_name, doc) => {
      const { red } = await redWith(db(), []);
      await expect(red.insert(doc as Thing)).rejects.toThrow(InvalidInputError);
      await expect(red.putMany([doc as Thing])).rejects.toThrow(InvalidInputError);
      expect(await red.count({})).toBe(0);
    });

    it('puts new documents and whole ones in place of the old', async () => {
      const { red } = await redWith(db(), [
        { id: 'a', rank: 1, tags: ['x', 'y'] },
        { id: 'b', rank: 1 },
      ]);
      const put = await red.putMany(
        [{ id: 'a', tags: ['y', 'z'] }, { id: 'b', rank: 1 }, { id: 'c' }].map(thing),
      );
      expect(put).toEqual({ inserted: 1, replaced: 2 });
      expect(await red.get('a')).toEqual({ id: 'a', teamId: RED.teamId, tags: ['y', 'z'] });
      expect([
        await red.count({ tags: 'x' }),
        await red.count({ tags: 'y' }),
        await red.count({ rank: 1 }),
      ]).toEqual([0, 1, 1]);
      expect(await red.putMany([])).toEqual({ inserted: 0, replaced: 0 });
    });

    it('refuses a batch that names an id twice', async () => {
      const { red } = await redWith(db(), []);
      await expect(red.putMany([thing({ id: 'a' }), thing({ id: 'a' })])).rejects.toThrow(
        InvalidInputError,
      );
    });

    it('puts 5,000 documents, and again', async () => {
      const docs = Array.from({ length: 5_000 }, (_, at) =>
        thing({ id: `d${at}`, rank: at, tags: [`t${at % 10}`] }),
      );
      const { red } = await redWith(db(), []);
      expect(await red.putMany(docs)).toEqual({ inserted: 5_000, replaced: 0 });
      expect(await red.putMany(docs)).toEqual({ inserted: 0, replaced: 5_000 });
      expect(await red.count({ tags: 't3' })).toBe(500);
      expect(await red.getMany(idsOf(docs))).toHaveLength(5_000);
      expect(await red.updateMany({ rank: { lt: 4_500 } }, { inc: { rank: 10_000 } })).toBe(4_500);
      expect(await red.removeMany({ rank: { gte: 10_000 } })).toBe(4_500);
      expect(await red.count({})).toBe(500);
    });
  });

  describe('getMany', () => {
    it('answers in the order asked, each once', async () => {
      const { red } = await redWith(db(), [{ id: 'a' }, { id: 'b' }]);
      expect(idsOf(await red.getMany(['b', 'x', 'a', 'b']))).toEqual(['b', 'a']);
      expect(await red.getMany([])).toEqual([]);
    });
  });

  describe('unique', () => {
    const unique = { unique: [['title', 'rank'], ['owner.name']], indexes: [] };

    it('refuses a combination that is taken within the team, by every verb', async () => {
      const { red, blue } = await redWith(
        db(),
        [
          { id: 'a', title: 't', rank: 1 },
          { id: 'b', title: 't', rank: 2 },
        ],
        thingsSpec(unique),
      );
      const taken = { title: 't', rank: 1 };
      await expect(red.insert(thing({ id: 'c', ...taken }))).rejects.toMatchObject({
        status: 409,
        details: { fields: ['title', 'rank'] },
      });
      await expect(red.putMany([thing({ id: 'c', ...taken })])).rejects.toThrow(ConflictError);
      await expect(red.update('b', { set: { rank: 1 } })).rejects.toThrow(ConflictError);
      await expect(red.updateMany({ id: 'b' }, { set: { rank: 1 } })).rejects.toThrow(
        ConflictError,
      );
      await expect(red.claim({ id: 'b' }, { inc: { rank: -1 } })).rejects.toThrow(ConflictError);
      await blue.insert(thing({ id: 'd', ...taken }));
      await red.remove('a');
      await red.insert(thing({ id: 'c', ...taken }));
      expect(await red.count({ title: 't' })).toBe(2);
    });

    it('lets null and missing repeat', async () => {
      const { red } = await redWith(db(), [], thingsSpec(unique));
      const docs = [
        { title: 't' },
        { title: 't', rank: null },
        { title: null, rank: 1 },
        { rank: 1 },
        {},
        { owner: { name: null } },
      ];
      for (const [at, doc] of docs.entries()) await red.insert(thing({ id: `n${at}`, ...doc }));
      await red.insert(thing({ id: 'o', owner: { name: 'ann' } }));
      await expect(red.insert(thing({ id: 'p', owner: { name: 'ann' } }))).rejects.toThrow(
        ConflictError,
      );
      expect(await red.count({})).toBe(7);
    });
  });

  describe('update', () => {
    const CHANGES: [string, object, Changes, object][] = [
      [
        'sets',
        { rank: 1 },
        { set: { rank: 2, title: 'x', extra: HARMLESS, open: undefined } },
        { rank: 2, title: 'x', extra: HARMLESS },
      ],
      [
        'replaces an object whole',
        { meta: { a: 1 } },
        { set: { meta: { b: 2 } } },
        { meta: { b: 2 } },
      ],
      [
        'sets below',
        { owner: { name: 'a', x: 1 } },
        { set: { 'owner.name': 'b', 'owner.deep.er': [1] } },
        { owner: { name: 'b', x: 1, deep: { er: [1] } } },
      ],
      [
        'makes the way',
        { owner: null },
        { set: { 'owner.name': 'b', 'meta.a': null } },
        { owner: { name: 'b' }, meta: { a: null } },
      ],
      [
        'clears',
        { rank: 1, tags: ['a'] },
        { set: { rank: null, tags: null } },
        { rank: null, tags: null },
      ],
      [
        'takes away',
        { rank: 1, owner: { name: 'a', x: 1 } },
        { unset: ['rank', 'owner.name', 'nope', 'meta.nope'] },
        { owner: { x: 1 } },
      ],
      [
        'counts',
        { rank: 1 },
        { inc: { rank: 2, 'meta.hits': 0.5 } },
        { rank: 3, meta: { hits: 0.5 } },
      ],
      ['counts from null', { rank: null }, { inc: { rank: -2 } }, { rank: -2 }],
      [
        'adds once, in order',
        { tags: ['b'] },
        { addToSet: { tags: ['c', 'b', 'a', 'c'], list: ['$x'] } },
        { tags: ['b', 'c', 'a'], list: ['$x'] },
      ],
      ['adds to null', { tags: null }, { addToSet: { tags: ['c'] } }, { tags: ['c'] }],
      [
        'pulls',
        { tags: ['a', 'b', 'a'] },
        { pull: { tags: ['a', 'x'], list: ['y'] } },
        { tags: ['b'] },
      ],
      ['pulls from null', { tags: null }, { pull: { tags: ['a'] } }, { tags: null }],
      [
        'all at once',
        { rank: 1, tags: ['a'], open: true, old: 1 },
        {
          set: { title: 't' },
          inc: { rank: 1 },
          addToSet: { tags: ['b'] },
          unset: ['old', 'open'],
        },
        { rank: 2, tags: ['a', 'b'], title: 't' },
      ],
      ['nothing', { rank: 1 }, {}, { rank: 1 }],
      [
        'text like a field',
        { rank: 1 },
        { set: { title: '$rank', meta: { a: '$$ROOT', $b: '$rank' } } },
        { rank: 1, title: '$rank', meta: { a: '$$ROOT', $b: '$rank' } },
      ],
    ];
    it.each(CHANGES)('%s', async (_name, before, changes, after) => {
      const { red } = await redWith(db(), [{ id: 'a', ...before }, { id: 'b' }]);
      const expected = { id: 'a', teamId: RED.teamId, ...after };
      expect(await red.update('a', changes)).toEqual(expected);
      expect(await red.get('a')).toEqual(expected);
      expect(await red.get('b')).toEqual({ id: 'b', teamId: RED.teamId });
      for (const field of ['rank', 'title', 'tags'] as const) {
        const value = expected[field as keyof typeof expected] as unknown;
        const condition = Array.isArray(value)
          ? { all: value as string[] }
          : ((value ?? null) as string);
        expect(idsOf((await red.find({ [field]: condition }, { limit: 9 })).items)).toContain('a');
      }
    });

    const WRONG: Changes[] = [
      { set: { id: 'b' } },
      { set: { teamId: 'team_blue' } },
      { unset: ['teamId'] },
      { set: { 'id.x': 1 } },
      { set: { rank: 'high' } },
      { set: { rank: 1 }, inc: { rank: 1 } },
      { set: { owner: { name: 1 } } },
      { set: { owner: {}, 'owner.name': 'a' } },
      { set: { owner: 'ann' } },
      { set: { 'title.x': 1 } },
      { inc: { title: 1 } },
      { inc: { rank: Number.NaN } },
      { addToSet: { title: ['a'] } },
      { pull: { rank: ['a'] } },
      { set: JSON.parse('{"__proto__": 1}') },
      { set: { 'meta.__proto__.x': 1 } },
      { set: { $x: 1 } },
      { set: { 'a..b': 1 } },
      { set: { 'meta.0': 1 } },
      { addToSet: { tags: [1 as unknown as string] } },
      { set: { _id: 1 } },
      { $set: { rank: 1 } } as Changes,
      { inc: { meta: 1 } },
      { addToSet: { meta: ['a'] } },
    ];
    it.each(WRONG)('refuses %j', async (changes) => {
      const { red } = await redWith(db(), [{ id: 'a', rank: 1, meta: 'text' }]);
      await expect(red.update('a', changes)).rejects.toThrow(InvalidInputError);
      expect(await red.get('a')).toEqual({ id: 'a', teamId: RED.teamId, rank: 1, meta: 'text' });
    });

    it('changes only what still matches', async () => {
      const { red } = await redWith(db(), [{ id: 'a', open: true }]);
      expect(
        await red.update('a', { set: { open: false } }, { open: { in: [true] } }),
      ).toMatchObject({ open: false });
      expect(await red.update('a', { set: { rank: 1 } }, { open: true })).toBeNull();
      expect(await red.update('nope', { set: { rank: 1 } })).toBeNull();
      expect((await red.get('a'))?.rank).toBeUndefined();
    });

    it('loses no change of concurrent callers', async () => {
      const { red } = await redWith(db(), [{ id: 'a', rank: 0 }]);
      await Promise.all(
        Array.from({ length: 40 }, (_, at) =>
          red.update('a', { inc: { rank: 1 }, addToSet: { tags: [`t${at}`] } }),
        ),
      );
      expect(await red.get('a')).toMatchObject({ rank: 40 });
      expect((await red.get('a'))?.tags).toHaveLength(40);
    });
  });

  describe('claim', () => {
    it('gives each match to one caller, in order', async () => {
      const { red } = await redWith(
        db(),
        Array.from({ length: 30 }, (_, at) => ({ id: `j${at}`, rank: at % 7, open: true })),
      );
      const claims = await Promise.all(
        Array.from({ length: 40 }, () =>
          red.claim({ open: true }, { set: { open: false } }, ['-rank']),
        ),
      );
      const got = claims.filter((doc) => doc !== null);
      expect(new Set(idsOf(got)).size).toBe(30);
      expect(got).toHaveLength(30);
      expect(await red.claim({ open: true }, { set: { open: false } })).toBeNull();
    });

    it('takes the first in sort order and answers it changed', async () => {
      const { red } = await redWith(db(), [
        { id: 'a', rank: 2 },
        { id: 'b', rank: 1 },
        { id: 'c', rank: 1 },
      ]);
      expect(await red.claim({ rank: { gte: 1 } }, { inc: { rank: 10 } }, ['rank'])).toMatchObject({
        id: 'b',
        rank: 11,
      });
      expect(await red.claim({}, { set: { title: 'x' } }, ['-rank'])).toMatchObject({
        id: 'b',
        title: 'x',
      });
    });
  });

  describe('many at once', () => {
    it('changes and removes the matches', async () => {
      const { red } = await redWith(db(), [
        { id: 'a', rank: 1, tags: ['x'] },
        { id: 'b', rank: 2, tags: ['x'] },
        { id: 'c' },
      ]);
      expect(await red.updateMany({ tags: 'x' }, { pull: { tags: ['x'] }, inc: { rank: 1 } })).toBe(
        2,
      );
      expect(await red.count({ tags: 'x' })).toBe(0);
      expect(await red.removeMany({ rank: { gt: 2 } })).toBe(1);
      expect(idsOf((await red.find({}, { limit: 9 })).items)).toEqual(['a', 'c']);
      expect([await red.remove('a'), await red.remove('a')]).toEqual([true, false]);
      expect(await red.removeMany({})).toBe(1);
    });
  });
}
