import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CloudCredentials, CloudScope } from '../../../contract/cloud-security.js';
import { ConflictError, InvalidInputError } from '../../platform/errors.js';
import { setupStructuredLogging } from '../../platform/log/structured-logging.js';
import { NativeRunner } from '../../scanners/runners/native-runner.js';
import { ScriptedProwler } from '../../testing/scripted-prowler.js';
import { anActor } from '../../testing/test-core.js';
import { createTestHttp } from '../../testing/test-http.js';
import { type ScanProcess, SECRET_KEY, TestScans } from '../../testing/test-scans.js';
import { AccountsRepository } from './accounts/accounts.repository.js';
import { checkedCredentials, secretsIn } from './accounts/credentials.rules.js';

const CHECK = 's3_bucket_public';
const REGION = 'eu-west-1';
let prowler: ScriptedProwler;
let test: TestScans;
let one: ScanProcess;
let logged: string[];

beforeEach(async () => {
  logged = [];
  prowler = await ScriptedProwler.create();
  await prowler.expects([CHECK]);
  await prowler.reports(REGION, [{ check: CHECK, resource: 'a', status: 'PASS' }]);
  test = await TestScans.create({
    log: setupStructuredLogging({ logLevel: 'info' }, { write: (line) => void logged.push(line) }),
    runner: (outputFolder) => new NativeRunner({ outputFolder, programs: prowler.programs }),
  });
  one = await test.process();
});
afterEach(async () => {
  await test.close();
  await prowler.remove();
});

const tested = async (id: string) => {
  await expect
    .poll(async () => (await one.cloud.accounts.get(test.actor, id)).lastTest?.status, {
      timeout: 9_000,
    })
    .not.toBe('running');
  return (await one.cloud.accounts.get(test.actor, id)).lastTest;
};

describe('a cloud account', () => {
  it('is tested as soon as it is created', async () => {
    const { id, lastTest } = await test.anAccount(one);
    expect(lastTest?.status).toBe('running');
    expect(await tested(id)).toMatchObject({ status: 'passed', problem: null });
  });

  it('needs attention when the scanner is not installed, which says nothing about the account', async () => {
    await prowler.remove();
    const { id } = await test.anAccount(one);
    expect(await tested(id)).toMatchObject({
      ...{ status: 'failed', cause: 'scanner' },
      problem: expect.stringMatching(/install/),
    });
    const { status, attention } = await one.cloud.accounts.get(test.actor, id);
    expect([status, attention]).toEqual(['active', expect.stringMatching(/install/)]);
  });

  it('names a missing permission, without the secret that the tool printed', async () => {
    await prowler.does(
      REGION,
      `echo "CRITICAL ClientError: An error occurred (AccessDenied): not authorized to perform sts:GetCallerIdentity with $(cat "$AWS_SHARED_CREDENTIALS_FILE" | tr '\\n' ' ')" >&2; exit 1`,
    );
    const { id } = await test.anAccount(one);
    const result = await tested(id);
    expect(result?.status).toBe('failed');
    expect(result?.problem).toMatch(/AccessDenied|GetCallerIdentity|exit 1/);
    expect(result?.problem).not.toContain(SECRET_KEY);
  });

  it('exists once per team', async () => {
    const account = await test.anAccount(one);
    const again = {
      name: 'Again',
      scope: account.scope as CloudScope,
      credentials: { kind: 'aws_keys', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' },
    } as const;
    await expect(one.cloud.accounts.create(test.actor, again)).rejects.toThrow(ConflictError);
    expect((await one.cloud.accounts.create(anActor('b'), again)).name).toBe('Again');
  });

  it('is not found by another team', async () => {
    const { id } = await test.anAccount(one);
    const { accounts } = one.cloud;
    const stranger = anActor('b');
    for (const asked of [
      accounts.get(stranger, id),
      accounts.change(stranger, id, { name: 'x' }),
      accounts.delete(stranger, id),
      accounts.test(stranger, id),
      accounts.openCredentials(stranger, id),
    ]) {
      await expect(asked).rejects.toMatchObject({ status: 404 });
    }
    expect((await accounts.list(stranger, 10)).items).toEqual([]);
  });

  it('is not scanned while it is inactive, and loses its credentials when it is deleted', async () => {
    const { id } = await test.anAccount(one);
    const { accounts } = one.cloud;
    await accounts.change(test.actor, id, { status: 'inactive' });
    const request = { kind: 'cloud' as const, accountId: id };
    await expect(one.orchestration.scans.start(test.actor, request)).rejects.toThrow(/inactive/);
    await accounts.delete(test.actor, id);
    await expect(accounts.openCredentials(test.actor, id)).rejects.toMatchObject({ status: 404 });
    const repository = test.platform.repositories.create(AccountsRepository);
    expect(await repository.credentialsOf(test.actor, id)).toBeNull();
    const trail = await test.platform.audit.about(test.actor, id);
    expect(trail.map(({ action }) => action)).toEqual([
      'account.deleted',
      'account.changed',
      'account.created',
    ]);
  });

  it('is tested again when its credentials are replaced', async () => {
    const { id } = await test.anAccount(one);
    await tested(id);
    const credentials = {
      kind: 'aws_keys',
      accessKeyId: 'AKIAAAAAAAAAAAAA9999',
      secretAccessKey: 'next',
    } as const;
    const changed = await one.cloud.accounts.change(test.actor, id, { credentials });
    expect(changed.credentials).toMatchObject({ kind: 'aws_keys', hint: 'key …9999' });
    expect(await one.cloud.accounts.openCredentials(test.actor, id)).toEqual(credentials);
    expect((await tested(id))?.status).toBe('passed');
  });
});

describe('a secret', () => {
  it('is in no document, log, file or response, even when the tool prints it', async () => {
    const bare = `sed -n 's/.*secret_access_key = /it is /p' "$AWS_SHARED_CREDENTIALS_FILE"`;
    const shout = `cat "$AWS_SHARED_CREDENTIALS_FILE"; ${bare}; ${bare} >&2`;
    await prowler.reports(
      REGION,
      [{ check: CHECK, resource: 'a', observed: `key ${SECRET_KEY}` }],
      `${shout}; exit 0`,
    );
    const account = await test.anAccount(one);
    const { id } = await one.orchestration.scans.start(test.actor, {
      kind: 'cloud',
      accountId: account.id,
    });
    await test.until(one, id);
    await prowler.does(REGION, `${shout}; exit 1`);
    const { id: failing } = await one.orchestration.scans.start(test.actor, {
      kind: 'cloud',
      accountId: account.id,
    });
    const failed = await test.until(one, failing);
    expect(failed.subJobs[0]?.log.join('\n')).toContain('••••');
    await tested(account.id);

    const { server, http } = await createTestHttp({ authenticate: () => test.actor });
    Object.assign(http, { addStream: () => {} });
    one.cloud.addRoutes(http);
    one.orchestration.addRoutes(http as Parameters<typeof one.orchestration.addRoutes>[0]);
    const answers = await Promise.all(
      [
        '/api/cloud-security/accounts',
        `/api/cloud-security/accounts/${account.id}`,
        '/api/scans',
        `/api/scans/${failing}`,
        '/api/scans/dead-letters',
      ].map(async (url) => {
        const { statusCode, body } = await server.inject({ url });
        expect(statusCode).toBe(200);
        return body;
      }),
    );
    const stored: string[] = [];
    for (const [key, collections] of Object.entries(COLLECTIONS)) {
      for (const name of collections) {
        const spec = { name, scope: 'global', fields: {} } as const;
        const all = test.platform.databases.get(key as 'orchestration').global(spec);
        for await (const page of all.each({})) stored.push(JSON.stringify(page));
      }
    }
    expect(stored.length).toBeGreaterThan(5);
    const files = await readdir(test.folder, { recursive: true, withFileTypes: true });
    const texts = await Promise.all(
      files
        .filter((file) => file.isFile())
        .map((file) => readFile(join(file.parentPath ?? file.path, file.name), 'latin1')),
    );
    for (const text of [...answers, ...stored, ...logged, ...texts]) {
      expect(text).not.toContain(SECRET_KEY);
      expect(text).not.toContain(JSON.stringify(SECRET_KEY).slice(1, -1));
    }
  });
});

const COLLECTIONS = {
  orchestration: ['scan_runs', 'scan_sub_jobs', 'jobs'],
  cloudSecurity: ['cloud_accounts', 'cloud_credentials'],
  securityScans: ['imports', 'findings', 'check_results', 'checks'],
  platform: ['audit_entries', 'cross_module_references'],
};

describe('credentials', () => {
  const KEY = {
    type: 'service_account',
    project_id: 'my-project-1',
    private_key_id: 'abc',
    private_key: `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n${'B'.repeat(64)}\n-----END PRIVATE KEY-----\n`,
    client_email: 'scan@my-project-1.iam.gserviceaccount.com',
    client_id: '1',
  };
  const gcp = (key: unknown): CloudCredentials => ({
    kind: 'gcp_service_account',
    key: JSON.stringify(key),
  });

  it('of Google are rebuilt with Google’s own URLs', () => {
    const given = {
      ...KEY,
      token_uri: 'https://evil.example/token',
      universe_domain: 'evil.example',
    };
    const kept = checkedCredentials('gcp', gcp(given));
    expect(kept.kind === 'gcp_service_account' && JSON.parse(kept.key)).toMatchObject({
      client_email: KEY.client_email,
      token_uri: 'https://oauth2.googleapis.com/token',
    });
    expect(JSON.stringify(kept)).not.toContain('evil');
    expect(secretsIn(kept)).toEqual(['A'.repeat(64), 'B'.repeat(64)]);
  });

  it.each<[string, CloudScope['kind'], CloudCredentials]>([
    ['of another provider', 'azure', gcp(KEY)],
    ['that run programs', 'gcp', gcp({ ...KEY, type: 'external_account' })],
    ['that are not JSON', 'gcp', { kind: 'gcp_service_account', key: '{"private_key": "s3cr3t' }],
    ['without a key', 'gcp', gcp({ ...KEY, private_key: 'none' })],
  ])('%s are rejected, and not quoted', (_, provider, given) => {
    const check = () => checkedCredentials(provider, given);
    expect(check).toThrow(InvalidInputError);
    expect(check).not.toThrow(/s3cr3t/);
  });
});
