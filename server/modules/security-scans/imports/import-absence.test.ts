import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ocsfReport, type RowSpec } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_ONLY, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';

let core: TestCore;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(SCANS_ONLY);
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => core.close());

const aBucket = (resource: string, more: Partial<RowSpec> = {}): RowSpec => ({
  check: 's3_bucket_public',
  resource,
  ...more,
});

describe('a resource that a report no longer has', () => {
  it('is gone when the report covers its check, account and region', async () => {
    await team.import([aBucket('a'), aBucket('b'), aBucket('c', { status: 'PASS' })]);
    const later = await team.import([aBucket('a')], { at: 1 });
    expect(later.findings).toEqual({ opened: 0, reopened: 0, resolved: 1, unchanged: 1, stale: 0 });
    expect(await team.finding('b')).toMatchObject({
      status: 'resolved',
      resolution: 'gone',
      resolvedBy: later.id,
      resolvedAt: '2026-02-02T06:00:00.000Z',
    });
  });

  it('is opened again when it comes back', async () => {
    await team.import([aBucket('a'), aBucket('b')]);
    await team.import([aBucket('a')], { at: 1 });
    expect((await team.import([aBucket('a'), aBucket('b')], { at: 2 })).findings).toMatchObject({
      reopened: 1,
      unchanged: 1,
    });
    expect(await team.finding('b')).toMatchObject({ status: 'open', reopenedCount: 1 });
  });

  it('loses its triage', async () => {
    await team.import([aBucket('a'), aBucket('b')]);
    await team.triage((await team.finding('b')).id, 'accepted');
    await team.import([aBucket('a')], { at: 1 });
    expect(await team.finding('b')).toMatchObject({ status: 'resolved', triage: null });
    await team.import([aBucket('a'), aBucket('b')], { at: 2 });
    expect(await team.finding('b')).toMatchObject({ status: 'open', triage: null });
  });

  it.each([
    ['region', { region: 'us-east-1' }],
    ['check', { check: 's3_bucket_encryption' }],
  ])('is stale, not resolved, when the whole %s is missing', async (_, elsewhere) => {
    await team.import([aBucket('a'), aBucket('b', elsewhere)]);
    const later = await team.import([aBucket('a')], { at: 1 });
    expect(later.findings).toMatchObject({ resolved: 0, unchanged: 1, stale: 1 });
    expect(await team.finding('b')).toMatchObject({
      status: 'open',
      staleSince: '2026-02-02T06:00:00.000Z',
      lastSeenAt: '2026-02-01T06:00:00.000Z',
    });
    expect(await team.finding('a')).toMatchObject({ staleSince: null });
  });

  it('is stale since the first report without it, and counted in every later report', async () => {
    await team.import([aBucket('a'), aBucket('b', { region: 'us-east-1' })]);
    for (const at of [1, 2]) {
      expect((await team.import([aBucket('a')], { at })).findings).toMatchObject({ stale: 1 });
    }
    expect(await team.finding('b')).toMatchObject({ staleSince: '2026-02-02T06:00:00.000Z' });
  });

  it('counts as stale only while its finding is open', async () => {
    const far = { region: 'us-east-1' };
    await team.import([aBucket('a'), aBucket('b', { ...far, muted: true }), aBucket('c', far)]);
    expect((await team.import([aBucket('a')], { at: 1 })).findings).toMatchObject({ stale: 1 });
  });

  it('is no longer stale when it is seen again', async () => {
    const all = [aBucket('a'), aBucket('b', { region: 'us-east-1' })];
    await team.import(all);
    await team.import([aBucket('a')], { at: 1 });
    await team.import(all, { at: 2 });
    expect(await team.finding('b')).toMatchObject({
      status: 'open',
      staleSince: null,
      lastSeenAt: '2026-02-03T06:00:00.000Z',
    });
  });

  it('does not change when the report is of another account', async () => {
    await team.import([aBucket('a', { account: '1' })]);
    const other = await team.import([aBucket('a', { account: '2' })], { at: 1 });
    expect(other).toMatchObject({ accounts: ['aws/2'], findings: { opened: 1, stale: 0 } });
    expect(await team.open()).toEqual([
      's3_bucket_public 1 eu-west-1 a',
      's3_bucket_public 2 eu-west-1 a',
    ]);
    const [first] = await team.findings({ accountId: ['1'] });
    expect(first).toMatchObject({ staleSince: null, lastSeenAt: '2026-02-01T06:00:00.000Z' });
  });
});

describe('a report that was cut off', () => {
  const whole = ['a', 'b', 'c', 'd'].map((name) => aBucket(name));

  it('keeps its rows up to the break, says where it broke, and resolves nothing that it lacks', async () => {
    await team.import(whole);
    const text = ocsfReport([...whole.slice(0, 1), aBucket('new'), ...whole.slice(1)], { at: 1 });
    const cut = await team.importCut(text, 0.6);
    expect(cut).toMatchObject({ status: 'partial', partial: true });
    expect(cut.results).toBeLessThan(5);
    expect(cut.findings).toMatchObject({ opened: 1, resolved: 0, stale: 0 });
    expect(cut.problem).toContain(cut.fileName);
    expect(cut.problem).toMatch(/byte \d+|line \d+/);
    expect(await team.open()).toHaveLength(5);
  });

  it('still resolves findings that it shows as fixed', async () => {
    await team.import(whole);
    const rows = [aBucket('a', { status: 'PASS' }), ...whole.slice(1)];
    await team.importCut(ocsfReport(rows, { at: 1 }), 0.5);
    expect(await team.finding('a')).toMatchObject({ status: 'resolved', resolution: 'passed' });
    expect(await team.finding('d')).toMatchObject({ status: 'open' });
  });

  it('resolves nothing when it lost one of several rows that share an identity', async () => {
    const fail = aBucket('twin', { observed: 'key 1 is old' });
    const pass = aBucket('twin', { status: 'PASS', observed: 'key 2 is new' });
    await team.import([pass, fail]);
    const text = ocsfReport([pass, fail], { at: 1 });
    const cut = await team.importCut(text, text.indexOf('key 1 is old'));
    expect(cut).toMatchObject({ results: 1, partial: true, findings: { resolved: 0 } });
    expect(await team.open()).toHaveLength(1);
  });

  it('lets a later complete report judge which resources are gone', async () => {
    await team.import(whole);
    await team.importCut(ocsfReport(whole, { at: 1 }), 0.5);
    expect((await team.import(whole.slice(0, 2), { at: 2 })).findings).toMatchObject({
      resolved: 2,
      unchanged: 2,
    });
  });

  it('skips invalid rows, and names the first of them', async () => {
    await team.import(whole);
    const rows = JSON.parse(ocsfReport(whole, { at: 1 }));
    rows[1].metadata.event_code = '';
    const item = await team.importText(JSON.stringify(rows));
    expect(item).toMatchObject({ status: 'partial', results: 3, findings: { resolved: 0 } });
    expect(item.problem).toMatch(/1 of 4 results .* result 2 at byte/);
    expect(await team.open()).toHaveLength(4);
  });
});

describe('an older report imported after a newer one', () => {
  it('changes nothing that the newer one covers', async () => {
    await team.import([aBucket('a', { status: 'PASS' }), aBucket('b')], { at: 5 });
    const before = await team.findings();
    const late = await team.import([aBucket('a'), aBucket('b', { status: 'PASS' }), aBucket('c')], {
      at: 1,
    });
    expect(late.findings).toEqual({ opened: 0, reopened: 0, resolved: 0, unchanged: 1, stale: 0 });
    expect(await team.findings()).toEqual(before);
  });

  it('does not bring back a resource that the newer one no longer had', async () => {
    await team.import([aBucket('a'), aBucket('b')], { at: 1 });
    await team.import([aBucket('a')], { at: 5 });
    const late = await team.import([aBucket('a'), aBucket('b')], { at: 3 });
    expect(late.findings).toMatchObject({ opened: 0, reopened: 0 });
    expect(await team.finding('b')).toMatchObject({ status: 'resolved', resolution: 'gone' });
  });

  it('does not remove a resource that the newer one added', async () => {
    await team.import([aBucket('a'), aBucket('b')], { at: 5 });
    expect((await team.import([aBucket('a')], { at: 1 })).findings).toMatchObject({ resolved: 0 });
    expect(await team.open()).toHaveLength(2);
  });

  it('adds a scope that the newer one lacks as stale', async () => {
    const far = aBucket('b', { region: 'us-east-1' });
    await team.import([aBucket('a')], { at: 5 });
    await team.import([aBucket('a'), far], { at: 1 });
    expect(await team.finding('b')).toMatchObject({
      status: 'open',
      staleSince: '2026-02-06T06:00:00.000Z',
    });
  });

  it('leaves a scope stale that became stale after it', async () => {
    const far = aBucket('b', { region: 'us-east-1' });
    await team.import([aBucket('a'), far], { at: 1 });
    await team.import([aBucket('a')], { at: 5 });
    await team.import([aBucket('a'), far], { at: 3 });
    expect(await team.finding('b')).toMatchObject({ staleSince: '2026-02-06T06:00:00.000Z' });
  });

  it('still counts as older when some rows of the newer one have earlier times', async () => {
    const rows = [aBucket('a', { at: 1, status: 'PASS' }), aBucket('b', { at: 9 })];
    await team.import(rows);
    await team.import([aBucket('a', { at: 3 }), aBucket('b', { at: 4 })]);
    expect(await team.open()).toEqual(['s3_bucket_public 111 eu-west-1 b']);
  });

  it('with a time in the future counts as a report of now', async () => {
    await team.import([aBucket('a')], { at: '2027-05-01T00:00:00.000Z' });
    expect(await team.finding('a')).toMatchObject({ lastSeenAt: '2026-03-01T12:00:00.000Z' });
    await team.import([aBucket('a', { status: 'PASS' })], { at: '2026-03-01T12:00:00.000Z' });
    expect(await team.finding('a')).toMatchObject({ status: 'resolved' });
  });
});
