import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ControlDetail } from '../contract/compliance.js';
import type { DriftEvent } from '../contract/drift.js';
import type { EvidencePackage } from '../contract/evidence.js';
import type { ScanRun } from '../contract/orchestration.js';
import { verifyPackage } from './modules/evidence/index.js';
import { anActor, createTestApp, type TestApp } from './testing/test-core.js';
import { MovableClock } from './testing/test-scans.js';

const CONTROL = 'WEB-07';
const FRAMEWORK = 'pci-dss-4.0.1';
const DAY_MS = 86_400_000;

/** A site with configurable security headers. */
let isCareful = false;
let site: Server;
/** Messages received by the team's webhook. */
const received: string[] = [];
let hook: Server;
let app: TestApp;
let folder: string;
const clock = new MovableClock();

beforeAll(async () => {
  site = await serving((respond) => {
    if (isCareful) {
      respond.setHeader('content-security-policy', "default-src 'self'; frame-ancestors 'none'");
      respond.setHeader('x-content-type-options', 'nosniff');
      respond.setHeader('x-frame-options', 'DENY');
      respond.setHeader('referrer-policy', 'no-referrer');
      respond.setHeader('permissions-policy', 'camera=()');
    }
    respond.end('<!doctype html><title>Shop</title>');
  });
  hook = await serving((respond, body) => {
    received.push(body);
    respond.end();
  });
  folder = await mkdtemp(join(tmpdir(), 'cspm-story-'));
  app = await createTestApp({
    role: 'all',
    clock,
    env: { OUTBOUND_ALLOW: '127.0.0.1' },
    authenticate: () => anActor('default'),
  });
});
afterAll(async () => {
  await app.close();
  site.close();
  hook.close();
  await rm(folder, { recursive: true, force: true });
});

it('goes from a scan through fix, regression, alert, override and its end to an audit package', async () => {
  await call('PUT', '/api/scans/own-targets', { ranges: ['127.0.0.0/8'], names: [] });
  const channel = { kind: 'webhook', url: addressOf(hook) };
  const { id } = await call('POST', '/api/drift/channels', { name: 'Pager', target: channel });
  await call('POST', '/api/drift/policies', { name: 'Notify', minSeverity: 'low', channels: [id] });

  // A scan, and the resulting posture.
  await scan();
  expect(await control()).toMatchObject({ status: 'not_implemented', openFindings: 6 });
  const careless = await score();
  await call('POST', '/api/drift/snapshots', { name: 'before the fix' });

  // Fixed, except that the site has no TLS.
  isCareful = true;
  clock.move(DAY_MS);
  await scan();
  expect(await control()).toMatchObject({ status: 'partial', openFindings: 1 });
  const fixed = await score();
  expect(fixed).toBeGreaterThan(careless);
  expect(await events('recovery')).toMatchObject([{ subject: CONTROL, to: 'partial' }]);

  // A regression: the control falls, and the webhook is notified with the cause.
  isCareful = false;
  clock.move(DAY_MS);
  await scan();
  expect(await control()).toMatchObject({ status: 'not_implemented', openFindings: 6 });
  expect(await score()).toBe(careless);
  const [regression] = await events('control_regression');
  expect(regression).toMatchObject({ subject: CONTROL, status: 'open', from: 'partial' });
  expect(regression?.cause.checks.length).toBeGreaterThan(0);
  await vi.waitFor(() => expect(received.join('\n')).toContain(CONTROL), 20_000);

  // An override for a week is in force and shown as contradicted.
  await call('PUT', `/api/common-controls/${CONTROL}/decision`, {
    kind: 'override',
    status: 'implemented',
    justification: 'The proxy in front adds the headers until the release.',
    expiresAt: new Date(clock.now().getTime() + 7 * DAY_MS).toISOString(),
  });
  expect(await control()).toMatchObject({
    status: 'implemented',
    contradicted: true,
    assurance: 'conflicting',
  });
  expect(await events('override_contradicted')).toMatchObject([
    { subject: CONTROL, status: 'open' },
  ]);

  // The override has expired: evidence decides again.
  clock.move(8 * DAY_MS);
  await app.compliance.engine.catchUp({ teamId: 'default' });
  expect(await control()).toMatchObject({ status: 'not_implemented', contradicted: false });
  expect(await events('exception_expired')).toMatchObject([{ subject: CONTROL }]);
  expect((await events('override_contradicted'))[0]).toMatchObject({ status: 'resolved' });

  // A package for the auditor, complete and verifiable.
  const built = await packageOf(FRAMEWORK);
  const zip = await app.server.inject({ url: `/api/evidence/packages/${built.id}/content` });
  expect(createHash('sha256').update(zip.rawPayload).digest('hex')).toBe(built.sha256);
  const file = join(folder, 'audit.zip');
  await writeFile(file, zip.rawPayload);
  expect(await verifyPackage(file)).toEqual({ files: built.files, problems: [] });
}, 60_000);

async function serving(
  answer: (
    respond: { setHeader(n: string, v: string): unknown; end(t?: string): unknown },
    body: string,
  ) => void,
): Promise<Server> {
  const server = createServer(async (request, respond) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    answer(respond, body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function call<T = { id: string }>(
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  payload?: object,
): Promise<T> {
  const response = await app.server.inject({ method, url, payload });
  if (response.statusCode >= 300) throw new Error(`${method} ${url}: ${response.body}`);
  return response.json<T>();
}

async function scan(): Promise<void> {
  const { id } = await call('POST', '/api/scans', { kind: 'web', url: addressOf(site) });
  await vi.waitFor(async () => {
    const { status } = await call<ScanRun>('GET', `/api/scans/${id}`);
    expect(status).toBe('completed');
  }, 20_000);
}

const control = () => call<ControlDetail>('GET', `/api/common-controls/${CONTROL}`);

async function score(): Promise<number> {
  return (await call<{ score: number }>('GET', `/api/frameworks/${FRAMEWORK}`)).score;
}

async function events(type: string): Promise<DriftEvent[]> {
  const url = `/api/drift/events?type=${type}&control=${CONTROL}`;
  return (await call<{ items: DriftEvent[] }>('GET', url)).items;
}

async function packageOf(frameworkId: string): Promise<EvidencePackage> {
  const to = clock.now();
  const from = new Date(to.getTime() - 30 * DAY_MS);
  const period = { from: from.toISOString(), to: to.toISOString() };
  const { id } = await call('POST', '/api/evidence/packages', { frameworkId, ...period });
  return vi.waitFor(async () => {
    const item = await call<EvidencePackage>('GET', `/api/evidence/packages/${id}`);
    expect(item).toMatchObject({ state: 'ready', problem: null });
    return item;
  }, 20_000);
}
