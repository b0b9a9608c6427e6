import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScanEvent, ScanRun } from '../../../contract/orchestration.js';
import * as contract from '../../../contract/orchestration.js';
import { answerEvents, type EventStreams } from '../../platform/http/event-stream.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import { createWebCheck } from '../../scanners/tools/web-check/web-check.scan.js';
import { ocsfReport } from '../../testing/prowler-rows.js';
import { type Recorded, RecordedRunner } from '../../testing/recorded-runner.js';
import { anActor } from '../../testing/test-core.js';
import { createTestHttp } from '../../testing/test-http.js';
import { PUBLIC_ADDRESS, type ScanProcess, TestScans } from '../../testing/test-scans.js';

let answer: () => Recorded;
let test: TestScans;
let one: ScanProcess;
let server: FastifyInstance;
let runner: RecordedRunner;
let names: Record<string, string[]>;

beforeEach(async () => {
  answer = () => {
    const at = new Date().toISOString();
    const report = ocsfReport([{ check: 's3_bucket_public', resource: 'a' }], { at });
    return { files: { 'report.ocsf.json': report, 'prowler.log': '' }, lines: ['one', 'two'] };
  };
  names = {};
  test = await TestScans.create({
    graceMs: 500,
    scanners: [createWebCheck({ resolve: async () => ['127.0.0.1'], httpPort: 9 })],
    resolve: async (name) => names[name] ?? [PUBLIC_ADDRESS],
    runner: (base) => {
      runner = new RecordedRunner(base, ({ args }) =>
        args.includes('--list-checks-json') ? { stdout: '{"aws":["s3_bucket_public"]}' } : answer(),
      );
      return runner;
    },
  });
  one = await test.process();
  const stack = await createTestHttp({
    authenticate: ({ headers }) => anActor(String(headers['x-team'] ?? 'a')),
  });
  server = stack.server;
  const http = withStreams(stack.http, server);
  one.cloud.addRoutes(http);
  one.orchestration.addRoutes(http);
});
afterEach(async () => {
  await test.close();
  server.server.closeAllConnections();
  await server.close();
});

/** Like the server's own HttpApi. */
function withStreams(http: HttpApi, app: FastifyInstance): HttpApi & EventStreams {
  const addStream: EventStreams['addStream'] = (endpoint, handler) => {
    app.get(endpoint.path, async (request, reply) => {
      const actor = anActor(String(request.headers['x-team'] ?? 'a'));
      const params = endpoint.params?.parse(request.params) as Parameters<
        typeof handler
      >[0]['params'];
      const { result: schema } = endpoint;
      return answerEvents({ request, reply, schema, isAllowed: async () => true }, (signal) =>
        handler({ actor, params, signal }),
      );
    });
  };
  return Object.assign(http, { addStream });
}

async function call(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  payload?: object,
  team = 'a',
) {
  const response = await server.inject({ method, url, payload, headers: { 'x-team': team } });
  return { status: response.statusCode, body: response.json() };
}
const aCloudScan = async (): Promise<ScanRun> => {
  const account = await test.anAccount(one);
  const { status, body } = await call('POST', '/api/scans', {
    kind: 'cloud',
    accountId: account.id,
  });
  expect(status).toBe(202);
  return body;
};

describe('the API of scans', () => {
  it('starts, shows and lists a scan, and rejects a second one with the id of the first', async () => {
    answer = () => ({ takesMs: 30_000 });
    const scan = await aCloudScan();
    const again = await call('POST', '/api/scans', scan.request);
    expect(again).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(again.body.detail).toContain(scan.id);
    expect((await call('GET', '/api/scans?status=queued,running')).body.items).toHaveLength(1);
    expect((await call('GET', '/api/scans?kind=web')).body.items).toEqual([]);
    expect((await call('POST', '/api/scans/estimate', scan.request)).body).toMatchObject({
      runningScanId: scan.id,
      subJobs: [{ tool: 'prowler', name: 'eu-west-1' }],
    });
    expect((await call('POST', `/api/scans/${scan.id}/cancel`)).status).toBe(200);
    await test.until(one, scan.id);
    const history = await call('GET', `/api/scans?target=${encodeURIComponent(scan.targetKey)}`);
    expect(history.body.items[0]).toMatchObject({ status: 'cancelled', subJobs: { cancelled: 1 } });
    answer = () => ({ exitCode: 1 });
    expect((await call('POST', `/api/scans/${scan.id}/retry`, {})).body.status).toBe('queued');
    expect((await test.until(one, scan.id)).status).toBe('failed');
  });

  it('hides a scan from other teams', async () => {
    const { id } = await aCloudScan();
    for (const [method, url] of [
      ['GET', `/api/scans/${id}`],
      ['GET', `/api/scans/${id}/events`],
      ['POST', `/api/scans/${id}/cancel`],
    ] as const) {
      expect(await call(method, url, undefined, 'b'), url).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      });
    }
    expect((await call('POST', `/api/scans/${id}/retry`, {}, 'b')).status).toBe(404);
    expect((await call('GET', '/api/scans', undefined, 'b')).body.items).toEqual([]);
    await test.until(one, id);
  });

  it('lists the tools, and reports that this process has no scheduler', async () => {
    const { body } = await call('GET', '/api/scans/tools');
    expect(body.items.map(({ tool }: { tool: string }) => tool)).toEqual([
      ...['prowler', 'trivy', 'zap', 'nmap', 'web-check'],
    ]);
    expect(body.items.at(-1)).toMatchObject({ available: true, by: 'built_in' });
    expect((await call('GET', '/api/scans/schedules')).status).toBe(503);
  });
});

describe('a stream of events', () => {
  const listen = async (scanId: string, signal?: AbortSignal) => {
    await server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.server.address() as AddressInfo;
    return fetch(`http://127.0.0.1:${port}/api/scans/${scanId}/events`, { signal });
  };
  const eventsOf = (text: string): ScanEvent[] =>
    text
      .split('\n')
      .filter((line) => line.startsWith('data: '))
      .map((line) => contract.ScanEvent.parse(JSON.parse(line.slice(6))));

  it('sends a scan from its start to its end, with the lines of its tool', async () => {
    const usual = answer();
    answer = () => ({ ...usual, takesMs: 600 });
    const { id } = await aCloudScan();
    const response = await listen(id);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const events = eventsOf(await response.text());
    expect(events.at(0)).toMatchObject({ type: 'scan' });
    expect(events.at(-1)).toMatchObject({ type: 'end', scan: { status: 'completed' } });
    expect(events.filter(({ type }) => type === 'end')).toHaveLength(1);
    const running = events.find(({ scan }) => scan.subJobs[0]?.log.length === 2);
    expect(running?.scan).toMatchObject({ status: 'running' });
    const seen = events.map(({ scan }) => scan.progress);
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
  });

  it('ends when the client disconnects, and when the module stops', async () => {
    answer = () => ({ takesMs: 30_000 });
    const { id } = await aCloudScan();
    const stop = new AbortController();
    const first = await listen(id, stop.signal);
    stop.abort();
    await expect(first.text()).rejects.toThrow();
    const { port } = server.server.address() as AddressInfo;
    const second = await fetch(`http://127.0.0.1:${port}/api/scans/${id}/events`);
    setTimeout(() => void one.orchestration.stop(), 100);
    expect(eventsOf(await second.text()).every(({ type }) => type === 'scan')).toBe(true);
  });
});

describe('targets that are not public', () => {
  const web = (url: string, depth = 'headers') => ({ kind: 'web', url, depth });

  it.each([
    ['loopback', web('http://127.0.0.1/')],
    ['metadata', web('http://169.254.169.254/latest')],
    ['a name of a private network', web('http://db.internal/')],
    ['a private range', { kind: 'network', targets: ['10.0.0.0/30'], profile: 'quick' }],
    ['a registry within', { kind: 'image', image: 'localhost:5000/app' }],
  ])('are rejected: %s', async (_, request) => {
    expect(await call('POST', '/api/scans', request)).toMatchObject({ status: 422 });
  });

  it('are rejected behind a public name, even if the name changes after the request', async () => {
    names['moves.example.org'] = ['10.0.0.7'];
    const request = { kind: 'network', targets: ['moves.example.org'], profile: 'quick' };
    expect((await call('POST', '/api/scans', request)).body.detail).toMatch(/private address/);
    delete names['moves.example.org'];
    await one.queue.close({ drain: true });
    const { body } = await call('POST', '/api/scans', request);
    names['moves.example.org'] = ['10.0.0.7'];
    const worker = await test.process();
    const ended = await test.until(worker, body.id);
    expect(ended).toMatchObject({ status: 'failed', problem: expect.stringMatching(/private/) });
    expect(runner.runs).toEqual([]);
  });

  it('are scanned once declared, by the built-in check without any tool', async () => {
    const site = createServer((_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    const { port } = site.address() as AddressInfo;
    const own = { ranges: ['127.0.0.0/8'], names: [] };
    expect((await call('PUT', '/api/scans/own-targets', own)).body).toEqual(own);
    expect((await call('GET', '/api/scans/own-targets', undefined, 'b')).body.ranges).toEqual([]);
    const { body } = await call('POST', '/api/scans', web(`http://127.0.0.1:${port}/`));
    const ended = await test.until(one, body.id);
    const [subJob] = ended.subJobs;
    expect(subJob).toMatchObject({ tool: 'web-check', coverage: { unit: 'checks' } });
    expect(subJob?.coverage?.executed).toBeGreaterThan(5);
    expect(runner.runs).toEqual([]);
    site.close();
  });

  it('must be declared before an active scan, even if they are public', async () => {
    const refused = await call('POST', '/api/scans', web('https://example.org', 'full'));
    expect(refused).toMatchObject({ status: 422 });
    expect(refused.body.detail).toMatch(/attacks/);
    await call('PUT', '/api/scans/own-targets', { ranges: [], names: ['example.org'] });
    const { status, body } = await call('POST', '/api/scans', web('https://example.org', 'full'));
    expect(status).toBe(202);
    expect(body.subJobs.map(({ tool }: { tool: string }) => tool)).toEqual(['web-check', 'zap']);
    await call('POST', `/api/scans/${body.id}/cancel`);
    await test.until(one, body.id);
  });

  it.each(['0.0.0.0/0', '10.0.0.0/33', '999.1.1.1', 'nonsense'])(
    '%s is rejected as an own target',
    async (range) => {
      const own = { ranges: [range], names: [] };
      expect((await call('PUT', '/api/scans/own-targets', own)).status).toBe(422);
    },
  );
});
