import { describe, expect, it } from 'vitest';
import { ConflictError, InvalidInputError } from '../errors.js';
import type { CollectionSpec, Database, Doc } from './collection.js';
import {
  BLUE,
  idsOf,
  RED,
  redWith,
  type Thing,
  thing,
  thingsSpec,
} from './suite-things.contract.js';

export function isolationContract(db: () => Database): void {
  describe('teams', () => {
    it('never see, count, change, claim, replace or remove documents of another team', async () => {
      const { red, blue, all } = await redWith(db(), [
        { id: 'r1', rank: 1, tags: ['x'] },
        { id: 'r2', rank: 2 },
      ]);
      await blue.insert(thing({ id: 'b1', rank: 5, tags: ['x'] }));
      const hidden = {
        or: [
          { rank: 1 },
          { tags: 'x' },
          { id: 'r1' },
          { teamId: RED.teamId },
          { nor: [{ id: 'zzz' }] },
        ],
      };
      expect(await blue.get('r1')).toBeNull();
      expect(idsOf(await blue.getMany(['r1', 'b1', 'r2']))).toEqual(['b1']);
      expect(idsOf((await blue.find(hidden, { limit: 9 })).items)).toEqual(['b1']);
      expect(await blue.count(hidden)).toBe(1);
      expect(await blue.groupCount(hidden, ['teamId'])).toEqual([{ key: [BLUE.teamId], count: 1 }]);
      for await (const batch of blue.each(hidden)) expect(idsOf(batch)).toEqual(['b1']);
      expect(await blue.update('r1', { set: { rank: 9 } })).toBeNull();
      expect(await blue.update('r1', { set: { rank: 9 } }, hidden)).toBeNull();
      expect(await blue.claim({ id: 'r1' }, { set: { rank: 9 } })).toBeNull();
      expect(await blue.claim({ teamId: RED.teamId }, { set: { rank: 9 } })).toBeNull();
      expect(await blue.updateMany({ rank: { lt: 3 } }, { set: { title: 'mine' } })).toBe(0);
      expect(await blue.remove('r1')).toBe(false);
      expect(await blue.removeMany({ rank: { lt: 3 } })).toBe(0);
      await expect(blue.insert(thing({ id: 'r1' }))).rejects.toThrow(ConflictError);
      await expect(blue.putMany([thing({ id: 'r1', rank: 9 })])).rejects.toThrow(ConflictError);
      expect(await blue.removeMany({})).toBe(1);
      expect((await red.find({}, { limit: 9 })).items).toEqual([
        { id: 'r1', teamId: RED.teamId, rank: 1, tags: ['x'] },
        { id: 'r2', teamId: RED.teamId, rank: 2 },
      ]);
      expect(await all.count({})).toBe(2);
    });

    it('reject a document of another team, or one without a team across teams', async () => {
      const { red, all } = await redWith(db(), []);
      const foreign = { id: 'a', teamId: BLUE.teamId } as Thing;
      await expect(red.insert(foreign)).rejects.toThrow(InvalidInputError);
      await expect(red.putMany([foreign])).rejects.toThrow(InvalidInputError);
      await expect(all.insert(thing({ id: 'a' }))).rejects.toThrow(InvalidInputError);
      await all.insert(foreign);
      expect(await red.count({})).toBe(0);
    });

    it('can all be queried across teams', async () => {
      const { red, blue, all } = await redWith(db(), [{ id: 'r', tags: ['x'], rank: 1 }]);
      await blue.insert(thing({ id: 'b', tags: ['x'], rank: 2 }));
      expect(idsOf((await all.find({ tags: 'x' }, { limit: 9, sort: ['-teamId'] })).items)).toEqual(
        ['r', 'b'],
      );
      expect(await all.removeMany({ rank: { lt: 2 } })).toBe(1);
      expect([await red.count({}), await blue.count({})]).toEqual([0, 1]);
    });

    it.each([[''], [undefined], [null], [{ $ne: '' }]])('reject the team id %j', (teamId) => {
      const open = () => db().team(thingsSpec(), { teamId: teamId as string });
      expect(open).toThrow(TypeError);
    });

    it('share global collections, but not team collections', async () => {
      const shared: CollectionSpec<Doc & { code?: string }> = {
        name: 'shared',
        scope: 'global',
        fields: { code: 'string', list: 'string[]' },
        unique: [['code']],
      };
      expect(() => db().team(shared as never, RED)).toThrow(TypeError);
      expect(() => db().acrossTeams(shared as never)).toThrow(TypeError);
      expect(() => db().global(thingsSpec())).toThrow(TypeError);
      const all = db().global(shared);
      await all.putMany([{ id: 'a', code: 'x', list: ['m'] } as Doc, { id: 'b' }]);
      await expect(all.insert({ id: 'c', code: 'x' })).rejects.toThrow(ConflictError);
      expect(await all.get('a')).toEqual({ id: 'a', code: 'x', list: ['m'] });
      expect(await all.count({ list: 'm' })).toBe(1);
      expect(await all.count({ list: { ne: 'm' } })).toBe(1);
      await expect(all.count({ teamId: 'x' })).rejects.toThrow(InvalidInputError);
    });
  });

  describe('prepare', () => {
    it('may be called twice', async () => {
      const spec = thingsSpec({ unique: [['title']] });
      await db().prepare([spec]);
      await db()
        .team(spec, RED)
        .insert(thing({ id: 'a', title: 'x' }));
      await db().prepare([spec, spec]);
      await db().prepare([{ ...spec }]);
      expect(await db().team(spec, RED).count({ title: 'x' })).toBe(1);
    });

    it('adds new fields, indexes and unique constraints, and drops undeclared ones', async () => {
      const old = thingsSpec({
        fields: { title: 'string' },
        unique: [['title']],
        indexes: [['title']],
        sparse: ['title'],
      });
      await db().prepare([old]);
      const docs = [
        { id: 'a', title: 'x', rank: 2, open: true, tags: ['t'] },
        { id: 'b', title: 'y', rank: 1, tags: ['t', 'u'], owner: { name: 'n' } },
        { id: 'c', rank: 'not a number' },
      ];
      await redWith(db(), docs as never, old);
      const spec = thingsSpec({
        name: old.name,
        unique: [['owner.name']],
        indexes: [['-rank'], ['open', 'rank']],
        sparse: ['rank'],
      });
      await db().prepare([spec]);
      const red = db().team(spec, RED);
      expect(
        idsOf((await red.find({ rank: { gt: 0 } }, { sort: ['rank'], limit: 9 })).items),
      ).toEqual(['b', 'a']);
      expect([
        await red.count({ tags: 't' }),
        await red.count({ tags: 'u' }),
        await red.count({ open: true }),
      ]).toEqual([2, 1, 1]);
      await red.insert(thing({ id: 'd', title: 'x' }));
      await expect(red.insert(thing({ id: 'e', owner: { name: 'n' } }))).rejects.toThrow(
        ConflictError,
      );
      await db().prepare([old].map((spec) => ({ ...spec, unique: [] })));
      await expect(
        db()
          .team({ ...old, unique: [] }, RED)
          .count({ rank: 1 }),
      ).rejects.toThrow(InvalidInputError);
      expect(
        await db()
          .team({ ...old, unique: [] }, RED)
          .count({ title: 'x' }),
      ).toBe(2);
    });

    it('rejects a unique constraint that existing documents violate', async () => {
      const old = thingsSpec();
      await redWith(
        db(),
        [
          { id: 'a', rank: 1 },
          { id: 'b', rank: 1 },
        ],
        old,
      );
      await expect(db().prepare([{ ...old, unique: [['rank']] }])).rejects.toThrow(ConflictError);
      expect(await db().team(old, RED).count({ rank: 1 })).toBe(2);
    });

    it.each([
      { name: 'Things' },
      { name: 'sqlite_x' },
      { name: 'x;y' },
      { name: '' },
      { fields: { $a: 'string' } },
      { fields: { id: 'string' } },
      { fields: { 'a.0': 'string' } },
      { fields: { or: 'string' } },
      { fields: { a: 'date' } },
      { fields: { a: 'string', 'a.b': 'string' } },
      { fields: { 'a"b': 'string' } },
      { indexes: [['nope']] },
      { indexes: [['tags']] },
      { unique: [['tags']] },
      { sparse: ['nope'] },
      { sparse: ['tags'] },
      { sparse: ['-rank'] },
      { unique: [[]] },
      { scope: 'mine' },
    ])('rejects the spec %j', (wrong) => {
      expect(() => db().acrossTeams(thingsSpec(wrong as never))).toThrow(TypeError);
    });
  });

  it('responds to a ping', async () => {
    await expect(db().ping()).resolves.toBeUndefined();
  });
}
