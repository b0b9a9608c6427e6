import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ocsfRow, ocsfText, type RowSpec } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_ONLY, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { sarifLog, sarifRun } from '../../../testing/tool-reports.js';

let core: TestCore;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(SCANS_ONLY);
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => core.close());

const user = (name: string, status: 'PASS' | 'FAIL', more: Partial<RowSpec> = {}): RowSpec => ({
  check: 'entra_users_mfa_capable',
  resource: 'Users',
  provider: 'm365',
  region: 'global',
  status,
  observed: `User ${name}: ${status === 'PASS' ? 'second factor set up' : 'no second factor'}`,
  ...more,
});
const decide = async () => {
  const [only] = await team.findings({ status: ['open'] });
  await team.triage(only?.id ?? '', 'false_positive');
  return only?.id;
};
const statuses = async () =>
  Object.fromEntries((await team.findings()).map(({ observed, status }) => [observed, status]));

describe('users that a tool reports under one uid', () => {
  it('keep their own findings when one is fixed and another one fails', async () => {
    await team.import([user('ann', 'FAIL'), user('ben', 'PASS')], { at: 1 });
    await decide();
    const { findings } = await team.import([user('ann', 'PASS'), user('ben', 'FAIL')], { at: 2 });
    expect(findings).toMatchObject({ opened: 1, resolved: 1, unchanged: 0 });
    expect(await statuses()).toEqual({
      'User ann: second factor set up': 'resolved',
      'User ben: no second factor': 'open',
    });
  });

  it('are distinguished when each report has one of them', async () => {
    await team.import([user('ann', 'FAIL')], { at: 1 });
    await decide();
    const { findings } = await team.import([user('ben', 'FAIL')], { at: 2 });
    expect(findings).toMatchObject({ opened: 1, resolved: 1 });
    expect(await statuses()).toMatchObject({ 'User ben: no second factor': 'open' });
  });

  it('keep a decision over a report that lacks them', async () => {
    await team.import([user('ann', 'FAIL'), user('ben', 'PASS')], { at: 1 });
    const id = await decide();
    const cut = ocsfText([
      ocsfRow(user('ben', 'PASS'), { at: 2 }),
      ocsfRow(user('ann', 'FAIL'), { at: 2 }),
    ]);
    await team.importCut(cut, cut.indexOf('User ann'));
    await team.import([user('ben', 'PASS'), user('ann', 'FAIL')], { at: 3 });
    const [kept] = await team.findings({ status: ['false_positive'] });
    expect(kept?.id).toBe(id);
  });
});

describe('a resource with a uid of its own', () => {
  const uid = 'arn:aws:ec2:eu-west-1:111111111111:instance/i-0123456789abcdef0';
  const named = (name: string, at: number) => {
    const row = ocsfRow({ check: 'c', resource: uid, observed: `${name} is public` }, { at });
    row.resources[0].name = name;
    return ocsfText([row]);
  };

  it('stays the same when its name changes', async () => {
    await team.importText(named('web', 1));
    const id = await decide();
    await team.importText(named('shop', 2));
    expect(await team.finding(uid)).toMatchObject({
      id,
      status: 'false_positive',
      resourceName: 'shop',
    });
  });

  it('is not merged with another one by masking, and shows the tag of an image', async () => {
    const image = 'registry.example.org/auth-token';
    const rows = [`${image}:v1.2.3`, `${image}:v1.2.4`, `${image}:hunter2a`, `${image}:hunter2b`];
    await team.import(rows.map((resource) => ({ check: 'c', resource })));
    const found = await team.findings();
    expect(new Set(found.map(({ id }) => id)).size).toBe(4);
    expect(found.map(({ resourceUid }) => resourceUid).sort()).toEqual(
      [`${image}:…masked`, `${image}:…masked`, ...rows.slice(0, 2)].sort(),
    );
  });
});

describe('a service that an account has once', () => {
  const kim = (region: string, status: 'PASS' | 'FAIL'): RowSpec => ({
    check: 'iam_user_mfa_enabled_console_access',
    resource: 'arn:aws:iam::111:user/kim',
    region,
    status,
  });

  it('is one thing whatever region a run was for', async () => {
    await team.import([kim('eu-west-1', 'FAIL')], { at: 1 });
    const { findings } = await team.import([kim('us-east-1', 'PASS')], { at: 2 });
    expect(findings).toMatchObject({ opened: 0, resolved: 1, stale: 0 });
  });

  it('is one thing where its ARN has the region of the run', async () => {
    const policy = (region: string): RowSpec => ({
      check: 'iam_password_policy_minimum_length_14',
      resource: `arn:aws:iam:${region}:111:password-policy`,
      region,
    });
    await team.import([policy('eu-west-1')], { at: 1 });
    const { findings } = await team.import([policy('us-east-1')], { at: 2 });
    expect(findings).toMatchObject({ opened: 0, unchanged: 1, resolved: 0 });
  });

  it('does not move where both regions are stored', async () => {
    const both = [kim('eu-west-1', 'FAIL'), kim('us-east-1', 'FAIL')];
    await team.import(both, { at: 1 });
    expect((await team.import(both, { at: 2 })).findings).toMatchObject({
      opened: 0,
      unchanged: 2,
      resolved: 0,
    });
  });
});

describe('SARIF', () => {
  const located = (uri: string) => ({
    physicalLocation: {
      artifactLocation: { uri },
      region: { startLine: 1, snippet: { text: 'q' } },
    },
  });
  const log = (tool: string, uri: string, at: number, change: object = {}) => {
    const run = sarifRun(tool, ['r'], { at });
    const results = [{ ruleId: 'r', message: { text: 'm' }, locations: [located(uri)] }];
    return sarifLog({ ...run, results, ...change });
  };

  it('keeps a file when the folder of the build is another one', async () => {
    const build = (n: number) =>
      log('Lint', `file:///tmp/build-${n}/src/a.c`, n, {
        originalUriBaseIds: { SRCROOT: { uri: `file:///tmp/build-${n}/` } },
      });
    await team.importText(build(1));
    await decide();
    expect((await team.importText(build(2))).findings).toMatchObject({ opened: 0, unchanged: 1 });
    expect(await team.finding('src/a.c')).toMatchObject({ status: 'false_positive' });
  });

  it.each([
    ['semgrep', 'Semgrep OSS'],
    ['Semgrep OSS', 'Semgrep'],
    ['SonarCloud', 'SonarQube Cloud'],
  ])('takes %s and %s for one tool', async (before, after) => {
    await team.importText(log(before, 'a.py', 1));
    const id = await decide();
    const { findings } = await team.importText(log(after, 'a.py', 2));
    expect(findings).toMatchObject({ opened: 0, resolved: 0, stale: 0 });
    expect((await team.finding('a.py')).id).toBe(id);
  });
});

describe('ZAP', () => {
  const report = (alertRef: string, at: string) =>
    JSON.stringify({
      '@programName': 'ZAP',
      '@version': '2.17.0',
      created: at,
      site: [
        {
          '@name': 'https://shop.example',
          alerts: [
            {
              pluginid: '10038',
              ...(alertRef === '' ? {} : { alertRef }),
              name: 'CSP not set',
              riskcode: '2',
              confidence: '3',
              instances: [{ uri: 'https://shop.example/', method: 'GET', param: '' }],
            },
          ],
        },
      ],
    });

  it.each([
    ['', '10038-1'],
    ['10038-1', ''],
  ])('keeps an alert with reference "%s" that comes with "%s"', async (before, after) => {
    await team.importText(report(before, '2026-02-01T06:00:00Z'));
    const id = await decide();
    const { findings } = await team.importText(report(after, '2026-02-02T06:00:00Z'));
    expect(findings).toMatchObject({ opened: 0, unchanged: 1, stale: 0 });
    expect((await team.findings()).map((finding) => [finding.id, finding.status])).toEqual([
      [id, 'false_positive'],
    ]);
  });
});
