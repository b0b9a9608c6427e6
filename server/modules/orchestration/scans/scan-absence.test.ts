import { afterEach, beforeEach, expect, it } from 'vitest';
import { NativeRunner } from '../../../scanners/runners/native-runner.js';
import { ScriptedProwler } from '../../../testing/scripted-prowler.js';
import { type ScanProcess, TestScans } from '../../../testing/test-scans.js';

// Results that a scan no longer finds, judged by the coverage of its sub-jobs.

const [HERE, THERE] = ['eu-west-1', 'us-east-1'] as const;
const [BUCKETS, KEYS] = ['s3_bucket_public', 'kms_key_rotated'] as const;

let prowler: ScriptedProwler;
let test: TestScans;
let one: ScanProcess;
let accountId: string;

beforeEach(async () => {
  prowler = await ScriptedProwler.create();
  await prowler.expects([BUCKETS, KEYS]);
  test = await TestScans.create({
    runner: (outputFolder) => new NativeRunner({ outputFolder, programs: prowler.programs }),
  });
  one = await test.process();
  accountId = (await test.anAccount(one, [HERE, THERE])).id;
  for (const region of [HERE, THERE]) await reports(region, [BUCKETS, KEYS]);
  expect(await scanned()).toMatchObject({ status: 'completed', findings: { opened: 4 } });
});
afterEach(async () => {
  await test.close();
  await prowler.remove();
});

const reports = (region: string, checks: readonly string[]) =>
  prowler.reports(
    region,
    checks.map((check) => ({ check, resource: `${check}/${region}` })),
  );
async function scanned(regions?: string[]) {
  const request = { kind: 'cloud' as const, accountId, regions };
  const { id } = await one.orchestration.scans.start(test.actor, request);
  return test.until(one, id, undefined, 30_000);
}
/** `<resource> <status>`, with `stale` where there is no new evidence. */
async function known(): Promise<string[]> {
  const { items } = await test.scans.findings.list(
    test.actor,
    { status: ['open', 'resolved'] },
    100,
  );
  return items
    .map(
      ({ resourceUid, resolution, staleSince }) =>
        `${resourceUid} ${resolution ?? 'open'}${staleSince ? ' stale' : ''}`,
    )
    .sort();
}

it('sub-jobs of one scan do not make each other’s findings stale', async () => {
  expect(await known()).toEqual([
    `${KEYS}/${HERE} open`,
    `${KEYS}/${THERE} open`,
    `${BUCKETS}/${HERE} open`,
    `${BUCKETS}/${THERE} open`,
  ]);
});

it('findings of a check that ran without results are gone, in that region', async () => {
  await reports(HERE, [BUCKETS]);
  const scan = await scanned([HERE]);
  expect(scan).toMatchObject({ status: 'completed', findings: { resolved: 1, stale: 0 } });
  expect(await known()).toEqual([
    `${KEYS}/${HERE} gone`,
    `${KEYS}/${THERE} open`,
    `${BUCKETS}/${HERE} open`,
    `${BUCKETS}/${THERE} open`,
  ]);
});

it('findings of a check that did not run, or failed, become stale', async () => {
  await prowler.expects([BUCKETS]);
  const other = await test.process(); // which has not cached Prowler's checks yet
  await one.queue.close({ drain: true });
  one = other;
  await reports(HERE, [BUCKETS]);
  expect((await scanned([HERE])).findings).toMatchObject({ resolved: 0, stale: 1 });
  expect(await known()).toContain(`${KEYS}/${HERE} open stale`);
});

it('a region that failed keeps what it has', async () => {
  await reports(HERE, [BUCKETS]);
  await prowler.does(THERE, 'exit 1');
  const scan = await scanned();
  expect(scan).toMatchObject({ status: 'partial', findings: { resolved: 1 } });
  expect(await known()).toEqual([
    `${KEYS}/${HERE} gone`,
    `${KEYS}/${THERE} open`,
    `${BUCKETS}/${HERE} open`,
    `${BUCKETS}/${THERE} open`,
  ]);
});
