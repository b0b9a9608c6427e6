import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWebCheck } from '../../scanners/tools/web-check/web-check.scan.js';
import { PATIENT } from '../../testing/patient.js';
import { type Recorded, RecordedRunner } from '../../testing/recorded-runner.js';
import { anActor } from '../../testing/test-core.js';
import { createTestHttp } from '../../testing/test-http.js';
import { PUBLIC_ADDRESS, type ScanProcess, TestScans } from '../../testing/test-scans.js';
import { createWebSecurity, type WebSecurity } from './index.js';

const TARGETS = '/api/security-scans/targets';

let answer: () => Recorded;
let test: TestScans;
let one: ScanProcess;
let web: WebSecurity;
let server: Awaited<ReturnType<typeof createTestHttp>>['server'];
let site: Server;
let siteUrl: string;

/** An Nmap report: one host with these services, each of them identified. */
function nmapReport(address: string, services: [port: number, service: string][]): Recorded {
  const ports = services.map(
    ([port, service]) =>
      `<port protocol="tcp" portid="${port}"><state state="open"/><service name="${service}" method="probed" conf="10"/></port>`,
  );
  const at = Math.round(Date.now() / 1000);
  const report = `<?xml version="1.0"?>
<nmaprun scanner="nmap" start="${at}" version="7.93">
<scaninfo type="connect" protocol="tcp" numservices="2" services="23,80"/>
<host starttime="${at}" endtime="${at}"><status state="up" reason="user-set"/>
<address addr="${address}" addrtype="ipv4"/>
<ports><extraports state="closed" count="1"/>${ports.join('')}</ports></host>
<runstats><finished time="${at}" exit="success"/><hosts up="1" down="0" total="1"/></runstats>
</nmaprun>`;
  return { files: { 'nmap.xml': report } };
}

beforeEach(async () => {
  answer = () => nmapReport(PUBLIC_ADDRESS, [[23, 'telnet']]);
  site = createServer((_request, response) => response.end('hello'));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
  test = await TestScans.create({
    scanners: [createWebCheck({ resolve: async () => ['127.0.0.1'], httpPort: 9 })],
    resolve: async () => [PUBLIC_ADDRESS],
    runner: (base) => new RecordedRunner(base, () => answer()),
  });
  for (const id of ['a', 'b']) {
    await test.platform.teams.ensure({ id, name: id, createdAt: test.clock.now().toISOString() });
  }
  one = await test.process();
  web = createWebSecurity(test.platform, {
    securityScans: test.scans,
    orchestration: one.orchestration,
  });
  await test.platform.repositories.prepareAll();
  const stack = await createTestHttp({
    authenticate: ({ headers }) => anActor(String(headers['x-team'] ?? 'a')),
  });
  server = stack.server;
  web.addRoutes(stack.http);
});
afterEach(async () => {
  await server.close();
  await test.close();
  site.close();
});

async function call(method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object, team = 'a') {
  const response = await server.inject({ method, url, payload, headers: { 'x-team': team } });
  return { status: response.statusCode, body: response.json() };
}
const add = async (target: object): Promise<string> => {
  const { status, body } = await call('POST', TARGETS, target);
  expect(status).toBe(201);
  return body.id;
};
const scanned = async (targetId: string, options?: object) => {
  const { status, body } = await call('POST', `${TARGETS}/${targetId}/scan`, options);
  expect(status).toBe(202);
  return test.until(one, body.id);
};
const listed = async (query = '', team = 'a') =>
  (await call('GET', `${TARGETS}?${query}`, undefined, team)).body.items;
/** The end of a scan is stored before listeners have handled its event. */
const recorded = (targetId: string, scanId: string) =>
  expect
    .poll(async () => (await call('GET', `${TARGETS}/${targetId}`)).body.lastScan?.scanId, PATIENT)
    .toBe(scanId);
const declare = (ranges: string[], names: string[] = []) =>
  one.orchestration.ownTargets.put(test.actor, { ranges, names });

describe('a target', () => {
  it('is added once, in whatever spelling', async () => {
    const { status, body } = await call('POST', TARGETS, {
      kind: 'web',
      url: 'HTTPS://Shop.Example.org:443',
      name: 'Shop',
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...{ kind: 'web', name: 'Shop', url: 'https://shop.example.org/', hosts: [] },
      ...{ addedBy: 'person', isOwn: false, lastScan: null, runningScanId: null },
      findings: { open: 0, filter: { provider: 'web' } },
    });
    expect(Object.keys(body)).not.toContain('teamId');
    const again = await call('POST', TARGETS, { kind: 'web', url: 'https://shop.example.org/#x' });
    expect(again).toMatchObject({ status: 409 });
    expect(again.body.detail).toContain(body.id);
    const hosts = ['198.51.100.0/31', 'db.example.org'];
    await add({ kind: 'network', hosts });
    const same = ['db.example.org', '198.51.100.1', '198.51.100.0'];
    expect((await call('POST', TARGETS, { kind: 'network', hosts: same })).status).toBe(409);
    expect((await listed('kind=network'))[0]).toMatchObject({ name: hosts.join(', '), hosts });
  });

  it.each([
    ['body.url', { kind: 'web', url: 'ftp://example.org' }],
    ['body.url', { kind: 'web', url: 'https://user:pw@example.org' }],
    ['body.url', { kind: 'web', url: '' }],
    ['body.hosts', { kind: 'network', hosts: ['10.0.0.0/8'] }],
    ['body.hosts', { kind: 'network', hosts: ['-oX'] }],
    ['body.hosts', { kind: 'network', hosts: [] }],
    ['body.kind', { kind: 'cloud' }],
  ])('is rejected with an error at %s: %j', async (path, target) => {
    const { status, body } = await call('POST', TARGETS, target);
    expect(status).toBe(422);
    expect(body.errors[0].path).toBe(path);
    expect(await listed()).toEqual([]);
  });

  it('of the web has open findings and history after a scan', async () => {
    await declare(['127.0.0.0/8']);
    const id = await add({ kind: 'web', url: siteUrl });
    const scan = await scanned(id);
    await recorded(id, scan.id);
    const { body } = await call('GET', `${TARGETS}/${id}`);
    expect(body).toMatchObject({
      ...{ isOwn: true, runningScanId: null, scans: [{ scanId: scan.id, status: scan.status }] },
      lastScan: { scanId: scan.id, finishedAt: scan.finishedAt },
    });
    const { provider, accountId } = body.findings.filter;
    const filter = { provider: [provider], accountId };
    const { items } = await test.scans.findings.list(test.actor, filter, 200);
    expect(items.length).toBeGreaterThan(2);
    expect(body.findings.open).toBe(items.length);
    const low = items.filter(({ severity }) => severity === 'low').length;
    expect(body.findings.bySeverity.low).toBe(low);
  });

  it('of a network is scanned by name, and has the findings of its addresses', async () => {
    const id = await add({ kind: 'network', hosts: ['scan.example.org'], name: 'Edge' });
    const scan = await scanned(id, { profile: 'standard' });
    expect(scan.request).toMatchObject({ kind: 'network', profile: 'standard' });
    await recorded(id, scan.id);
    expect((await call('GET', `${TARGETS}/${id}`)).body).toMatchObject({
      findings: { open: 1, filter: { provider: 'network', accountId: [PUBLIC_ADDRESS] } },
    });
  });

  it('accepts only options of its kind', async () => {
    const id = await add({ kind: 'web', url: siteUrl });
    const other = await add({ kind: 'network', hosts: ['scan.example.org'] });
    for (const [target, options, path] of [
      [id, { profile: 'quick' }, 'body.profile'],
      [other, { depth: 'full' }, 'body.depth'],
      [other, { apiDefinition: 'https://x.example/o.json' }, 'body.apiDefinition'],
      [id, { depth: 'deepest' }, 'body.depth'],
    ] as const) {
      const { status, body } = await call('POST', `${TARGETS}/${target}/scan`, options);
      expect(status).toBe(422);
      expect(body.errors[0].path).toBe(path);
    }
    expect((await call('POST', `${TARGETS}/${id}/scan`, { verbose: true })).status).toBe(422);
  });

  it('that is private can be added, and scanned once it is declared', async () => {
    const id = await add({ kind: 'web', url: siteUrl });
    const refused = await call('POST', `${TARGETS}/${id}/scan`);
    expect(refused).toMatchObject({ status: 422 });
    expect((await call('GET', `${TARGETS}/${id}`)).body).toMatchObject({ isOwn: false, scans: [] });
    await declare(['127.0.0.1']);
    await scanned(id);
  });

  it('has one scan at a time', async () => {
    const id = await add({ kind: 'network', hosts: ['scan.example.org'] });
    answer = () => ({ takesMs: 30_000 });
    const first = await call('POST', `${TARGETS}/${id}/scan`);
    expect((await listed())[0].runningScanId).toBe(first.body.id);
    const second = await call('POST', `${TARGETS}/${id}/scan`, { profile: 'thorough' });
    expect(second.status).toBe(409);
    expect(second.body.detail).toContain(first.body.id);
    await one.orchestration.scans.cancel(test.actor, first.body.id);
    await test.until(one, first.body.id);
    await recorded(id, first.body.id);
    expect((await listed())[0]).toMatchObject({
      ...{ runningScanId: null, lastScan: { status: 'cancelled' } },
    });
  });

  it('is shown as running again while its scan is retried', async () => {
    const id = await add({ kind: 'network', hosts: ['scan.example.org'] });
    answer = () => ({ exitCode: 1 });
    const scan = await scanned(id);
    await recorded(id, scan.id);
    expect((await listed())[0].lastScan.status).toBe('failed');
    answer = () => ({ takesMs: 30_000 });
    await one.orchestration.scans.retry(test.actor, scan.id);
    await expect.poll(async () => (await listed())[0].runningScanId, PATIENT).toBe(scan.id);
    await one.orchestration.scans.cancel(test.actor, scan.id);
    await expect.poll(async () => (await listed())[0].runningScanId, PATIENT).toBeNull();
  });

  it('is added by its first scan, removed on request, and only restored by a new scan', async () => {
    const request = {
      kind: 'network' as const,
      targets: ['scan.example.org'],
      profile: 'quick' as const,
    };
    const first = await one.orchestration.scans.start(test.actor, request);
    await test.until(one, first.id);
    await expect.poll(async () => (await listed())[0]?.lastScan?.scanId, PATIENT).toBe(first.id);
    const [{ id, addedBy }] = await listed();
    expect(addedBy).toBe('scan');
    expect(await call('DELETE', `${TARGETS}/${id}`)).toMatchObject({ status: 200, body: { id } });
    expect((await call('DELETE', `${TARGETS}/${id}`)).status).toBe(404);
    await web.follower.follow(test.actor);
    expect(await listed()).toEqual([]);
    expect(await test.scans.findings.openByAccount(test.actor, 'network')).toHaveProperty(
      'size',
      1,
    );
    const next = await one.orchestration.scans.start(test.actor, request);
    await test.until(one, next.id);
    await recorded(id, next.id);
    const trail = await test.platform.audit.about(test.actor, id);
    expect(trail.map(({ action }) => action).sort()).toEqual([
      ...['target.added', 'target.added', 'target.removed'],
    ]);
  });
});

it('the open ports of a network are shown by target and by scan, findings or not', async () => {
  answer = () =>
    nmapReport(PUBLIC_ADDRESS, [
      [23, 'telnet'],
      [80, 'http'],
    ]);
  const id = await add({ kind: 'network', hosts: ['scan.example.org'] });
  const scan = await scanned(id);
  await recorded(id, scan.id);
  const ports = [
    { port: 23, service: 'telnet', isFinding: true },
    { port: 80, service: 'http', isFinding: false },
  ];
  const { items } = (await call('GET', `${TARGETS}/${id}/open-ports`)).body;
  expect(items).toMatchObject([{ scanId: scan.id, ports }]);
  const ofScan = await test.scans.openPorts.list(test.actor, { scanId: scan.id }, 10);
  expect(ofScan.items).toEqual(items);
  expect((await call('GET', `${TARGETS}/${id}/open-ports`, undefined, 'b')).status).toBe(404);
});

describe('the events of scans', () => {
  it('may arrive late, twice and in any order', async () => {
    const id = await add({ kind: 'network', hosts: ['scan.example.org'] });
    const first = await scanned(id);
    answer = () => ({ exitCode: 1 });
    const second = await scanned(id);
    await recorded(id, second.id);
    const before = (await call('GET', `${TARGETS}/${id}`)).body;
    expect(before.lastScan.status).toBe('failed');
    const asItRan = { status: 'running' as const, finishedAt: null };
    for (const scan of [
      first,
      second,
      { ...second, ...asItRan },
      { ...first, ...asItRan },
      first,
    ]) {
      await web.targets.take(test.actor, scan);
    }
    // The first scan was read while it ran, which the next catch-up corrects.
    await web.follower.follow(test.actor);
    expect((await call('GET', `${TARGETS}/${id}`)).body).toEqual(before);
  });
});

describe('the inventory of targets', () => {
  it('is paged by name and filtered by kind and text', async () => {
    await add({ kind: 'web', url: 'https://b.example.org', name: 'Beta' });
    await add({ kind: 'web', url: 'https://a.example.org', name: 'Alpha' });
    await add({ kind: 'network', hosts: ['198.51.100.7'], name: 'Core' });
    const first = (await call('GET', `${TARGETS}?limit=2`)).body;
    const second = (await call('GET', `${TARGETS}?limit=2&cursor=${first.nextCursor}`)).body;
    const names = (items: { name: string }[]) => items.map(({ name }) => name);
    expect(names([...first.items, ...second.items])).toEqual(['Alpha', 'Beta', 'Core']);
    expect(names(await listed('kind=network'))).toEqual(['Core']);
    expect(names(await listed('q=A.EXAMPLE'))).toEqual(['Alpha']);
    expect(names(await listed('q=100.7'))).toEqual(['Core']);
  });

  it('marks targets whose every host is declared as the team’s own, by name or address', async () => {
    await declare(['198.51.100.0/24'], ['*.corp.example']);
    const own = async (target: object) =>
      (await call('POST', TARGETS, target)).body.isOwn as boolean;
    expect(await own({ kind: 'network', hosts: ['198.51.100.0/28', 'db.corp.example'] })).toBe(
      true,
    );
    expect(await own({ kind: 'network', hosts: ['198.51.100.1', '203.0.113.1'] })).toBe(false);
    expect(await own({ kind: 'web', url: 'https://www.corp.example/x' })).toBe(true);
    expect(await own({ kind: 'web', url: 'https://example.org' })).toBe(false);
  });

  it('is hidden from other teams', async () => {
    const id = await add({ kind: 'network', hosts: ['scan.example.org'] });
    await recorded(id, (await scanned(id)).id);
    for (const [method, url] of [
      ['GET', `${TARGETS}/${id}`],
      ['POST', `${TARGETS}/${id}/scan`],
      ['DELETE', `${TARGETS}/${id}`],
    ] as const) {
      expect(await call(method, url, undefined, 'b'), url).toMatchObject({ status: 404 });
    }
    expect(await listed('', 'b')).toEqual([]);
    const hosts = ['scan.example.org', PUBLIC_ADDRESS];
    const own = await call('POST', TARGETS, { kind: 'network', hosts }, 'b');
    expect(own).toMatchObject({ status: 201, body: { findings: { open: 0 } } });
    expect(await listed()).toHaveLength(1);
  });
});
