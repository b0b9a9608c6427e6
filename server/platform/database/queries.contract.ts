import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.js';
import type { Database, Filter } from './collection.js';
import { idsOf, type NewThing, redWith } from './suite-things.contract.js';

const MANY = Array.from({ length: 60 }, (_, at) => `none${at}`);

const DOCS: NewThing[] = [
  { id: 'a', title: 'apple', rank: 1, open: true, tags: ['x', 'y'], owner: { name: 'ann' } },
  { id: 'b', title: 'Banana', rank: 2, open: false, tags: [], owner: { name: null } },
  { id: 'c', title: null, rank: null, open: null, tags: null, owner: null },
  { id: 'd' },
  { id: 'e', title: 'äpfel 50%_(.*)\\', rank: -1.5, open: true, tags: ['y'], owner: {} },
  { id: 'f', title: '', rank: 0, open: false, tags: ['', 'z', 'z'], owner: { roles: ['r'] } },
  { id: 'g', title: '\u{1F600} and \uFFFD', rank: 1e15, tags: ['\u{1F600}', "o'x", '$in'] },
  { id: 'h', title: 'app\u0000le', rank: 2 },
];

const CASES: [name: string, filter: Filter, ids: string][] = [
  ['everything', {}, 'abcdefgh'],
  ['undefined is ignored', { title: undefined, rank: { gt: undefined } }, 'abcdefgh'],
  ['a text', { title: 'apple' }, 'a'],
  ['an empty text', { title: '' }, 'f'],
  ['a number', { rank: 2 }, 'bh'],
  ['minus zero is zero', { rank: -0 }, 'f'],
  ['a boolean', { open: false }, 'bf'],
  ['null is missing', { title: null }, 'cd'],
  ['a dotted field', { 'owner.name': 'ann' }, 'a'],
  ['a dotted field that is null, missing or has no parent', { 'owner.name': null }, 'bcdefgh'],
  ['not a value, which null is not', { title: { ne: 'apple' } }, 'bcdefgh'],
  ['not true', { open: { ne: true } }, 'bcdfgh'],
  ['not null', { rank: { ne: null } }, 'abefgh'],
  ['one of', { rank: { in: [1, 2, 99] } }, 'abh'],
  ['one of, including null', { title: { in: ['apple', null] } }, 'acd'],
  ['one of many', { title: { in: ['apple', '', null, ...MANY] } }, 'acdf'],
  ['one of many numbers', { rank: { in: [...MANY.keys(), -1.5] } }, 'abefh'],
  ['one of booleans', { open: { in: [true, null] } }, 'acdegh'],
  ['one of none', { rank: { in: [] } }, ''],
  ['none of', { rank: { nin: [1, 2] } }, 'cdefg'],
  ['none of, including null', { rank: { nin: [1, null] } }, 'befgh'],
  ['none of many', { title: { nin: ['apple', ...MANY] } }, 'bcdefgh'],
  ['none of none', { rank: { nin: [] } }, 'abcdefgh'],
  ['greater', { rank: { gt: 1 } }, 'bgh'],
  ['from and to', { rank: { gte: 0, lte: 2 } }, 'abfh'],
  ['less, which null is not', { rank: { lt: 0 } }, 'e'],
  ['texts compare by bytes', { title: { gt: 'apple' } }, 'egh'],
  ['texts below', { title: { lte: 'apple' } }, 'abf'],
  ['beyond the basic plane', { title: { gt: '\uFFFD' } }, 'g'],
  ['present', { tags: { exists: true } }, 'abefg'],
  ['absent', { open: { exists: false } }, 'cdgh'],
  ['contains', { title: { contains: 'ana' } }, 'b'],
  ['contains, exactly as written', { title: { contains: 'APP' } }, ''],
  ['contains pattern characters', { title: { contains: '50%_(.*)\\' } }, 'e'],
  ['contains nothing', { title: { contains: '' } }, 'abefgh'],
  ['what replaces a NUL', { title: { contains: 'p\uFFFDl' } }, 'h'],
  ['begins with', { title: { startsWith: 'app' } }, 'ah'],
  ['begins with a pattern character', { title: { startsWith: '.' } }, ''],
  ['begins with more than one unit', { title: { startsWith: '\u{1F600}' } }, 'g'],
  ['begins with nothing', { title: { startsWith: '' } }, 'abefgh'],
  ['begins and ends a range', { title: { startsWith: 'a', gt: 'apple' } }, 'h'],
  ['in the list', { tags: 'y' }, 'ae'],
  ['an empty member', { tags: '' }, 'f'],
  ['a member like an operator', { tags: '$in' }, 'g'],
  ['a member beyond the basic plane', { tags: '\u{1F600}' }, 'g'],
  ['not in the list', { tags: { ne: 'y' } }, 'bcdfgh'],
  ['one of in the list', { tags: { in: ['x', 'z'] } }, 'af'],
  ['one of in the list, or no list', { tags: { in: ['x', null] } }, 'acdh'],
  ['none in the list', { tags: { nin: ['x', 'z'] } }, 'bcdegh'],
  ['all in the list', { tags: { all: ['x', 'y'] } }, 'a'],
  ['all of nothing', { tags: { all: [] } }, 'abcdefgh'],
  ['no list', { tags: null }, 'cdh'],
  ['a nested list', { 'owner.roles': 'r' }, 'f'],
  ['or', { or: [{ rank: 1 }, { title: null }] }, 'acd'],
  ['or of none', { or: [] }, ''],
  ['and', { and: [{ open: true }, { tags: 'y' }, { rank: { lt: 0 } }] }, 'e'],
  ['and of none', { and: [] }, 'abcdefgh'],
  ['nor', { nor: [{ open: true }, { rank: { gt: 1 } }] }, 'cdf'],
  ['nor of none', { nor: [] }, 'abcdefgh'],
  ['nor turns unknown into true', { nor: [{ rank: { gt: -100 } }] }, 'cd'],
  ['nor of nor', { nor: [{ nor: [{ tags: 'y' }] }] }, 'ae'],
  ['combined', { open: true, or: [{ rank: 1 }, { rank: -1.5 }], tags: 'x' }, 'a'],
  ['ids', { id: { gte: 'c', lt: 'e' } }, 'cd'],
  ['ids listed', { id: { in: ['a', 'h', 'nope'] } }, 'ah'],
  ['the team', { teamId: 'team_red', id: 'a' }, 'a'],
  ['another team', { teamId: 'team_blue' }, ''],
];

const REFUSED: [name: string, filter: unknown][] = [
  ['a field that is not declared', { colour: 'red' }],
  ['a field inside a declared one', { 'title.x': 'a' }],
  ['a parent of a declared one', { owner: null }],
  ['a field of Object.prototype', { constructor: 'a' }],
  ['__proto__', JSON.parse('{"__proto__":"a"}')],
  ['an operator of MongoDB', { title: { $ne: null } }],
  ['an operator at the top', { $where: '1' }],
  ['another kind', { rank: '1' }],
  ['another kind in a list', { rank: { in: [1, '2'] } }],
  ['a list for a text', { title: ['a'] }],
  ['a number in a list of texts', { tags: 5 }],
  ['NaN', { rank: Number.NaN }],
  ['infinity', { rank: { lt: Number.POSITIVE_INFINITY } }],
  ['comparing booleans', { open: { gt: false } }],
  ['comparing lists', { tags: { gt: 'a' } }],
  ['comparing with null', { rank: { gt: null } }],
  ['contains in a number', { rank: { contains: '1' } }],
  ['begins with in a list', { tags: { startsWith: 'a' } }],
  ['exists with a text', { title: { exists: 'yes' } }],
  ['all in a text', { title: { all: ['a'] } }],
  ['half a surrogate pair', { title: '\uD800' }],
  ['or that is not a list', { or: { title: 'a' } }],
  ['a filter that is a list', []],
  ['too deep', JSON.parse(`${'{"and":['.repeat(40)}{}${']}'.repeat(40)}`)],
  ['too many conditions', { or: Array.from({ length: 2_000 }, () => ({ rank: 1 })) }],
];

export function queriesContract(db: () => Database): void {
  describe('filters', () => {
    let things: Awaited<ReturnType<typeof redWith>>;
    it('covers documents with missing, null, empty and unusual values', async () => {
      things = await redWith(db(), DOCS);
      await things.blue.putMany(DOCS.map((doc) => ({ ...doc, id: `blue-${doc.id}` }) as never));
      expect(await things.red.count({})).toBe(DOCS.length);
    });

    it.each(CASES)('%s', async (_name, filter, ids) => {
      const { items } = await things.red.find(filter, { limit: 100 });
      expect(idsOf(items).join('')).toBe(ids);
      expect(await things.red.count(filter)).toBe(ids.length);
      const rest = await things.red.count({ nor: [filter] });
      expect(rest).toBe(DOCS.length - ids.length);
    });

    it.each(REFUSED)('rejects %s', async (_name, filter) => {
      await expect(things.red.count(filter as Filter)).rejects.toThrow(InvalidInputError);
      await expect(things.red.removeMany(filter as Filter)).rejects.toThrow(InvalidInputError);
    });

    it('names the invalid field', async () => {
      const rejected = things.red.find({ colour: 'red' }, { limit: 1 });
      await expect(rejected).rejects.toMatchObject({ details: { errors: [{ path: 'colour' }] } });
    });
  });

  describe('groupCount', () => {
    it('counts each combination, ordered by key, null and missing as one', async () => {
      const { red } = await redWith(db(), DOCS);
      expect(await red.groupCount({}, ['open', 'owner.name'])).toEqual([
        { key: [null, null], count: 4 },
        { key: [false, null], count: 2 },
        { key: [true, null], count: 1 },
        { key: [true, 'ann'], count: 1 },
      ]);
      expect(await red.groupCount({ rank: { exists: true } }, ['rank'])).toEqual(
        [
          [-1.5, 1],
          [0, 1],
          [1, 1],
          [2, 2],
          [1e15, 1],
        ].map(([key, count]) => ({ key: [key], count })),
      );
      expect((await red.groupCount({}, ['title'])).map((group) => group.key[0])).toEqual([
        null,
        '',
        'Banana',
        'apple',
        'app\uFFFDle',
        'äpfel 50%_(.*)\\',
        '\u{1F600} and \uFFFD',
      ]);
      expect(await red.groupCount({ title: 'nothing' }, ['title'])).toEqual([]);
    });

    it.each([[[]], [['tags']], [['colour']], [Array(9).fill('rank')]])(
      'refuses %j',
      async (fields) => {
        const { red } = await redWith(db(), []);
        await expect(red.groupCount({}, fields)).rejects.toThrow(InvalidInputError);
      },
    );
  });
}
