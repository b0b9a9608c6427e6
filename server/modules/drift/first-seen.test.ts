import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DriftFilter } from '../../../contract/drift.js';
import type { RowSpec } from '../../testing/prowler-rows.js';
import { createTestCore, scansToControlsAnd, type TestCore } from '../../testing/test-core.js';
import { TestTeam } from '../../testing/test-team.js';
import type { Drift } from './index.js';

let core: TestCore;
let drift: Drift;
beforeAll(async () => {
  core = await createTestCore(scansToControlsAnd('drift'));
  drift = core.container.get('drift');
});
afterAll(() => core.close());

const CHECK = 'iam_root_mfa_enabled';
const row = (status: RowSpec['status'], more: Partial<RowSpec> = {}): RowSpec => ({
  ...{ check: CHECK, resource: 'root', status },
  ...more,
});
const other = { account: '222' };

async function events(team: TestTeam, filter: DriftFilter = {}) {
  return (await drift.episodes.list(team.actor, filter, { limit: 200 })).items;
}
const typesOf = async (team: TestTeam) =>
  [...new Set((await events(team)).map(({ type }) => type))].sort();

test('the first results of an account are no regression, and later ones are', async () => {
  const team = new TestTeam(core);
  await team.import([row('PASS')], { at: 1 });
  await team.import([row('FAIL', { ...other, resource: 'root-2' })], { at: 2 });
  expect(await typesOf(team)).toEqual(['first_seen']);
  const seen = await events(team, { type: ['first_seen'] });
  const ofControl = seen.find(({ subject, controls }) => controls.includes(subject));
  expect(ofControl).toMatchObject({
    status: 'resolved',
    resolution: { kind: 'recorded' },
    cause: { kind: 'check', checks: [{ tool: 'prowler', checkId: CHECK }] },
  });
  expect(ofControl?.cause.text).toBe(`first results of prowler in aws/222: prowler/${CHECK}`);

  await team.import([row('FAIL', { ...other, resource: 'root-2' }), row('FAIL', { ...other })], {
    at: 3,
  });
  expect(await typesOf(team)).toEqual(['control_regression', 'first_seen']);
});

test('an account that appears without evidence for a control has lost none', async () => {
  const team = new TestTeam(core);
  await team.import([row('PASS')], { at: 1 });
  const elsewhere = { check: 's3_bucket_level_public_access_block', resource: 'b' };
  await team.import([row('PASS', { ...other, ...elsewhere })], { at: 2 });
  expect(await typesOf(team)).toEqual(['first_seen']);
  const [first] = await events(team, { type: ['first_seen'] });
  expect(first?.cause).toMatchObject({
    text: 'there is no evidence for aws/222 yet',
    accounts: ['aws/222'],
  });
});

test('a fail in a known account is a regression, whatever is new beside it', async () => {
  const team = new TestTeam(core);
  await team.import([row('PASS')], { at: 1 });
  await team.import([row('FAIL'), row('FAIL', { ...other, resource: 'root-2' })], { at: 2 });
  expect(await typesOf(team)).toContain('control_regression');
  expect(await typesOf(team)).not.toContain('first_seen');
});

test('a cause names the check that brought most first, and its worst stays in the reason', async () => {
  const team = new TestTeam(core);
  const few = { check: 'iam_user_mfa_enabled_console_access', severity: 'Critical' } as const;
  const many = { check: 'iam_administrator_access_with_mfa', severity: 'Low' } as const;
  const users = ['a', 'b', 'c', 'd'];
  const rows = (status: RowSpec['status']) => [
    // The account's other anchor of the control, so that passing checks implement it.
    row('PASS', { check: 'iam_root_mfa_enabled', severity: 'Critical', resource: 'root' }),
    row(status, { ...few, resource: 'z' }),
    ...users.map((resource) => row(status, { ...many, resource })),
  ];
  await team.import(rows('PASS'), { at: 1 });
  await team.import(rows('FAIL'), { at: 2 });
  const found = await events(team, { type: ['control_regression'] });
  const both = found.filter(({ cause }) => cause.checks.length > 1);
  expect(both.length).toBeGreaterThan(0);
  for (const { cause } of both) {
    expect(cause.checks.map(({ checkId }) => checkId)).toEqual([many.check, few.check]);
    expect(cause.text.indexOf(many.check)).toBeLessThan(cause.text.indexOf(few.check));
    expect(cause.text).toContain(`worst ${few.check} (critical)`);
  }
});

test('a snapshot and its difference count each finding once', async () => {
  const team = new TestTeam(core);
  await team.import([row('PASS'), row('FAIL', { resource: 'b' })], { at: 1 });
  const made = await drift.snapshots.create(team.actor, { name: 'before' });
  await team.import([row('FAIL'), row('PASS', { resource: 'b' })], { at: 2 });
  await team.import([row('FAIL', { ...other, check: 'kms_cmk_are_used' })], { at: 3 });
  const lowering = { status: ['open' as const, 'suppressed' as const, 'accepted' as const] };
  const open = (await team.findings(lowering)).length;
  const diff = await drift.snapshots.diff(team.actor, { from: 'before', to: 'now' });
  expect([made.openFindings, diff.to.openFindings]).toEqual([1, open]);
  // One more and one fewer of the same check in the same account are no difference.
  expect(diff.findings).toEqual({ opened: 1, closed: 0 });
  const moved = diff.controls.map(({ openFindings }) => openFindings.to - openFindings.from);
  expect(moved.filter((more) => more > 0).length).toBeGreaterThan(1);
});
