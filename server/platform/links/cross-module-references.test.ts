import { beforeEach, expect, test } from 'vitest';
import { SqliteDatabase } from '../database/sqlite-database.js';
import { CrossModuleReferences, type Thing } from './cross-module-references.js';

const team = { teamId: 'a' };
const finding: Thing = { kind: 'finding', id: 'fnd_1' };
const risk: Thing = { kind: 'risk', id: 'risk_1' };
const control: Thing = { kind: 'control', id: 'IAC-06' };

let references: CrossModuleReferences;
beforeEach(async () => {
  const database = new SqliteDatabase(':memory:');
  await database.prepare(CrossModuleReferences.specs);
  references = new CrossModuleReferences(database);
});

const link = (from: Thing, to: Thing, relation = 'raises', scope = team) =>
  references.createCrossModuleReference(scope, { from, to, relation });

test('is found from both ends', async () => {
  await link(finding, risk);
  expect(await references.linkedWith(team, finding)).toEqual([{ thing: risk, relation: 'raises' }]);
  expect(await references.linkedWith(team, risk)).toEqual([{ thing: finding, relation: 'raises' }]);
});

test('exists once when created repeatedly or concurrently', async () => {
  await Promise.all([link(finding, risk), link(finding, risk), link(finding, risk)]);
  await link(finding, risk);
  expect(await references.linkedWith(team, finding)).toHaveLength(1);
});

test('a different relation, direction or kind is a separate link', async () => {
  await link(finding, risk, 'raises');
  await link(finding, risk, 'explains');
  await link(risk, finding, 'raises');
  await link(finding, { kind: 'evidence', id: risk.id }, 'raises');
  expect(await references.linkedWith(team, finding)).toHaveLength(4);
  expect(await references.linkedWith(team, risk)).toHaveLength(3);
});

test('is deleted with either end, and only then', async () => {
  await link(finding, risk);
  await link(control, finding, 'lowered by');
  await link(control, risk, 'treats');
  expect(await references.unlinkAll(team, finding)).toBe(2);
  expect(await references.linkedWith(team, finding)).toEqual([]);
  expect(await references.linkedWith(team, risk)).toEqual([{ thing: control, relation: 'treats' }]);
  expect(await references.unlinkAll(team, finding)).toBe(0);
});

test('a link of a thing to itself is listed once', async () => {
  await link(control, control, 'like');
  expect(await references.linkedWith(team, control)).toEqual([
    { thing: control, relation: 'like' },
  ]);
});

test('is visible to its team only', async () => {
  await link(finding, risk);
  const other = { teamId: 'b' };
  expect(await references.linkedWith(other, finding)).toEqual([]);
  expect(await references.unlinkAll(other, finding)).toBe(0);
  await link(finding, risk, 'raises', other);
  expect(await references.unlinkAll(team, finding)).toBe(1);
  expect(await references.linkedWith(other, finding)).toHaveLength(1);
});

test('lists all links when there is more than one page', async () => {
  await Promise.all(
    Array.from({ length: 700 }, (_, i) => link(control, { kind: 'finding', id: `fnd_${i}` })),
  );
  expect(await references.linkedWith(team, control)).toHaveLength(700);
  expect(await references.unlinkAll(team, control)).toBe(700);
});

test('links of purged things are deleted in every team, at either end', async () => {
  const scans = ['scan_1', 'scan_2'].map((id) => ({ kind: 'scan' as const, id }));
  const [old, kept] = scans as [Thing, Thing];
  await link(old, finding);
  await link(finding, old, 'seen by', { teamId: 'b' });
  await link(kept, finding);
  await link({ kind: 'import', id: old.id }, finding);
  await references.unlinkPurged('scan', [old.id]);
  expect(await references.linkedWith({ teamId: 'b' }, finding)).toEqual([]);
  const left = (await references.linkedWith(team, finding)).map(({ thing }) => thing);
  expect(left).toHaveLength(2);
  expect(left).toEqual(expect.arrayContaining([kept, { kind: 'import', id: old.id }]));
});
