import { describe, expect, it } from 'vitest';
import type { Collection, Database, Doc } from './collection.js';
import { FIELDS, RED, type Thing, thing, thingsSpec } from './suite-things.contract.js';
import { behindFence, type WriteFence } from './write-fence.js';

const HOUR_MS = 3_600_000;

/** A fence as a stalled process sees it: it finds no fault itself, only the database does. */
class StalledFence implements WriteFence {
  isRefused = false;
  constructor(readonly until: number) {}
  check(): void {
    if (this.isRefused) throw new Error('the lease is lost');
  }
  refused(): void {
    this.isRefused = true;
  }
}

const WRITES: [name: string, write: (red: Collection<Thing>) => Promise<unknown>][] = [
  ['insert', (red) => red.insert(thing({ id: 'new' }))],
  ['putMany of a new document', (red) => red.putMany([thing({ id: 'new' })])],
  ['putMany of a known document', (red) => red.putMany([thing({ id: 'a', rank: 9 })])],
  ['update', (red) => red.update('a', { set: { rank: 9 } })],
  ['updateMany', (red) => red.updateMany({ open: true }, { inc: { rank: 1 } })],
  ['claim', (red) => red.claim({ open: true }, { set: { open: false } })],
  ['remove', (red) => red.remove('a')],
  ['removeMany', (red) => red.removeMany({ open: true })],
];

export function fencesContract(db: () => Database): void {
  describe('a write behind a fence', () => {
    const stored = async () => {
      const red = db().team(thingsSpec({ fields: FIELDS }), RED);
      await red.putMany(['a', 'b'].map((id) => thing({ id, rank: 1, open: true })));
      return { red, all: async () => (await red.find({}, { limit: 10 })).items };
    };

    it.each(WRITES)('that arrives too late stores nothing: %s', async (_, write) => {
      const { red, all } = await stored();
      const before = await all();
      const fence = new StalledFence(Date.now() - 1);
      await expect(behindFence(fence, () => write(red))).rejects.toThrow('the lease is lost');
      expect(fence.isRefused).toBe(true);
      expect(await all()).toEqual(before);
    });

    it.each(WRITES)('that arrives in time is stored as without a fence: %s', async (_, write) => {
      const [fenced, free] = [await stored(), await stored()];
      const fence = new StalledFence(Date.now() + HOUR_MS);
      const answer = await behindFence(fence, () => write(fenced.red));
      expect(answer).toEqual(await write(free.red));
      expect(await fenced.all()).toEqual(await free.all());
    });

    it('must arrive before the end of each fence around it', async () => {
      const { red } = await stored();
      const [late, open] = [
        new StalledFence(Date.now() - 1),
        new StalledFence(Number.POSITIVE_INFINITY),
      ];
      const write = () => red.insert(thing({ id: 'new' }));
      await expect(behindFence(late, () => behindFence(open, write))).rejects.toThrow(
        'the lease is lost',
      );
      await behindFence(open, write);
      expect(await red.get('new')).not.toBeNull();
    });
  });
}

/** The database with all its writes behind a fence that never ends them. */
export function fencedDatabase(database: Database): Database {
  const fence = new StalledFence(Date.now() + HOUR_MS);
  const fenced = <T extends Doc>(collection: Collection<T>): Collection<T> =>
    new Proxy(collection, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property);
        if (typeof value !== 'function') return value;
        if (property === 'each') return value.bind(target);
        return (...args: unknown[]) => behindFence(fence, () => value.apply(target, args));
      },
    });
  return {
    name: database.name,
    team: (spec, scope) => fenced(database.team(spec, scope)),
    global: (spec) => fenced(database.global(spec)),
    acrossTeams: (spec) => fenced(database.acrossTeams(spec)),
    prepare: (specs) => database.prepare(specs),
    ping: () => database.ping(),
    close: () => database.close(),
  };
}
