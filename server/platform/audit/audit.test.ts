import { describe, expect, test } from 'vitest';
import { TestClock } from '../../testing/test-core.js';
import { createNewId } from '../clock.js';
import type { Collection } from '../database/collection.js';
import { SqliteDatabase } from '../database/sqlite-database.js';
import { Audit } from './audit.js';
import { type AuditEntry, AuditRepository } from './audit.repository.js';
import { linkAfter } from './audit-chain.js';

type Rows = Collection<AuditEntry>;

const ann = { teamId: 'a', userId: 'ann' };

async function anAudit() {
  const database = new SqliteDatabase(':memory:');
  await database.prepare(AuditRepository.specs);
  const clock = new TestClock();
  const entries = new AuditRepository(database);
  const newId = createNewId(clock);
  const another = () => new Audit({ entries, clock, newId });
  /** Rows as someone with access to the database changes them. */
  const rows = database.team<AuditEntry>(AuditRepository.specs[0], ann);
  return { audit: another(), another, clock, entries, rows };
}

test('lists the actions on a subject, newest first', async () => {
  const { audit, clock } = await anAudit();
  await audit.record(ann, 'finding.suppressed', 'fnd_1', { reason: 'known' });
  clock.moveDays(1);
  await audit.record({ teamId: 'a', userId: 'bob' }, 'finding.open', 'fnd_1');
  await audit.record(ann, 'finding.open', 'fnd_2');
  const found = await audit.about(ann, 'fnd_1');
  expect(found).toMatchObject([
    { actor: 'bob', action: 'finding.open', at: '2026-03-02T12:00:00.000Z', details: {} },
    { actor: 'ann', action: 'finding.suppressed', details: { reason: 'known' } },
  ]);
});

test('hides the entries of other teams', async () => {
  const { audit } = await anAudit();
  await audit.record(ann, 'finding.suppressed', 'fnd_1');
  expect(await audit.about({ teamId: 'b' }, 'fnd_1')).toEqual([]);
});

test('keeps all entries, even at the same instant, and has no method to change one', async () => {
  const { audit, entries } = await anAudit();
  await Promise.all(Array.from({ length: 30 }, () => audit.record(ann, 'a.b', 'thing')));
  const found = await audit.about(ann, 'thing');
  expect(new Set(found.map(({ id }) => id)).size).toBe(30);
  const methods = (of: object) => Object.getOwnPropertyNames(Object.getPrototypeOf(of)).sort();
  expect(methods(audit)).toEqual([
    'about',
    'after',
    'constructor',
    'lastSeq',
    'lines',
    'page',
    'record',
    'verify',
  ]);
  expect(methods(entries)).toEqual([
    'add',
    'after',
    'chained',
    'constructor',
    'head',
    'last',
    'page',
    'unchained',
  ]);
});

test('chains the entries of a team, whichever process adds them', async () => {
  const { audit, another, entries } = await anAudit();
  const other = another();
  await Promise.all(
    Array.from({ length: 20 }, (_, n) => (n % 2 ? audit : other).record(ann, 'a.b', `thing ${n}`)),
  );
  await audit.record({ teamId: 'b', userId: 'bob' }, 'a.b', 'thing');
  const seqs: number[] = [];
  for await (const { seq } of entries.chained(ann)) seqs.push(seq);
  expect(seqs).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
  expect(await other.verify(ann)).toEqual({ ok: true, entries: 20, unchained: 0, problems: [] });
  expect(await audit.verify({ teamId: 'b' })).toMatchObject({ ok: true, entries: 1 });
});

describe('verify', () => {
  const facts = { at: '2026-03-01T12:00:00.000Z', actor: 'ann', action: 'a.b', subject: 'x' };
  test.each<[string, (rows: Rows, nth: (n: number) => AuditEntry) => Promise<unknown>, object[]]>([
    [
      'a changed detail',
      (rows, nth) => rows.update(nth(3).id, { set: { 'details.n': 9 } }),
      [[3, 'changed']],
    ],
    [
      'a changed actor',
      (rows, nth) => rows.update(nth(3).id, { set: { actor: 'bob' } }),
      [[3, 'changed']],
    ],
    ['a removed entry', (rows, nth) => rows.remove(nth(2).id), [[2, 'missing']]],
    ['a removed first entry', (rows, nth) => rows.remove(nth(1).id), [[1, 'missing']]],
    [
      'removed last entries',
      async (rows, nth) => {
        await rows.remove(nth(5).id);
        await rows.remove(nth(4).id);
      },
      [
        [4, 'missing'],
        [5, 'missing'],
      ],
    ],
    [
      'an entry moved to the end',
      (rows, nth) => rows.update(nth(2).id, { set: { seq: 900 } }),
      [
        [2, 'missing'],
        [900, 'moved'],
      ],
    ],
    [
      'an entry with a new hash',
      (rows, nth) => {
        const { seq, ...rest } = nth(4);
        return rows.update(nth(5).id, {
          set: { ...linkAfter({ seq: seq ?? 0, hash: 'x' }, { ...rest, ...facts }) },
        });
      },
      [[5, 'changed']],
    ],
    [
      'an entry that was removed with all numbers closed up',
      async (rows, nth) => {
        await rows.remove(nth(4).id);
        await rows.update(nth(5).id, { set: { seq: 4 } });
      },
      [
        [4, 'changed'],
        [5, 'missing'],
      ],
    ],
  ])('finds %s', async (_what, attack, expected) => {
    const { audit, rows } = await anAudit();
    for (let n = 1; n <= 5; n += 1)
      await audit.record(ann, 'a.b', 'x', { n, also: { b: 1, a: 2 } });
    const { items } = await rows.find({}, { sort: ['seq'], limit: 10 });
    await attack(rows, (n) => items[n - 1] as AuditEntry);
    const { ok, problems } = await audit.verify(ann);
    expect(ok).toBe(false);
    expect(problems.map(({ seq, problem }) => [seq, problem])).toEqual(expected);
  });

  test('counts entries from before the chain, and a page lists them', async () => {
    const { audit, rows } = await anAudit();
    await rows.insert({ id: 'audit_old', teamId: 'a', ...facts, details: {} });
    await audit.record(ann, 'finding.suppressed', 'y');
    expect(await audit.verify(ann)).toEqual({ ok: true, entries: 1, unchained: 1, problems: [] });
    const { items } = await audit.page(ann, { action: 'a.' }, 10);
    expect(items.map(({ id }) => id)).toEqual(['audit_old']);
  });
});
