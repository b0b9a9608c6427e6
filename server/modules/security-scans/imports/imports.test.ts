import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import { fixturePath, ocsfReport, type RowSpec } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_ONLY, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';

let core: TestCore;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(SCANS_ONLY);
  team = new TestTeam(core);
});
afterAll(() => core.close());

const NOTHING = { opened: 0, reopened: 0, resolved: 0, unchanged: 0, stale: 0 };

describe('a real report', () => {
  it('is counted, and opens a finding for every fail', async () => {
    const item = await core.scans.imports.importFile(
      team.actor,
      fixturePath('aws-sample.ocsf.json'),
    );
    expect(item).toMatchObject({
      fileName: 'aws-sample.ocsf.json',
      status: 'completed',
      tool: 'prowler',
      format: 'prowler-ocsf',
      toolVersion: '5.46.0',
      results: 73,
      counts: { pass: 31, fail: 36, manual: 6, muted: 0, error: 0 },
      findings: { ...NOTHING, opened: 36 },
      accounts: ['aws/123456789012'],
      partial: false,
      identical: false,
      problem: null,
      progress: 1,
    });
    expect(await team.open()).toHaveLength(36);
  });

  it('is identical when it is imported again, and changes nothing', async () => {
    const item = await core.scans.imports.importFile(
      team.actor,
      fixturePath('aws-sample.ocsf.json'),
    );
    expect(item).toMatchObject({
      status: 'completed',
      identical: true,
      results: 73,
      findings: { ...NOTHING, unchanged: 36 },
    });
  });

  it('is stored once, under the hash of its bytes', async () => {
    const path = fixturePath('aws-sample.ocsf.json');
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    const [newest] = (await core.scans.imports.list(team.actor, 10)).items;
    expect(newest?.sha256).toBe(sha256);
    const kept: Buffer[] = [];
    for await (const chunk of core.platform.blobs.rawReports.open(sha256))
      kept.push(chunk as Buffer);
    expect(JSON.parse(Buffer.concat(kept).toString())).toHaveLength(73);
  });

  it('gives the same findings when compressed', async () => {
    const other = new TestTeam(core);
    const item = await other.importText(
      gzipSync(await readFile(fixturePath('aws-sample.ocsf.json'))),
      'sample.json.gz',
    );
    expect(item).toMatchObject({ results: 73, findings: { opened: 36 } });
    expect(await other.open()).toEqual(await team.open());
  });
});

describe('the same bytes', () => {
  const first = ocsfReport([{ check: 'c', resource: 'r' }], { at: 1 });
  const second = ocsfReport([{ check: 'c', resource: 'r', status: 'PASS' }], { at: 2 });

  it('are imported again when another report came between', async () => {
    const one = new TestTeam(core);
    await one.importText(first);
    await one.importText(second);
    expect(await one.importText(first)).toMatchObject({ identical: false });
    expect(await one.importText(first)).toMatchObject({ identical: true });
    expect(await one.open()).toEqual([]);
  });

  it('report the same counts as when they are read again, without resolved findings', async () => {
    const one = new TestTeam(core);
    const both = (status: 'PASS' | 'FAIL') => [
      { check: 'c', resource: 'r', status },
      { check: 'c', resource: 'still' },
    ];
    await one.import(both('FAIL'), { at: 1 });
    await one.import(both('PASS'), { at: 2 });
    const same = await one.import(both('PASS'), { at: 2 });
    const reread = await one.import(both('PASS').reverse(), { at: 2 });
    expect([same.identical, reread.identical]).toEqual([true, false]);
    expect(same.findings).toEqual({ ...NOTHING, unchanged: 1 });
    expect(reread.findings).toEqual(same.findings);
  });

  it('are new to another team', async () => {
    const [one, two] = [new TestTeam(core), new TestTeam(core)];
    await one.importText(first);
    expect(await two.importText(first)).toMatchObject({
      identical: false,
      findings: { ...NOTHING, opened: 1 },
    });
  });
});

describe('a finding over time', () => {
  const fail = [{ check: 'c', resource: 'r' }];
  const pass: RowSpec[] = [{ check: 'c', resource: 'r', status: 'PASS' }];

  it('opens with a fail, is resolved by a pass, and counts how often it was reopened', async () => {
    const one = new TestTeam(core);
    expect((await one.import(fail, { at: 0 })).findings).toEqual({ ...NOTHING, opened: 1 });
    const fixed = await one.import(pass, { at: 1 });
    expect(fixed.findings).toEqual({ ...NOTHING, resolved: 1 });
    expect(await one.finding('r')).toMatchObject({
      status: 'resolved',
      resolution: 'passed',
      resolvedAt: '2026-02-02T06:00:00.000Z',
      resolvedBy: fixed.id,
      reopenedCount: 0,
    });
    expect((await one.import(fail, { at: 2 })).findings).toEqual({ ...NOTHING, reopened: 1 });
    expect(await one.finding('r')).toMatchObject({
      status: 'open',
      resolution: null,
      resolvedAt: null,
      resolvedBy: null,
      reopenedCount: 1,
      firstSeenAt: '2026-02-01T06:00:00.000Z',
      lastSeenAt: '2026-02-03T06:00:00.000Z',
    });
    await one.import(pass, { at: 3 });
    await one.import(fail, { at: 4 });
    expect(await one.finding('r')).toMatchObject({ status: 'open', reopenedCount: 2 });
  });

  it('does not exist for a resource that always passed', async () => {
    const one = new TestTeam(core);
    expect((await one.import(pass)).findings).toEqual(NOTHING);
    expect((await one.import(fail, { at: 1 })).findings).toEqual({ ...NOTHING, opened: 1 });
  });

  it('was last seen in the latest report with it', async () => {
    const one = new TestTeam(core);
    await one.import(fail, { at: 0 });
    await one.import(fail, { at: 5 });
    expect(await one.finding('r')).toMatchObject({
      firstSeenAt: '2026-02-01T06:00:00.000Z',
      lastSeenAt: '2026-02-06T06:00:00.000Z',
    });
  });

  it.each(['MANUAL', 'ERROR'] as const)('stays open when the next result is %s', async (status) => {
    const one = new TestTeam(core);
    await one.import(fail);
    const { findings } = await one.import([{ check: 'c', resource: 'r', status }], { at: 1 });
    expect(findings).toEqual({ ...NOTHING, unchanged: 1 });
    expect(await one.finding('r')).toMatchObject({
      status: 'open',
      verdict: status.toLowerCase(),
    });
    await one.import(pass, { at: 2 });
    expect(await one.finding('r')).toMatchObject({ status: 'resolved' });
  });

  it('is suppressed, not resolved, when the tool mutes it', async () => {
    const one = new TestTeam(core);
    await one.import(fail);
    await one.import([{ check: 'c', resource: 'r', muted: true }], { at: 1 });
    expect(await one.finding('r')).toMatchObject({
      status: 'suppressed',
      verdict: 'muted',
      triage: { actor: 'prowler', expiresAt: null },
    });
    await one.import(fail, { at: 2 });
    expect(await one.finding('r')).toMatchObject({
      status: 'open',
      triage: null,
      reopenedCount: 0,
    });
  });

  it('stays open when it is muted as a pass: nobody proved a fix', async () => {
    const one = new TestTeam(core);
    await one.import(fail);
    await one.import([{ check: 'c', resource: 'r', status: 'PASS', muted: true }], { at: 1 });
    expect(await one.finding('r')).toMatchObject({ status: 'open', verdict: 'muted' });
  });

  it('keeps its id and its history when its check is renamed', async () => {
    const one = new TestTeam(core);
    const [former, current] = [
      'eks_endpoints_not_publicly_accessible',
      'eks_cluster_not_publicly_accessible',
    ];
    await one.import([{ check: former, resource: 'r' }]);
    const { id } = await one.finding('r');
    const { findings } = await one.import([{ check: current, resource: 'r' }], { at: 1 });
    expect(findings).toEqual({ ...NOTHING, unchanged: 1 });
    expect(await one.finding('r')).toMatchObject({ id, checkId: current });
  });

  const longUids = (length: number) =>
    ['one', 'two'].map((end) => `arn:aws:s3:::${'x'.repeat(length)}-${end}`);

  it('keeps its full uid, which distinguishes it from others', async () => {
    const one = new TestTeam(core);
    const uids = longUids(900);
    await one.import(uids.map((resource) => ({ check: 'c', resource })));
    expect((await one.findings()).map(({ resourceUid }) => resourceUid).sort()).toEqual(uids);
  });

  it('keeps a uid of 5,000 characters', async () => {
    const one = new TestTeam(core);
    const uids = longUids(5_001);
    await one.import(uids.map((resource) => ({ check: 'c', resource })));
    const kept = (await one.findings()).map(({ resourceUid }) => resourceUid.length);
    expect(kept).toEqual(uids.map((uid) => uid.length));
  });
});

describe('a file that is not a report', () => {
  it.each([
    ['empty', '', /is empty/],
    ['not JSON', 'hello, world\n', /looks like plain text/],
    ['without results', '[]', /contains no results/],
    ['an SBOM', '{"bomFormat": "CycloneDX", "components": []}', /looks like a CycloneDX SBOM/],
    ['SARIF without a run', '{"runs": [], "version": "2.1.0"}', /contains no results/],
    ['an archive of another kind', 'PK\u0003\u0004 and so on', /looks like a .*zip/i],
    ['cut before its first result', '[\n  {"metadata": {"event_co', /contains no readable result/],
  ])('(%s) fails and stores nothing', async (_, content, problem) => {
    const one = new TestTeam(core);
    const item = await one.importText(content, 'odd.json');
    expect(item).toMatchObject({ status: 'failed', findings: NOTHING, results: 0 });
    expect(item.problem).toMatch(problem);
    expect(item.problem).toContain('odd.json');
    expect(item.finishedAt).not.toBeNull();
    expect(await one.findings()).toEqual([]);
    expect(await core.scans.evidence.accounts(one.actor)).toEqual([]);
    expect(await core.scans.imports.get(one.actor, item.id)).toEqual(item);
  });

  it('is rejected when it does not exist or is a folder', async () => {
    const { imports } = core.scans;
    await expect(imports.importFile(team.actor, '/nowhere/at.all')).rejects.toThrow(
      InvalidInputError,
    );
    await expect(imports.importFile(team.actor, '/nowhere/at.all')).rejects.toThrow(
      '/nowhere/at.all',
    );
    const folder = core.platform.config.dataDir;
    await expect(imports.importFile(team.actor, folder)).rejects.toThrow(/folder/);
  });

  it('leaves existing findings unchanged', async () => {
    const one = new TestTeam(core);
    await one.import([{ check: 'c', resource: 'r' }]);
    await one.importText('', 'odd.json');
    expect(await one.finding('r')).toMatchObject({ status: 'open', staleSince: null });
  });
});

describe('the list of imports', () => {
  it('is newest first, paged, and limited to the team', async () => {
    const one = new TestTeam(core);
    const ids: string[] = [];
    for (const at of [0, 1, 2]) {
      ids.unshift((await one.import([{ check: 'c', resource: 'r' }], { at })).id);
      core.clock.moveDays(1 / 24);
    }
    const first = await core.scans.imports.list(one.actor, 2);
    const rest = await core.scans.imports.list(one.actor, 2, first.nextCursor ?? undefined);
    expect([...first.items, ...rest.items].map(({ id }) => id)).toEqual(ids);
    expect(rest.nextCursor).toBeNull();
    await expect(core.scans.imports.get(team.actor, ids[0] ?? '')).rejects.toThrow(NotFoundError);
  });

  it('has an audit entry for each finished import', async () => {
    const one = new TestTeam(core);
    const good = await one.import([{ check: 'c', resource: 'r' }]);
    const bad = await one.importText('');
    const actions = await Promise.all(
      [good, bad].map(({ id }) => core.platform.audit.about(one.actor, id)),
    );
    expect(actions.flat().map(({ action, actor }) => [action, actor])).toEqual([
      ['import.completed', one.actor.userId],
      ['import.failed', one.actor.userId],
    ]);
  });
});
