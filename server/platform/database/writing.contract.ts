import { describe, expect, it } from 'vitest';
import { ConflictError, InvalidInputError } from '../errors.js';
import type { Database } from './collection.js';
import {
  HARMLESS,
  idsOf,
  RED,
  redWith,
  type Thing,
  thing,
  thingsSpec,
} from './suite-things.contract.js';

const REFUSED: [name: string, doc: unknown][] = [
  ['a text where a number is declared', { id: 'x', rank: '1' }],
  ['a number where a text is declared', { id: 'x', title: 1 }],
  ['an object where a text is declared', { id: 'x', title: { a: 1 } }],
  ['NaN', { id: 'x', rank: Number.NaN }],
  ['a text where a list is declared', { id: 'x', tags: 'a' }],
  ['null in a list', { id: 'x', tags: ['a', null] }],
  ['a list as the parent of a field', { id: 'x', owner: [{ name: 'a' }] }],
  ['a text as the parent of a field', { id: 'x', owner: 'ann' }],
  ['a wrong kind in a nested field', { id: 'x', owner: { name: 5 } }],
  ['no id', { title: 'a' }],
  ['an empty id', { id: '' }],
  ['an id that is not a string', { id: 5 }],
  ['a very long id', { id: 'x'.repeat(501) }],
  ['an _id', { id: 'x', _id: 'y' }],
  ['an id with a NUL', { id: 'x\u0000' }],
  [
    'a cycle',
    (() => {
      const doc: Record<string, unknown> = { id: 'x' };
      doc.self = doc;
      return doc;
    })(),
  ],
];

export function writingContract(db: () => Database): void {
  describe('insert and putMany', () => {
    it('returns the written document', async () => {
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

    it('writes plain JSON: omits undefined, stores dates as text, replaces half surrogate pairs', async () => {
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
    ])('accepts the id %s', async (id) => {
      const { red } = await redWith(db(), []);
      await red.insert(thing({ id, rank: 1 }));
      expect(await red.get(id)).toMatchObject({ id, rank: 1 });
      expect(idsOf(await red.getMany([id, 'other']))).toEqual([id]);
      expect((await red.update(id, { inc: { rank: 1 } }))?.rank).toBe(2);
      expect(await red.remove(id)).toBe(true);
      expect(await red.get(id)).toBeNull();
    });

    it('rejects an existing id and keeps the first document', async () => {
      const { red } = await redWith(db(), [{ id: 'a', rank: 1 }]);
      await expect(red.insert(thing({ id: 'a', rank: 2 }))).rejects.toThrow(ConflictError);
      await expect(red.insert(thing({ id: 'a' }))).rejects.toMatchObject({
        details: { fields: ['id'] },
      });
      expect((await red.get('a'))?.rank).toBe(1);
    });

    it.each(REFUSED)('rejects %s', async (_name, doc) => {
      const { red } = await redWith(db(), []);
      await expect(red.insert(doc as Thing)).rejects.toThrow(InvalidInputError);
      await expect(red.putMany([doc as Thing])).rejects.toThrow(InvalidInputError);
      expect(await red.count({})).toBe(0);
    });

    it('inserts new documents and replaces existing ones', async () => {
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

    it('rejects a batch that repeats an id', async () => {
      const { red } = await redWith(db(), []);
      await expect(red.putMany([thing({ id: 'a' }), thing({ id: 'a' })])).rejects.toThrow(
        InvalidInputError,
      );
    });

    it('puts 5,000 documents repeatedly', async () => {
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
    it('returns documents in the requested order, each once', async () => {
      const { red } = await redWith(db(), [{ id: 'a' }, { id: 'b' }]);
      expect(idsOf(await red.getMany(['b', 'x', 'a', 'b']))).toEqual(['b', 'a']);
      expect(await red.getMany([])).toEqual([]);
    });
  });

  describe('unique', () => {
    const unique = { unique: [['title', 'rank'], ['owner.name']], indexes: [] };

    it('rejects an existing combination within the team, in every operation', async () => {
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
}
