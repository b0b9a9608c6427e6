import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../errors.js';
import type { Collection, Database } from './collection.js';
import { idsOf, type NewThing, redWith, type Thing } from './suite-things.contract.js';

const DOCS: NewThing[] = Array.from({ length: 40 }, (_, at) => ({
  id: `id${String((at * 7) % 40).padStart(2, '0')}`,
  rank: at % 5 === 0 ? null : at % 3,
  title: at % 4 === 0 ? undefined : ['b', 'B', 'é', '\uFFFD', '\u{10FFFF}', ''][at % 6],
  open: at % 2 === 0 ? null : at % 3 === 0,
}));

const SORTS = [
  [],
  ['id'],
  ['-id'],
  ['rank'],
  ['-rank'],
  ['title'],
  ['-title', 'rank'],
  ['open', '-rank'],
  ['-open', 'title', '-rank'],
  ['rank', '-id'],
  ['-id', 'rank'],
  ['-owner.name', 'rank'],
  ['teamId', '-rank'],
];

export function pagesContract(db: () => Database): void {
  describe('pages', () => {
    it.each(SORTS.map((sort) => [sort]))('sorted by %j are complete and in order', async (sort) => {
      const { red } = await redWith(db(), DOCS);
      const once = (await red.find({}, { sort, limit: 100 })).items;
      expect(idsOf(once)).toEqual(idsOf([...once].sort((a, b) => compare(sort, a, b))));
      for (const limit of [1, 3, 7, 40]) {
        expect(await pagedIds(red, sort, limit)).toEqual(idsOf(once));
      }
    });

    it('keeps its position while documents are added and removed', async () => {
      const { red } = await redWith(db(), DOCS);
      const first = await red.find({}, { sort: ['-rank'], limit: 10 });
      const last = first.items.at(-1) as Thing;
      await red.remove(last.id);
      await red.insert({ id: 'zz-new', rank: 99 } as Thing);
      const next = await red.find({}, { sort: ['-rank'], limit: 100, after: first.nextCursor });
      expect(next.items).toHaveLength(30);
      expect(idsOf(next.items)).not.toContain('zz-new');
    });

    it('has a cursor only when there are more documents', async () => {
      const { red, blue } = await redWith(db(), [{ id: 'a' }, { id: 'b' }]);
      expect((await red.find({}, { limit: 2 })).nextCursor).toBeNull();
      expect((await red.find({}, { limit: 1 })).nextCursor).toBeTypeOf('string');
      expect(await blue.find({}, { limit: 1 })).toEqual({ items: [], nextCursor: null });
    });

    it('applies the filter to every page', async () => {
      const { red } = await redWith(db(), DOCS);
      const filter = { rank: { ne: 1 } };
      expect(await pagedIds(red, ['title'], 3, filter)).toEqual(
        idsOf((await red.find(filter, { sort: ['title'], limit: 100 })).items),
      );
    });

    it('rejects a cursor of another sort and an invalid one', async () => {
      const { red } = await redWith(db(), DOCS);
      const after = (await red.find({}, { sort: ['rank'], limit: 1 })).nextCursor as string;
      const text = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const misused = [
        text(['rank,id']),
        text(['rank,id', 'x', 'y']),
        text(['rank,id', 1, null]),
        text({}),
        text(['rank,id', { $gt: 1 }, 'x']),
        text(['rank,id', 1, 'x', 2]),
        '',
        '%%%',
        'bnVsbA',
      ];
      for (const sort of [['-rank'], ['title'], ['id'], []]) {
        await expect(red.find({}, { sort, limit: 1, after })).rejects.toThrow(InvalidInputError);
      }
      for (const wrong of misused) {
        const page = red.find({}, { sort: ['rank'], limit: 1, after: wrong });
        await expect(page).rejects.toThrow(InvalidInputError);
      }
    });

    it.each([[['tags']], [['colour']], [['rank', 'rank']], [['rank', '-rank']], [['--rank']]])(
      'rejects sorting by %j',
      async (sort) => {
        const { red } = await redWith(db(), []);
        await expect(red.find({}, { sort, limit: 1 })).rejects.toThrow(InvalidInputError);
      },
    );

    it.each([0, -1, 1.5, 10_001, Number.NaN])('rejects a limit of %d', async (limit) => {
      const { red } = await redWith(db(), []);
      await expect(red.find({}, { limit })).rejects.toThrow(InvalidInputError);
    });

    it('iterates every match by id', async () => {
      const { red } = await redWith(db(), DOCS);
      const seen: string[] = [];
      for await (const batch of red.each({ rank: null }, { batch: 3 })) {
        expect(batch.length).toBeLessThanOrEqual(3);
        seen.push(...idsOf(batch));
      }
      expect(seen).toEqual(idsOf(DOCS.filter((doc) => doc.rank === null)).sort());
    });
  });
}

async function pagedIds(red: Collection<Thing>, sort: string[], limit: number, filter = {}) {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const page = await red.find(filter, { sort, limit, after });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    ids.push(...idsOf(page.items));
    after = page.nextCursor;
  } while (after !== null);
  return ids;
}

function compare(sort: readonly string[], a: Thing, b: Thing): number {
  for (const text of [...sort, 'id']) {
    const field = text.replace(/^-/, '');
    const order = compareValues(a[field] ?? null, b[field] ?? null);
    if (order !== 0) return text.startsWith('-') ? -order : order;
  }
  return 0;
}

function compareValues(a: unknown, b: unknown): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(String(b)));
  return Number(a) - Number(b);
}
