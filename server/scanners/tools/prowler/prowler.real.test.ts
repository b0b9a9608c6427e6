import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NativeRunner } from '../../runners/native-runner.js';
import type { UnitOptions } from '../../runs/scanner.js';
import { type Scanned, scannedFor } from '../../testing/real-scan.js';
import { type MockAccount, startMockAccount } from './testing/mock-account.js';

/** A folder that .ci/prowler/install.sh filled; without it these tests skip. */
const installed = process.env.TEST_PROWLER_FOLDER;
if (!installed) {
  console.warn(
    'the real Prowler is not run: TEST_PROWLER_FOLDER is not set (see .ci/prowler/install.sh)',
  );
}

describe.skipIf(!installed)('the real Prowler', () => {
  let home: string;
  let runner: NativeRunner;
  let account: MockAccount;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'real-prowler-'));
    runner = new NativeRunner({
      outputFolder: join(home, 'runs'),
      path: `${installed}/prowler/bin:/usr/local/bin:/usr/bin:/bin`,
    });
    account = await startMockAccount(installed ?? '');
  }, 120_000);
  afterAll(async () => {
    await runner?.close();
    await account?.close();
    await rm(home, { recursive: true, force: true });
  });

  const scanned = (
    region: string,
    options: UnitOptions,
    keys = { accessKeyId: 'testing', secretAccessKey: 'testing' },
  ): Promise<Scanned> =>
    scannedFor(runner, {
      scanner: 'prowler',
      target: { kind: 'aws', accountId: '123456789012', regions: [region] },
      options,
      credentials: { kind: 'aws_keys', ...keys },
      settings: { awsEndpoint: account.endpoint },
    });
  const servicesIn = ({ rows }: Scanned) =>
    [...new Set(rows.map((row) => row.check.service))].sort();

  it('reports its version', async () => {
    expect(await runner.availability('prowler')).toMatchObject({ available: true, missing: null });
  }, 60_000);

  it('scans account-wide services in one region only', async () => {
    const services = ['iam', 'sns'];
    const [home, other] = [
      await scanned('us-east-1', { services }),
      await scanned('eu-west-1', { services, accountWide: false }),
    ];
    expect(servicesIn(home)).toEqual(services);
    expect(servicesIn(other)).toEqual(['sns']);
    expect(new Set(other.rows.map((row) => row.region))).toEqual(new Set(['eu-west-1']));
    for (const { result, verdict } of [home, other]) {
      expect(result).toMatchObject({ ended: 'exited', exitCode: 0 });
      expect(verdict.coverage.expected).toBeGreaterThan(1);
      expect(verdict.coverage.evidenced).toBeLessThanOrEqual(verdict.coverage.expected ?? 0);
      expect(verdict.coverage.toolVersion).toMatch(/^5\./);
    }
    expect(other.verdict).toMatchObject({ outcome: 'succeeded', problem: null });
    expect(other.rows.some((row) => row.verdict === 'fail')).toBe(true);
    expect(other.rows.some((row) => row.verdict === 'pass')).toBe(true);

    // No pass if Prowler could not judge; if a later Prowler can, no pass is withdrawn.
    const escalation = home.rows.filter((row) => /privilege_escalation$/.test(row.check.id));
    const couldNot = JSON.stringify(home.verdict.coverage.skipped).includes('privilege_escalation');
    expect(escalation.length).toBeGreaterThan(0);
    expect(escalation.some((row) => row.verdict === 'pass')).toBe(!couldNot);
    expect(home.verdict.outcome).toBe('succeeded_with_gaps');
  }, 300_000);

  it('names missing permissions, and fails without any', async () => {
    const some = await account.user({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['sts:*', 'sns:*', 'iam:GetUser'], Resource: '*' }],
    });
    await account.enforceAuth();
    const denied = await scanned('eu-west-1', { services: ['sns', 'ecr'] }, some);
    expect(denied.verdict.outcome).toBe('succeeded_with_gaps');
    expect(denied.verdict.problem).toMatch(/AccessDenied|HTTP 403/);
    expect(JSON.stringify(denied.verdict.coverage.skipped)).toMatch(/ecr_service/);
    expect(servicesIn(denied)).toEqual(['sns']);
    const wrong = await scanned(
      'eu-west-1',
      { services: ['sns'] },
      { ...some, secretAccessKey: 'wrongwrongwrong' },
    );
    expect(wrong.verdict.outcome).toBe('failed');
    expect(wrong.verdict.problem).toMatch(/exit 1/);
    expect(JSON.stringify(wrong.verdict)).not.toContain('wrongwrong');
  }, 300_000);
});
