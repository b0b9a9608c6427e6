import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Problem } from '../../../contract/problem.js';
import { createTestHttp, getThings, postThing, type TestHttp } from '../../testing/test-http.js';

const html = { accept: 'text/html,application/xhtml+xml' };
const pageWith = (nonce: string) =>
  `<!doctype html><title>the app</title><meta name="csp-nonce" nonce="${nonce}" />`;

let webRoot: string;
let it: TestHttp;
beforeAll(async () => {
  webRoot = await mkdtemp(join(tmpdir(), 'cspm-web-'));
  await mkdir(join(webRoot, 'assets'));
  await writeFile(join(webRoot, 'index.html'), pageWith('__CSP_NONCE__'));
  await writeFile(join(webRoot, 'favicon.svg'), '<svg/>');
  await writeFile(join(webRoot, 'assets', 'index-AbC123.js'), 'export {};'.repeat(1_000));
  const down = (path: string) => (path.startsWith('/api/down') ? 'the module down is down' : null);
  it = await createTestHttp({ webRoot, unavailableAt: down });
  it.http.add(getThings, () => ({ text: 'x'.repeat(20_000) }));
  it.http.add(postThing, ({ body }) => body);
});
afterAll(async () => {
  await it.server.close();
  await rm(webRoot, { recursive: true, force: true });
});

const get = (url: string, headers: Record<string, string> = {}) =>
  it.server.inject({ url, headers });

describe('the web app', () => {
  test.each(['/', '/findings', '/controls/IAC-06?tab=why', '/apitude', '/frameworks/a%20b'])(
    'is served to browsers at %s and revalidated each time',
    async (url) => {
      const response = await get(url, html);
      const nonce = /nonce="([^"]+)"/.exec(response.body)?.[1] ?? '';
      expect([response.statusCode, response.body]).toEqual([200, pageWith(nonce)]);
      expect(response.headers['cache-control']).toBe('no-cache');
    },
  );

  test('may add styles with the nonce of its page, and no others', async () => {
    const nonces = await Promise.all(
      ['/', '/index.html', '/findings'].map(async (url) => {
        const { body, headers } = await get(url, html);
        const nonce = /nonce="([^"]+)"/.exec(body)?.[1];
        const policy = String(headers['content-security-policy']);
        expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
        expect(policy).not.toContain('unsafe-inline');
        return nonce;
      }),
    );
    expect(new Set(nonces).size).toBe(3);
  });

  test('has immutable assets and revalidated files', async () => {
    const asset = await get('/assets/index-AbC123.js');
    expect(asset.headers['cache-control']).toContain('immutable');
    expect(asset.headers['content-type']).toContain('javascript');
    expect((await get('/favicon.svg')).headers['cache-control']).toBe('no-cache');
  });

  test.each(['/assets/../../package.json', '/..%2fpackage.json', '/assets/%2e%2e/%2e%2e/x'])(
    'does not serve files outside its folder: %s',
    async (url) => {
      expect((await get(url)).statusCode).toBeGreaterThanOrEqual(400);
    },
  );

  test.each([
    ['/api/nothing', html],
    ['/api', html],
    ['/api?x=1', html],
    ['/assets/gone.js', { accept: '*/*' }],
    ['/findings', { accept: 'application/json' }],
  ])('is not served for %s with %j', async (url, headers) => {
    const response = await get(url, headers);
    expect(response.statusCode).toBe(404);
    expect(Problem.parse(response.json()).code).toBe('not_found');
  });

  test('does not accept writes', async () => {
    const response = await it.server.inject({ method: 'POST', url: '/findings', headers: html });
    expect(response.statusCode).toBe(404);
  });

  test('may be missing, and the API still works', async () => {
    const bare = await createTestHttp({ webRoot: join(webRoot, 'not-built') });
    bare.http.add(getThings, () => ({ text: 'things' }));
    expect((await bare.server.inject({ url: '/api/things' })).statusCode).toBe(200);
    const page = await bare.server.inject({ url: '/', headers: html });
    expect(page.statusCode).toBe(404);
    expect(Problem.parse(page.json()).detail).toContain('GET /');
    await bare.server.close();
  });
});

test('a path of an unavailable module returns 503, not 404', async () => {
  const response = await get('/api/down/deep?x=1', html);
  expect(response.statusCode).toBe(503);
  expect(Problem.parse(response.json()).detail).toBe('the module down is down');
});

describe('a method that a path does not have', () => {
  test.each([
    ['DELETE', '/api/things', 'GET, HEAD'],
    ['PUT', '/api/things/1', 'POST'],
    ['POST', '/metrics', 'GET, HEAD'],
  ] as const)('%s %s returns 405, naming those it has', async (method, url, allow) => {
    const response = await it.server.inject({ method, url });
    expect(response.statusCode).toBe(405);
    expect(response.headers.allow).toBe(allow);
    expect(Problem.parse(response.json())).toMatchObject({ code: 'method_not_allowed' });
  });

  test.each([
    ['PUT', 'application/json', '{"a":'],
    ['QUERY', undefined, ''],
    ['POST', 'text/odd', 'x'],
  ] as const)(
    '%s with a body that cannot be read returns 405 too',
    async (method, type, payload) => {
      const headers = type ? { 'content-type': type } : {};
      const request = { method: method as 'PUT', url: '/api/things', headers, payload };
      expect((await it.server.inject(request)).statusCode).toBe(405);
    },
  );

  test('does not list the methods of a parameter that fits the same path', async () => {
    const { server, http } = await createTestHttp();
    http.add(getThings, () => ({ text: '' }));
    http.add({ ...postThing, path: '/api/:name' }, ({ body }) => body);
    const response = await server.inject({ method: 'DELETE', url: '/api/things' });
    expect(response.headers.allow).toBe('GET, HEAD');
    await server.close();
  });
});

test('a request that Node cannot parse is answered with a problem', async () => {
  const { server, http } = await createTestHttp();
  http.add(getThings, () => ({ text: '' }));
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const long = await fetch(`${url}/api/things?cursor=${'x'.repeat(20_000)}`);
  expect(long.status).toBe(431);
  expect(long.headers.get('content-type')).toContain('application/problem+json');
  expect(Problem.parse(await long.json())).toMatchObject({ status: 431, code: 'too_long' });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.end('NONSENSE\r\n\r\n');
  const broken = Buffer.concat(await socket.toArray()).toString();
  expect(broken).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
  expect(Problem.parse(JSON.parse(broken.split('\r\n\r\n')[1] ?? '')).code).toBe('bad_request');
  await server.close();
});

describe('headers', () => {
  test.each(['/', '/api/things', '/api/nothing', '/metrics'])('protect %s', async (url) => {
    const { headers } = await get(url, html);
    const policy = String(headers['content-security-policy']);
    for (const rule of [
      "default-src 'self'",
      "object-src 'none'",
      "frame-ancestors 'self'",
      "base-uri 'none'",
    ]) {
      expect(policy).toContain(rule);
    }
    expect(policy).toMatch(/script-src 'self'(;|$)/);
    expect(policy).toMatch(/style-src 'self'( 'nonce-[^']+')?(;|$)/);
    expect(policy).toMatch(/font-src 'self'(;|$)/);
    expect(policy).not.toContain('unsafe-eval');
    expect(policy).not.toContain('upgrade-insecure-requests');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'SAMEORIGIN',
    });
    expect(headers['strict-transport-security']).toBeUndefined();
    expect(headers['x-powered-by']).toBeUndefined();
  });

  test('forbid caching API responses', async () => {
    expect((await get('/api/things')).headers['cache-control']).toBe('no-store');
    expect((await get('/api/nothing')).headers['cache-control']).toBe('no-store');
  });
});

describe('compression', () => {
  test.each([
    ['gzip', (bytes: Buffer) => gunzipSync(bytes)],
    ['br', (bytes: Buffer) => brotliDecompressSync(bytes)],
  ])('by %s', async (encoding, open) => {
    for (const url of ['/api/things', '/assets/index-AbC123.js']) {
      const response = await get(url, { 'accept-encoding': encoding });
      expect(response.headers['content-encoding']).toBe(encoding);
      expect(response.headers.vary).toContain('accept-encoding');
      expect(response.rawPayload.length).toBeLessThan(1_000);
      expect(open(response.rawPayload).length).toBeGreaterThan(5_000);
    }
  });

  test('not without accept-encoding', async () => {
    expect((await get('/api/things')).headers['content-encoding']).toBeUndefined();
  });
});

test('/metrics labels requests by route, so that paths do not create series', async () => {
  for (const id of ['a', 'b', 'c']) await get(`/api/nothing/${id}`);
  await get('/api/things');
  const response = await get('/metrics');
  expect(response.headers['content-type']).toContain('text/plain');
  expect(response.body).toMatch(
    /cspm_http_request_duration_seconds_count\{method="GET",route="\/api\/things",status="200"\} \d/,
  );
  expect(response.body).toContain('route="unknown",status="404"');
  expect(response.body).not.toContain('/api/nothing');
});

test('a stopping server finishes writes, rejects new ones and still serves reads', async () => {
  const { server, http, writes } = await createTestHttp();
  let finish = () => {};
  const started = new Promise<void>((isStarted) => {
    http.add({ ...getThings, method: 'POST' }, async () => {
      isStarted();
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return { text: 'done' };
    });
  });
  http.add(getThings, () => ({ text: 'read' }));
  const slow = server.inject({ method: 'POST', url: '/api/things' });
  await started;
  let isEnded = false;
  const ended = writes.end().then(() => {
    isEnded = true;
  });
  const late = await server.inject({ method: 'POST', url: '/api/things' });
  expect([late.statusCode, Problem.parse(late.json()).code]).toEqual([503, 'unavailable']);
  expect((await server.inject({ url: '/api/things' })).statusCode).toBe(200);
  expect(isEnded).toBe(false);
  finish();
  expect((await slow).json()).toEqual({ text: 'done' });
  await ended;
  await server.close();
});
