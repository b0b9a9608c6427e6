import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.js';
import type { Changes, Database } from './collection.js';
import { HARMLESS, idsOf, RED, redWith } from './suite-things.contract.js';

export function changesContract(db: () => Database): void {
  describe('update', () => {
    const CHANGES: [string, object, Changes, object][] = [
      [
        'sets',
        { rank: 1 },
        { set: { rank: 2, title: 'x', extra: HARMLESS, open: undefined } },
        { rank: 2, title: 'x', extra: HARMLESS },
      ],
      [
        'replaces a whole object',
        { meta: { a: 1 } },
        { set: { meta: { b: 2 } } },
        { meta: { b: 2 } },
      ],
      [
        'sets a nested field',
        { owner: { name: 'a', x: 1 } },
        { set: { 'owner.name': 'b', 'owner.deep.er': [1] } },
        { owner: { name: 'b', x: 1, deep: { er: [1] } } },
      ],
      [
        'creates missing parents',
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
        'removes fields',
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
        'combines all changes',
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
        'stores text that looks like a field',
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
    it.each(WRONG)('rejects %j', async (changes) => {
      const { red } = await redWith(db(), [{ id: 'a', rank: 1, meta: 'text' }]);
      await expect(red.update('a', changes)).rejects.toThrow(InvalidInputError);
      expect(await red.get('a')).toEqual({ id: 'a', teamId: RED.teamId, rank: 1, meta: 'text' });
    });

    it('changes a document only if it still matches', async () => {
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
    it('returns each match to one caller, in order', async () => {
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

    it('claims the first in sort order and returns it changed', async () => {
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
    it('changes and removes all matches', async () => {
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
