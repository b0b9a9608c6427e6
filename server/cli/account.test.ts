import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CliFolder, SAMPLE } from '../testing/run-cli.js';
import { ScriptedProwler } from '../testing/scripted-prowler.js';

// Commands are slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: SECRET };
const NUMBER = '123456789012';
const ROW = { check: 's3_bucket_public_access', resource: 'arn:aws:s3:::a', region: 'eu-west-1' };

let folder: CliFolder;
let prowler: ScriptedProwler;
let path: { PATH: string };
beforeAll(async () => {
  folder = await CliFolder.make();
  prowler = await ScriptedProwler.create();
  const bin = join(folder.path, 'bin');
  await mkdir(bin);
  const program = `#!/bin/sh
[ "$1" = --version ] && echo "Prowler 5.46.0" && exit 0
exec '${join(prowler.folder, 'prowler')}' "$@"
`;
  await writeFile(join(bin, 'prowler'), program);
  await chmod(join(bin, 'prowler'), 0o755);
  path = { PATH: `${bin}:${folder.env.PATH}` };
  await prowler.expects([ROW.check]);
  await prowler.reports('eu-west-1', [ROW]);
});
afterAll(async () => {
  await prowler.remove();
  await folder.remove();
});

const run = (args: string[], env: Record<string, string> = {}) =>
  folder.run(args, { ...path, ...env });
const ADD = ['account', 'add', 'aws', '--account-number', NUMBER];
const DENIED =
  'echo "CRITICAL: AccessDenied: not authorized to perform: account:GetContactInformation" >&2; exit 1\n';

describe('an account', () => {
  test.each([
    ['no number', ['account', 'add', 'aws'], KEYS, /--account-number or AWS_ACCOUNT_ID/],
    [
      'an invalid number',
      ['account', 'add', 'aws', '--account-number', '12'],
      KEYS,
      /accountId: must be the 12 digits/,
    ],
    ['no keys', ADD, {}, /AWS_ACCESS_KEY_ID is not set/],
    [
      'half a key',
      ADD,
      { AWS_ACCESS_KEY_ID: KEYS.AWS_ACCESS_KEY_ID },
      /AWS_SECRET_ACCESS_KEY is not set/,
    ],
    ['an invalid region', [...ADD, '--region', 'mars'], KEYS, /must look like eu-west-1/],
    [
      'no Azure secret',
      ['account', 'add', 'azure', '--tenant', 'x'],
      {},
      /AZURE_SUBSCRIPTION_ID is not set, and --subscription/,
    ],
    [
      'no Google key',
      ['account', 'add', 'gcp'],
      {},
      /--key-file or GOOGLE_APPLICATION_CREDENTIALS/,
    ],
    [
      'a missing key file',
      ['account', 'add', 'gcp', '--key-file', '/no'],
      {},
      /there is no such file/,
    ],
    [
      'an invalid kubeconfig',
      ['account', 'add', 'kubernetes', '--kubeconfig', '/etc/hostname'],
      {},
      /kubeconfig/,
    ],
    [
      'no account to scan',
      ['scan', 'aws'],
      KEYS,
      /there is no aws account yet: cspm account add aws/,
    ],
    ['a secret on the command line', [...ADD, '--secret-access-key', 'x'], KEYS, /unknown option/],
  ])('cannot be added or scanned with %s', async (_, args, env, hint) => {
    const { code, stdout, stderr } = await run(args, env);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(hint);
    expect(stderr).not.toContain(SECRET);
  });

  test('is stored and tested, and its secret is never stored in plain text', async () => {
    const { code, stdout, stderr } = await run(
      [...ADD, '--name', 'Shop', '--region', 'eu-west-1'],
      KEYS,
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^stored as Shop {2}acc_\w+\n✓ the connection works\n$/);
    const listed = await run(['account', 'list']);
    expect(listed.stdout).toMatch(/^Shop +aws +123456789012 +eu-west-1 +key …MPLE +works$/m);
    const { accounts } = JSON.parse((await run(['account', 'list', '--json'])).stdout);
    expect(accounts).toMatchObject([{ name: 'Shop', lastTest: { status: 'passed' } }]);
    const data = join(folder.path, 'data');
    for (const name of await readdir(data, { recursive: true, withFileTypes: true })) {
      if (!name.isFile()) continue;
      // SQLite deletes its side files when the last connection is finalized.
      const content = await readFile(join(name.parentPath, name.name), 'latin1').catch(() => '');
      expect(content.includes(SECRET)).toBe(false);
    }
    const schedules = await run(['schedules']);
    expect(schedules.stdout.replace(/\s+/g, ' ')).toContain('Daily scan of Shop');
  });

  test('can be added only once; --replace changes its credentials', async () => {
    const again = await run(ADD, KEYS);
    expect([again.code, again.stdout]).toEqual([1, '']);
    expect(again.stderr).toMatch(
      /^error: aws\/123456789012 already exists as account “Shop” .*--replace/,
    );
    const other = { ...KEYS, AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPL2' };
    expect((await run([...ADD, '--replace', '--no-wait'], other)).code).toBe(0);
    expect((await run(['account', 'list'])).stdout).toContain('key …MPL2');
  });

  test('reports the missing permission and exits with 1 when its connection fails', async () => {
    await prowler.does('eu-west-1', DENIED);
    const { code, stdout } = await run(['account', 'test', 'shop']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ the connection test failed: .*account:GetContactInformation/);
    await prowler.reports('eu-west-1', [ROW]);
    expect((await run(['account', 'test', NUMBER])).stdout).toBe('✓ the connection works\n');
  });

  test('that does not exist is an error that lists the existing ones', async () => {
    const { code, stderr } = await run(['account', 'test', 'x']);
    expect([code, stderr]).toEqual([1, 'error: there is no account x; there are: Shop\n']);
  });

  test('can be read from standard input, and printed as JSON', async () => {
    const key = '{"type":"external_account","credential_source":{"executable":"x"}}';
    const refused = await folder.run(
      ['account', 'add', 'gcp', '--project', 'my-project-1', '--key-file', '-'],
      {},
      { stdin: key },
    );
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('only service account keys');
    const token = JSON.stringify({ kind: 'kubernetes_token', token: 'hunter2hunter2' });
    const config = JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: 'https://k8s.example.org' } }],
      users: [{ name: 'u', user: { token: 'fromfile' } }],
      contexts: [{ name: 'prod', context: { cluster: 'c', user: 'u' } }],
    });
    await writeFile(join(folder.path, 'kubeconfig'), config);
    const added = await folder.run(
      [
        ...['account', 'add', 'kubernetes', '--kubeconfig', 'kubeconfig'],
        ...['--credentials', '-', '--no-wait', '--json'],
      ],
      {},
      { stdin: token },
    );
    expect(JSON.parse(added.stdout).account).toMatchObject({
      name: 'kubernetes prod',
      scope: { server: 'https://k8s.example.org', context: 'prod' },
      credentials: { kind: 'kubernetes_token' },
    });
    const removed = await run(['account', 'remove', 'kubernetes prod']);
    expect([removed.code, removed.stdout]).toEqual([
      0,
      expect.stringMatching(/^removed kubernetes prod/),
    ]);
  });
});

describe('a scan of an account', () => {
  test('is partial when a region fails: exits with 1, or 0 with --allow-partial', async () => {
    await prowler.does('eu-central-1', DENIED);
    const args = ['scan', 'aws', '--account', 'Shop', '--region', 'eu-west-1,eu-central-1'];
    const { code, stdout } = await run([...args, '--service', 's3', '--severity', 'high']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^! Shop: partial in /);
    expect(stdout).toMatch(/^eu-west-1 +prowler +completed +1 of 1 checks +1 +1 +0 /m);
    expect(stdout).toMatch(/^eu-central-1 +prowler +failed /m);
    // Printed once, although both the scan and its sub-job carry it.
    expect(stdout.match(/Prowler failed \(exit 1\)/g)).toHaveLength(1);
    expect(stdout).toMatch(/^ {2}eu-central-1: without any result: s3_/m);
    expect(stdout).toMatch(/cspm scan retry scan_\w+ +retries what did not succeed/);
    const allowed = await run([...args, '--allow-partial', '--json']);
    expect([allowed.code, JSON.parse(allowed.stdout).scan.status]).toEqual([0, 'partial']);
    expect(JSON.parse(allowed.stdout).scan.request).toMatchObject({
      regions: ['eu-west-1', 'eu-central-1'],
    });

    await prowler.reports('eu-central-1', [{ ...ROW, resource: 'arn:aws:s3:::b', status: 'PASS' }]);
    const retried = await run(['scan', 'retry', 'last', '--sub-job', 'eu-central-1', '--json']);
    expect(retried.code).toBe(0);
    const { subJobs } = JSON.parse(retried.stdout).scan;
    expect(subJobs.map(({ status }: { status: string }) => status)).toEqual([
      'completed',
      'completed',
    ]);
  });

  test('stores the account from the environment, reuses it, and never guesses', async () => {
    const env = { ...KEYS, AWS_ACCOUNT_ID: '210987654321', AWS_REGION: 'eu-west-1' };
    const first = await run(['scan', 'aws'], env);
    expect(first.code).toBe(0);
    expect(first.stderr).toMatch(/stored as the account “aws 210987654321”; .*account remove/);
    expect(first.stderr).toContain('✓ the connection works');
    expect(first.stdout).toMatch(/^✓ aws 210987654321: completed/);
    const second = await run(['scan', 'aws'], env);
    expect([second.code, second.stderr.includes('stored as')]).toEqual([0, false]);
    const which = await run(['scan', 'aws'], KEYS);
    expect([which.code, which.stderr]).toEqual([
      2,
      'error: several accounts match: give --account, one of: Shop, aws 210987654321\n',
    ]);
  });

  test('does not start for an account of another provider', async () => {
    const { code, stderr } = await run(['scan', 'azure', '--account', 'Shop']);
    expect([code, stderr]).toEqual([1, 'error: there is no azure account Shop; there are: none\n']);
  });
});

test('an account of imported reports is listed as reports only, is not scanned, and has regions in use', async () => {
  const other = await CliFolder.make();
  try {
    expect((await other.run(['import', SAMPLE])).code).toBe(0);
    expect((await other.run(['account', 'list'])).stdout).toMatch(/\d{12} \(reports only\)/);
    const scan = await other.run(['scan', 'aws']);
    expect([scan.code, scan.stderr]).toEqual([2, expect.stringContaining('no aws account yet')]);
    const { accounts } = JSON.parse((await other.run(['account', 'list', '--json'])).stdout);
    const regions = (...args: string[]) =>
      other.run(['account', 'regions', `aws/${accounts[0].name}`, ...args]);
    const { seen, inUse } = JSON.parse((await regions('--json')).stdout);
    expect([seen.length, inUse]).toEqual([2, null]);
    const stated = await regions('--regions', `${seen[0]},ap-south-2`);
    expect(stated.stdout).toMatch(new RegExp(`In use +ap-south-2, ${seen[0]} .*stated by`));
    expect(stated.stdout).toMatch(/No results +ap-south-2/);
    expect(stated.stdout).toMatch(new RegExp(`Not listed +${seen[1]}`));
    const wrong = await regions('--regions', 'mars');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('like eu-west-1')]);
    expect((await regions('--unknown')).stdout).toMatch(/In use +unknown/);
  } finally {
    await other.remove();
  }
});
