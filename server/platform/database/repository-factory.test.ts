import { beforeEach, describe, expect, it } from 'vitest';
import { ConflictError } from '../errors.js';
import type { CollectionSpec, TeamDoc, TeamScope } from './collection.js';
import { type Migration, Migrations } from './migrations.js';
import { TeamRepository } from './repository.js';
import { RepositoryFactory } from './repository-factory.js';
import { SqliteDatabase } from './sqlite-database.js';

interface Note extends TeamDoc {
  title: string;
  closedAt: string | null;
}

const notes: CollectionSpec<Note> = {
  name: 'notes',
  scope: 'team',
  fields: { title: 'string', closedAt: 'string' },
  unique: [['title']],
  indexes: [['closedAt']],
};

class NotesRepository extends TeamRepository<Note> {
  static readonly database = 'platform';
  static readonly specs = [notes];
  static readonly retention = [{ kind: 'closed_notes', collection: 'notes', field: 'closedAt' }];
  protected readonly spec = notes;

  add(scope: TeamScope, note: Omit<Note, 'teamId'>) {
    return this.of(scope).insert({ ...note, teamId: scope.teamId });
  }
  count(scope: TeamScope) {
    return this.of(scope).count({});
  }
}

let db: SqliteDatabase;
const databases = { get: () => db };
beforeEach(() => {
  db = new SqliteDatabase(':memory:');
});
const red = { teamId: 'red' };
const blue = { teamId: 'blue' };

describe('RepositoryFactory', () => {
  it('creates repositories and prepares their collections', async () => {
    const factory = new RepositoryFactory(databases);
    const repository = factory.create(NotesRepository);
    await factory.prepareAll();
    await repository.add(red, { id: 'a', title: 'x', closedAt: null });
    await expect(repository.add(red, { id: 'b', title: 'x', closedAt: null })).rejects.toThrow(
      ConflictError,
    );
    await repository.add(blue, { id: 'c', title: 'x', closedAt: null });
    expect(await repository.count(red)).toBe(1);
    expect(() => repository.count({ teamId: '' })).toThrow(TypeError);
  });

  it('purges old documents of every team and nothing else', async () => {
    const factory = new RepositoryFactory(databases);
    const repository = factory.create(NotesRepository);
    for (let at = 0; at < 25; at += 1) {
      const closedAt =
        at % 5 === 0 ? null : `2026-01-${String(at + 1).padStart(2, '0')}T00:00:00.000Z`;
      await repository.add(at % 2 ? red : blue, { id: `n${at}`, title: `t${at}`, closedAt });
    }
    expect(factory.retentionKinds()).toEqual(['closed_notes']);
    const before = new Date('2026-01-11T00:00:00Z');
    expect(await factory.purgeOlderThan('closed_notes', { before, batch: 3 })).toBe(8);
    expect(await factory.purgeOlderThan('closed_notes', { before, batch: 3 })).toBe(0);
    expect((await repository.count(red)) + (await repository.count(blue))).toBe(17);
    await expect(factory.purgeOlderThan('other', { before })).rejects.toThrow(TypeError);
  });

  it('purges only documents that the rule selects, and reports linked ones', async () => {
    class Linked extends NotesRepository {
      static override readonly retention = [
        {
          kind: 'drafts',
          collection: 'notes',
          field: 'closedAt',
          only: { title: { in: ['draft-1', 'draft-2'] } },
          linkedAs: 'note',
        },
      ];
    }
    const factory = new RepositoryFactory(databases);
    const repository = factory.create(Linked);
    const closedAt = '2026-01-01T00:00:00.000Z';
    for (const title of ['draft-1', 'draft-2', 'final']) {
      await repository.add(red, { id: title, title, closedAt });
    }
    const reported: [string, readonly string[]][] = [];
    const onRemoved = async (linkedAs: string, ids: readonly string[]) => {
      reported.push([linkedAs, ids]);
    };
    const purge = { before: new Date('2026-02-01'), batch: 1, onRemoved };
    expect(await factory.purgeOlderThan('drafts', purge)).toBe(2);
    expect(reported).toEqual([
      ['note', ['draft-1']],
      ['note', ['draft-2']],
    ]);
    expect(await repository.count(red)).toBe(1);
    class Wrong extends NotesRepository {
      static override readonly retention = [
        { kind: 'x', collection: 'notes', field: 'closedAt', only: { nope: 1 } },
      ];
    }
    expect(() => new RepositoryFactory(databases).create(Wrong)).toThrow(TypeError);
  });

  it('rejects duplicate collection names and retention by an undeclared field', () => {
    const factory = new RepositoryFactory(databases);
    factory.create(NotesRepository);
    class Other extends NotesRepository {
      static override readonly specs = [{ ...notes }];
    }
    expect(() => factory.create(Other)).toThrow(TypeError);
    class Wrong extends NotesRepository {
      static override readonly retention = [{ kind: 'x', collection: 'notes', field: 'nope' }];
    }
    expect(() => factory.create(Wrong)).toThrow(TypeError);
  });
});

describe('Migrations', () => {
  const ran: string[] = [];
  const migration = (id: string, up = async () => {}): Migration => ({
    id,
    database: 'platform',
    description: id,
    up: async () => {
      await up();
      ran.push(id);
    },
  });
  beforeEach(() => {
    ran.length = 0;
  });

  it('run in order, once, and continue where they stopped', async () => {
    let broken = true;
    const list = [
      migration('2-b', async () => {
        if (broken) throw new Error('power cut');
      }),
      migration('1-a'),
    ];
    await expect(new Migrations(databases, list).run(['platform'])).rejects.toThrow('power cut');
    broken = false;
    expect(await new Migrations(databases, list).run(['platform'])).toEqual(['2-b']);
    expect(await new Migrations(databases, list).run(['platform'])).toEqual([]);
    expect(ran).toEqual(['1-a', '2-b']);
  });

  it('run in one process at a time', async () => {
    const list = [migration('1-a'), migration('2-b')];
    const starts = Array.from({ length: 5 }, () =>
      new Migrations(databases, list, { leaseMs: 400 }).run(['platform']),
    );
    expect((await Promise.all(starts)).flat().sort()).toEqual(['1-a', '2-b']);
    expect(ran).toEqual(['1-a', '2-b']);
  });

  it('take over from a process that died with the lock', async () => {
    const clock = { at: 0, now: () => new Date(clock.at) };
    const hung = new Promise<void>(() => {});
    void new Migrations(databases, [migration('1-a', () => hung)], { clock, leaseMs: 1e6 }).run([
      'platform',
    ]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    clock.at = 2e6;
    const next = new Migrations(databases, [migration('1-a')], { clock, leaseMs: 1e6 });
    expect(await next.run(['platform'])).toEqual(['1-a']);
  });

  it('stop the start of a program older than its database', async () => {
    await new Migrations(databases, [migration('1-a'), migration('2-b')]).run(['platform']);
    const older = new Migrations(databases, [migration('1-a')]);
    await expect(older.run(['platform'])).rejects.toThrow(/newer version.*2-b/);
    expect(() => new Migrations(databases, [migration('1-a'), migration('1-a')])).toThrow(
      TypeError,
    );
  });
});
