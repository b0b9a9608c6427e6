import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ocsfReport } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_ONLY, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import {
  nmapReport,
  ocsfFinding,
  sarifLog,
  sarifRun,
  TOOL_REPORTS,
} from '../../../testing/tool-reports.js';

let core: TestCore;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(SCANS_ONLY);
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => core.close());

const COLUMNS =
  'PROVIDER;ACCOUNT_UID;CHECK_ID;CHECK_TITLE;STATUS;STATUS_EXTENDED;SEVERITY;RESOURCE_UID;RESOURCE_NAME;REGION;TIMESTAMP';
/** Of Prowler, whose CSV has the local time of the machine. */
const csv = (status: string, time: string) =>
  `${COLUMNS}\naws;123456789012;s3_bucket_public;t;${status};x;high;arn:aws:s3:::a;a;eu-west-1;${time}\n`;
const ocsf = (status: 'PASS' | 'FAIL', time: string) => {
  const [row] = JSON.parse(
    ocsfReport([{ check: 's3_bucket_public', resource: 'arn:aws:s3:::a', status }]),
  );
  const seconds = Date.parse(time) / 1000;
  const cloud = { ...row.cloud, account: { uid: '123456789012', name: '' }, region: 'eu-west-1' };
  const resources = [{ ...row.resources[0], region: 'eu-west-1' }];
  return JSON.stringify([
    {
      ...row,
      cloud,
      resources,
      time: seconds,
      time_dt: time,
      finding_info: { ...row.finding_info, created_time: seconds },
    },
  ]);
};
const sarif = (kind: string, endTimeUtc: string) => {
  const run = sarifRun('Lint', ['R1']);
  const level = kind === 'pass' ? 'none' : 'error';
  const results = run.results.map((result) => ({ ...result, kind, level }));
  return sarifLog({
    ...run,
    automationDetails: { id: 'acme/shop/1' },
    invocations: [{ endTimeUtc }],
    results,
  });
};
const finding = (status_id: number, time_dt: string) =>
  JSON.stringify([
    ocsfFinding('S3.1', {}, { class_uid: 2003, time: null, time_dt, compliance: { status_id } }),
  ]);
const open = async () => (await team.findings({ status: ['open'] })).length;

describe('a time without a zone', () => {
  it.each([
    [
      'Prowler CSV, then OCSF',
      csv('PASS', '2026-02-01 18:00:00.000000'),
      ocsf('FAIL', '2026-02-01T11:00:00Z'),
    ],
    [
      'Prowler OCSF, then CSV',
      ocsf('PASS', '2026-02-01T11:00:00Z'),
      csv('FAIL', '2026-02-01 04:00:00.000000'),
    ],
    ['SARIF', sarif('pass', '2026-02-01T18:00:00'), sarif('fail', '2026-02-01T11:00:00Z')],
    ['OCSF', finding(1, '2026-02-01 18:00:00'), finding(3, '2026-02-01T11:00:00+00:00')],
  ])('never makes a newer report an older one: %s', async (_, before, after) => {
    await team.importText(before);
    const later = await team.importText(after);
    expect(later).toMatchObject({ findings: { opened: 1 }, notes: [] });
    expect(await open()).toBe(1);
  });

  it('does not make a report older than one that came between', async () => {
    await team.importText(csv('FAIL', '2026-02-01 18:00:00'));
    await team.importText(ocsf('FAIL', '2026-02-01T11:00:00Z'));
    const older = await team.importText(ocsf('PASS', '2026-02-01T10:00:00Z'));
    expect(older.notes).toEqual([
      '1 result is older than what is stored of the same checks and changed nothing.',
    ]);
    expect(await open()).toBe(1);
    await team.importText(ocsf('PASS', '2026-02-01T12:00:00Z'));
    expect(await open()).toBe(0);
  });

  it('is older where it is so in every zone, and among times of one clock', async () => {
    await team.importText(ocsf('FAIL', '2026-02-03T11:00:00Z'));
    expect((await team.importText(csv('PASS', '2026-02-02 18:00:00'))).notes).toHaveLength(1);
    await team.importText(csv('FAIL', '2026-02-05 18:00:00'));
    expect((await team.importText(csv('PASS', '2026-02-05 17:00:00'))).notes).toHaveLength(1);
    expect(await open()).toBe(1);
    expect((await team.importText(csv('PASS', '2026-02-05 19:00:00'))).notes).toEqual([]);
    expect(await open()).toBe(0);
  });
});

describe('silence', () => {
  const zap = (time: string, alerts: object[]) =>
    JSON.stringify({
      '@programName': 'ZAP',
      '@generated': time,
      site: [{ '@name': 'https://shop.example', alerts }],
    });
  const alert = {
    pluginid: '10038',
    riskcode: '2',
    instances: [{ uri: 'https://shop.example/', method: 'GET' }],
  };
  it('of a newer report counts, whichever of both has no zone', async () => {
    await team.importText(csv('FAIL', '2026-02-01 18:00:00'));
    const later = await team.importText(
      ocsf('PASS', '2026-02-01T11:00:00Z').replaceAll('s3_bucket_public', 's3_other'),
    );
    expect(later.findings).toMatchObject({ stale: 1 });
    expect((await team.findings({ status: ['open'] }))[0]?.staleSince).not.toBeNull();
  });
  it('of a report without results and zone is not that of an older one', async () => {
    await team.importText(zap('2026-02-01T11:00:00Z', [alert]));
    await team.importText(zap('Sun, 1 Feb 2026 04:00:00', []));
    expect((await team.findings())[0]?.staleSince).not.toBeNull();
  });
  it('of a report from the future is noted', async () => {
    const { notes } = await team.importText(nmapReport([], { at: 9_000 }));
    expect(notes).toEqual([expect.stringMatching(/^The report is dated in the future/)]);
  });
});

describe('a time in the future', () => {
  it.each(TOOL_REPORTS)('is the moment of import: $format', async ({ text, fails }) => {
    const days = (core.clock.now().getTime() - Date.parse('2026-02-01T06:00:00Z')) / 86_400_000;
    const first = await team.importText(text(fails, { at: days + 400 }));
    expect(first.notes).toEqual([expect.stringMatching(/dated in the future \(up to 20/)]);
    const [one] = await team.findings();
    expect(one?.lastSeenAt).toBe(core.clock.now().toISOString());
    expect((await team.importText(text(fails.slice(1), { at: days + 0.5 }))).notes).toEqual([]);
  });
});
