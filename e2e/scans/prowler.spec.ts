import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MOCK_ACCOUNT, MockAws } from '../../bench/mock-aws.js';
import {
  createCloudAccount,
  getCloudAccount,
  testCloudAccount,
} from '../../contract/cloud-security.js';
import { getPosture } from '../../contract/compliance.js';
import { retryScan, type ScanRun } from '../../contract/orchestration.js';
import { type Finding, getImport } from '../../contract/security-scans.js';
import { Product, Refused, until } from './product.js';

const tools = process.env.TEST_PROWLER_FOLDER;
const [US, EU] = ['us-east-1', 'eu-west-1'] as const;
/** Two services that moto supports fully, so that every gap is made by a test. */
const SERVICES = ['sns', 'ecr'];
const run = promisify(execFile);

describe.skipIf(!tools)('Prowler, run by the platform (TEST_PROWLER_FOLDER)', () => {
  const folder = tools as string;
  let aws: MockAws;
  let product: Product;
  let accountId: string;

  beforeAll(async () => {
    aws = await MockAws.start(folder);
    product = await Product.make({
      PATH: `${folder}/prowler/bin:${process.env.PATH}`,
      SCANNER_AWS_ENDPOINT_URL: aws.url,
      DOCKER_HOST: 'unix:///nowhere/docker.sock', // uses the program even where Docker runs
    });
    await product.serve('api');
    await product.serve('worker');
  });
  afterAll(async () => {
    await product?.remove();
    await aws?.stop();
  });

  const scanned = () => product.scanned({ kind: 'cloud', accountId, services: SERVICES }, 300_000);
  const subJob = (scan: ScanRun, region: string) => {
    const found = scan.subJobs.find(({ name }) => name === region);
    if (!found) throw new Error(`no sub-job ${region}`);
    return found;
  };
  const tested = () =>
    until(
      async () => (await product.call(getCloudAccount, { params: { accountId } })).lastTest,
      (last) => last !== null && last.status !== 'running',
      { withinMs: 240_000, everyMs: 500 },
    );
  /** Findings without ids and dates, which differ between imports. */
  const summaries = (findings: readonly Finding[]) =>
    findings
      .map(({ checkId, region, resourceUid, severity, status, verdict, observed }) =>
        [checkId, region, resourceUid, severity, status, verdict, observed].join(' | '),
      )
      .sort();
  const openIn = async (region: string) => product.findings({ region, status: 'open' });

  test('adding an account tests its connection', async () => {
    const account = await product.call(createCloudAccount, {
      body: {
        name: 'Harbor Retail',
        scope: { kind: 'aws', accountId: MOCK_ACCOUNT, regions: [US, EU] },
        credentials: {
          kind: 'aws_keys',
          accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
          secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
        },
      },
    });
    accountId = account.id;
    expect(await tested()).toMatchObject({ status: 'passed', problem: null });
  });

  let first: ScanRun;
  test('a scan with a failing region is partial and reports its coverage', async () => {
    aws.fault(EU, 'denied');
    const before = (await product.call(getPosture)).lastRun;
    first = await scanned();
    expect(first).toMatchObject({ status: 'partial', kind: 'cloud', trigger: 'manual' });
    const [good, bad] = [subJob(first, US), subJob(first, EU)];
    expect(good).toMatchObject({ status: 'completed', outcome: 'succeeded', problem: null });
    expect(bad).toMatchObject({ status: 'failed', outcome: 'failed', results: 0, importId: null });
    expect(bad.problem).toMatch(/AccessDenied/);
    expect(first.problem).toContain(EU);
    const { coverage } = good;
    expect(coverage).toMatchObject({ unit: 'checks', toolVersion: '5.46.0' });
    // Checks are skipped on purpose only, not because of errors.
    expect(coverage?.skipped.filter(({ why }) => !/third party/.test(why))).toEqual([]);
    expect(coverage?.expected).toBeGreaterThan(8);
    expect(coverage?.executed).toBe(coverage?.expected);
    expect((coverage?.evidenced ?? 0) + (coverage?.missing.length ?? 0)).toBe(coverage?.expected);
    expect(bad.coverage).toMatchObject({ expected: coverage?.expected, evidenced: 0 });
    expect(good.results).toBeGreaterThan(10);
    expect(await openIn(EU)).toEqual([]);
    // The engine runs without a request.
    await until(
      async () => (await product.call(getPosture)).lastRun,
      (last) => last !== null && JSON.stringify(last) !== JSON.stringify(before),
    );
    expect(Object.keys(await product.controls()).length).toBeGreaterThan(3);
  });

  test('only the failed sub-job is retried, and the scan completes', async () => {
    aws.fault(EU, null);
    const params = { scanId: first.id };
    const { id: subJobId } = subJob(first, EU);
    const once = { subJobId: subJob(first, US).id };
    await expect(product.call(retryScan, { params, body: once })).rejects.toThrow(Refused);
    await product.call(retryScan, { params, body: { subJobId } });
    const whole = await product.scan(first.id, undefined, 200_000);
    expect(whole).toMatchObject({ status: 'completed', problem: null });
    expect(subJob(whole, US)).toEqual(subJob(first, US));
    expect(subJob(whole, EU)).toMatchObject({ id: subJobId, status: 'completed', attempt: 1 });
    expect(whole.results).toBe(subJob(whole, US).results + subJob(whole, EU).results);
    expect((await openIn(EU)).length).toBeGreaterThan(0);
    expect((await product.findings()).filter(({ staleSince }) => staleSince !== null)).toEqual([]);
    expect(await product.leftovers()).toEqual([]);
  });

  test('a manual Prowler run, imported, gives the same findings and controls', async () => {
    const out = await mkdtemp(join(tmpdir(), 'prowler-by-hand-'));
    const byHand = await Product.make();
    try {
      const args = ['aws', '--region', US, EU, '--service', ...SERVICES, '-z', '-b', '--no-color'];
      const output = ['-M', 'json-ocsf', '-F', 'report', '-o', out];
      await run(join(folder, 'prowler/bin/prowler'), [...args, ...output], {
        env: {
          ...{ PATH: process.env.PATH, HOME: out, TZ: 'UTC', LANG: 'C.UTF-8' },
          ...{ AWS_ENDPOINT_URL: aws.url, AWS_DEFAULT_REGION: US },
          ...{ AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' },
          AWS_EC2_METADATA_DISABLED: 'true',
        },
      });
      await byHand.serve('api');
      await byHand.import('report.ocsf.json', await readFile(join(out, 'report.ocsf.json')));
      expect(summaries(await product.findings())).toEqual(summaries(await byHand.findings()));
      const same = async () =>
        JSON.stringify(await product.controls()) === JSON.stringify(await byHand.controls());
      await until(same, Boolean, { withinMs: 10_000 });
    } finally {
      await byHand.remove();
      await rm(out, { recursive: true, force: true });
    }
  });

  test('the next scan resolves fixed and removed resources; a failed region keeps its findings', async () => {
    await aws.change(`
client('ecr', '${EU}').put_image_scanning_configuration(
    repositoryName='web', imageScanningConfiguration={'scanOnPush': True})
client('ecr', '${US}').put_image_scanning_configuration(
    repositoryName='web', imageScanningConfiguration={'scanOnPush': True})
client('sns', '${EU}').delete_topic(TopicArn='arn:aws:sns:${EU}:${MOCK_ACCOUNT}:price-changes')`);
    const before = { [US]: summaries(await openIn(US)), [EU]: summaries(await openIn(EU)) };
    aws.fault(US, 'denied');
    const scan = await scanned();
    expect(scan).toMatchObject({ status: 'partial', findings: { resolved: 2, opened: 0 } });
    expect(subJob(scan, US)).toMatchObject({ status: 'failed' });
    const over = await product.findings({ status: 'resolved' });
    expect(over.map(({ checkId, resolution }) => `${checkId} ${resolution}`).sort()).toEqual([
      'ecr_repositories_scan_images_on_push_enabled passed',
      'sns_topics_kms_encryption_at_rest_enabled gone',
    ]);
    const { importId } = subJob(scan, EU);
    expect(over.every(({ region, resolvedBy }) => region === EU && resolvedBy === importId)).toBe(
      true,
    );
    expect(await product.call(getImport, { params: { importId: importId ?? '' } })).toMatchObject({
      status: 'completed',
      partial: false,
    });
    expect(summaries(await openIn(US))).toEqual(before[US]);
    expect(await openIn(EU)).toHaveLength(before[EU].length - 2);
  });

  test('the connection test of a failing account names the missing permission', async () => {
    await product.call(testCloudAccount, { params: { accountId } });
    const last = await tested();
    expect(last?.status).toBe('failed');
    expect(last?.problem).toMatch(/AccessDenied|not authorized|no identity-based policy/);
    aws.fault(US, null);
  });
});

if (!tools) console.warn('Prowler is NOT TESTED: TEST_PROWLER_FOLDER (.ci/prowler/install.sh)');
