import { expect, test } from 'vitest';
import { TestClock } from '../../testing/test-core.js';
import { createNewId } from '../clock.js';
import { SqliteDatabase } from '../database/sqlite-database.js';
import { Audit } from './audit.js';
import { AuditRepository } from './audit.repository.js';

async function anAudit() {
  const database = new SqliteDatabase(':memory:');
  await database.prepare(AuditRepository.specs);
  const clock = new TestClock();
  const entries = new AuditRepository(database);
  return { audit: new Audit({ entries, clock, newId: createNewId(clock) }), clock, entries };
}

const ann = { teamId: 'a', userId: 'ann' };

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
  expect(methods(audit)).toEqual(['about', 'constructor', 'record']);
  expect(methods(entries)).toEqual(['about', 'add', 'constructor']);
});
