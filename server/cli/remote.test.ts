import { chmod, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { KEY_PRESETS } from '../../contract/api-keys.js';
import { CLI_PERMISSIONS } from '../../contract/cli-login.js';
import { Browser, setUpAdmin } from '../modules/identity/testing/browser.js';
import { systemClock } from '../platform/clock.js';
import { CliFolder, SAMPLE } from '../testing/run-cli.js';
import { createTestApp, type TestApp } from '../testing/test-core.js';
import { testIo } from '../testing/test-io.js';
import { run } from './run.js';

let app: TestApp;
let admin: Browser;
let folder: CliFolder;
let url: string;
let key: string;

beforeAll(async () => {
  folder = await CliFolder.make();
  // Commands know today only.
  app = await createTestApp({ authenticate: undefined, role: 'all', clock: systemClock });
  url = await app.server.listen({ port: 0, host: '127.0.0.1' });
  admin = await setUpAdmin(app);
  key = await aKey(KEY_PRESETS.automation);
}, 60_000);
afterAll(async () => {
  await app.close();
  await folder.remove();
});

async function aKey(permissions: readonly string[]): Promise<string> {
  return (await admin.post('/api/api-keys', { name: 'pipeline', permissions })).body.key;
}
const remote = (args: readonly string[], env: Record<string, string> = {}) =>
  folder.run(args, { CSPM_URL: url, CSPM_API_KEY: key, ...env });
const json = async (...args: string[]) => JSON.parse((await remote(args)).stdout);

describe('with an address and a key', () => {
  test('a pipeline imports a report, and the gate decides the exit code', async () => {
    const { code, stderr } = await remote(['import', SAMPLE, '--fail-on', 'critical']);
    expect([code, stderr]).toEqual([3, expect.stringContaining('gate:')]);
    const again = await remote(['import', SAMPLE, '--json']);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout).imports).toMatchObject([
      { status: 'completed', identical: true, tool: 'prowler' },
    ]);
    const { items } = await json('import', 'list', '--json');
    expect(items).toHaveLength(2);
    expect((await json('import', 'show', items[0].id, '--json')).id).toBe(items[0].id);
  }, 60_000);

  test('lists what the server has, as the commands of this machine do', async () => {
    const { items } = await json('findings', '--json', '--severity', 'critical,high');
    expect(items.length).toBeGreaterThan(0);
    expect((await json('findings', 'show', items[0].id, '--json')).check.id).toBeTruthy();
    const table = await remote(['findings', '--limit', '2']);
    expect(table.stdout).toContain('more: --cursor');
    const { frameworks } = await json('frameworks', '--json');
    expect(frameworks.length).toBeGreaterThan(0);
    expect((await json('frameworks', 'gaps', frameworks[0].id, '--json')).counts).toBeDefined();
    expect((await json('controls', '--json')).controls.length).toBeGreaterThan(50);
    expect((await json('controls', '--why', 'IAC-06', '--json')).id).toBe('IAC-06');
    expect(await json('drift', '--json')).toEqual({ events: expect.any(Array) });
    expect(await json('scans', '--json')).toEqual({ scans: [] });
    const csv = await remote(['findings', 'export']);
    expect(csv.stdout).toContain(items[0].checkId);
  });

  test('triages a finding, by the names of its options', async () => {
    const { items } = await json('findings', '--json', '--limit', '1');
    const triage = ['findings', 'triage', items[0].id, '--as', 'accepted', '--reason', 'planned'];
    expect((await remote(triage)).stdout).toContain('accepted until');
    const far = await remote([...triage, '--until', '2099-01-01']);
    expect([far.code, far.stderr]).toEqual([2, expect.stringContaining('--until')]);
  });

  test('waits for a scan, and reports an unknown one', async () => {
    const { code, stderr } = await remote(['scan', 'show', 'scan_none']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('there is no scan scan_none')]);
    const started = await remote(['scan', 'network', '10.1.2.3', '--detach']);
    expect([started.code, started.stderr]).toEqual([2, expect.stringContaining('--own')]);
  });

  test('an audit package is built there and written here', async () => {
    const { frameworks } = await json('frameworks', '--json');
    const file = join(folder.path, 'package.zip');
    const period = ['--from', '2026-01-01T00:00:00Z', '--to', '2026-02-28T00:00:00Z'];
    const args = ['evidence', 'package', frameworks[0].id, '-o', file, '--json', ...period];
    expect(await remote(args)).toMatchObject({ code: 0, stderr: '' });
    expect((await readFile(file)).subarray(0, 2).toString()).toBe('PK');
  }, 30_000);

  test('says who acts', async () => {
    expect(await json('whoami', '--json')).toMatchObject({
      ...{ server: url, user: { name: 'Ann' }, team: { id: 'default' } },
      key: { name: 'pipeline' },
    });
  });
});

describe('what goes wrong says what to do', () => {
  const failure = async (args: readonly string[], env: Record<string, string>) => {
    const { code, stderr } = await remote(args, env);
    return [code, stderr.trim()];
  };
  const has = (part: string) => expect.stringContaining(part);

  test('no server, no key, a wrong key, a key of too small a scope', async () => {
    const list = ['findings', '--json'];
    expect(await failure(list, { CSPM_URL: '' })).toEqual([2, has('set CSPM_URL')]);
    expect(await failure(list, { CSPM_API_KEY: '' })).toEqual([1, has('cspm login')]);
    const wrong = `${key.slice(0, -1)}${key.at(-1) === 'a' ? 'b' : 'a'}`;
    expect(await failure(list, { CSPM_API_KEY: wrong })).toEqual([1, has('refuses the key')]);
    const small = await aKey(['scans:read']);
    const scope = await failure(['import', SAMPLE], { CSPM_API_KEY: small });
    expect(scope).toEqual([1, has('lacks the permission imports:write')]);
    expect(await failure(list, { CSPM_URL: 'ftp://x' })).toEqual([2, has('is not an address')]);
    const named = { CSPM_URL: 'https://user:secret@example.org' };
    expect(await failure(list, named)).toEqual([2, has('CSPM_API_KEY')]);
  });

  test('another product, a redirect and an older server', async () => {
    const answers: Record<string, [number, string, Record<string, string>]> = {
      '/a': [200, '<html>', {}],
      '/b': [302, '', { location: 'https://sso.example.org' }],
      '/c': [404, JSON.stringify(problem('no route for GET /api/security-scans/findings')), {}],
    };
    const server = createServer(({ url: path = '' }, response) => {
      const [status, body, headers] = answers[path.slice(0, 2)] ?? [500, '', {}];
      response.writeHead(status, headers).end(body);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const list = ['findings', '--json'];
    expect(await failure(list, { CSPM_URL: `${at}/a` })).toEqual([1, has('use the version')]);
    expect(await failure(list, { CSPM_URL: `${at}/b` })).toEqual([2, has('sso.example.org')]);
    expect(await failure(list, { CSPM_URL: `${at}/c` })).toEqual([1, has('update the server')]);
    server.close();
  });

  test('commands of this machine say that they are', async () => {
    const listed = await remote(['targets', 'own', 'list']);
    expect([listed.code, listed.stderr]).toEqual([0, has('the store of this machine, not on')]);
    const past = ['controls', '--at', '2026-03-01T12:00:00Z', '--server', url];
    expect(await failure(past, {})).toEqual([2, has('the store of this machine only')]);
    const local = await remote(['findings', '--json', '--server', 'local']);
    expect(JSON.parse(local.stdout).items).toEqual([]);
  });
});

describe('cspm login', () => {
  const own = { CSPM_API_KEY: '', CSPM_URL: '' };
  const logins = () => join(folder.path, '.config/cspm/logins.json');

  test('gets a key from whoever confirms its code, and logout revokes it', async () => {
    const { io, stdout, stderr } = testIo({ env: { ...folder.env, ...own }, cwd: folder.path });
    const login = run(['login', '--server', url], io);
    const code = await vi.waitFor(() => {
      const [, found = ''] = /code ([A-Z]{4}-[A-Z]{4})/.exec(stderr()) ?? [];
      expect(found).not.toBe('');
      return found;
    });
    const { body } = await admin.post('/api/auth/cli/preview', { code });
    expect(body).toMatchObject({ address: '127.0.0.1', permissions: [...CLI_PERMISSIONS] });
    await admin.post('/api/auth/cli/answer', { code, isAllowed: true });
    expect(await login).toBe(0);
    expect(stdout()).toContain('as Ann, team Default team');
    expect(stderr()).toContain(`${url}/connect#code=${code}`);
    expect((await stat(logins())).mode & 0o777).toBe(0o600);
    const kept = JSON.parse(await readFile(logins(), 'utf8')).servers[url].key;

    // From now on without an address.
    const { items } = JSON.parse((await folder.run(['findings', '--json'], own)).stdout);
    expect(items.length).toBeGreaterThan(0);
    expect((await folder.run(['logout'], own)).stdout).toContain('the key is revoked');
    const after = await new Browser(app, { 'x-api-key': kept }).get('/api/me');
    expect(after.status).toBe(401);
    expect((await folder.run(['whoami'], own)).stdout).toContain('this machine');
  }, 30_000);

  test('takes a key from standard input, and keeps only one that works', async () => {
    const args = ['login', '--server', url, '--key-stdin'];
    const wrong = await folder.run(args, own, { stdin: `${key}x\n` });
    expect(wrong.code).toBe(1);
    expect((await folder.run(args, own, { stdin: `${key}\n` })).code).toBe(0);
    expect((await folder.run(['whoami'], own)).stdout).toContain('Ann');
  });

  test('refuses a file that others may read', async () => {
    await chmod(logins(), 0o644);
    const { code, stderr } = await folder.run(['whoami'], own);
    expect([code, stderr]).toEqual([1, expect.stringContaining('chmod 600')]);
  });
});

function problem(detail: string) {
  return {
    type: 'about:blank',
    title: 'x',
    status: 404,
    detail,
    code: 'not_found',
    requestId: 'r',
  };
}
