import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Problem } from '../../../contract/problem.js';
import { createTestHttp, getThings, postThing, type TestHttp } from '../../testing/test-http.js';

let it: TestHttp;
beforeAll(async () => {
  it = await createTestHttp();
  it.http.add(getThings, () => ({ text: 'things' }));
  it.http.add(postThing, ({ body }) => body);
});
afterAll(() => it.server.close());

const get = (headers: Record<string, string>) => it.server.inject({ url: '/api/things', headers });
const post = (headers: Record<string, string>) =>
  it.server.inject({
    method: 'POST',
    url: '/api/things/1',
    headers,
    payload: { name: 'box', tags: [] },
  });

describe('the host header', () => {
  test.each([
    'localhost',
    'localhost:8080',
    '127.0.0.1:8080',
    '127.1.2.3',
    '[::1]:8080',
    'LOCALHOST',
  ])('%s is accepted as this machine', async (host) => {
    expect((await get({ host })).statusCode).toBe(200);
  });

  test.each([
    'evil.example.org',
    'localhost.evil.example.org',
    '127.0.0.1.evil.example.org',
    '127.0.0.1@evil.example.org',
    '10.0.0.5:8080',
    '0.0.0.0',
    '[::ffff:10.0.0.5]',
  ])('%j is rejected, even for reads', async (host) => {
    const response = await get({ host });
    expect(response.statusCode).toBe(403);
    expect(Problem.parse(response.json()).code).toBe('forbidden');
    expect((await post({ host })).statusCode).toBe(403);
    expect(it.logged.at(-1)).toContain('request for another host refused');
  });

  test('cannot be overridden by a forwarding header', async () => {
    const host = { host: 'evil.example.org', 'x-forwarded-host': 'localhost' };
    expect((await get(host)).statusCode).toBe(403);
  });
});

describe('a write', () => {
  const host = 'localhost:8080';

  test.each([
    [{ host }],
    [{ host, origin: 'http://localhost:8080' }],
    [{ host, origin: 'http://localhost:8080', 'sec-fetch-site': 'same-origin' }],
    [{ host, 'sec-fetch-site': 'none' }],
  ])('from the app itself or a program is accepted: %j', async (headers) => {
    expect((await post(headers)).statusCode).toBe(201);
  });

  test.each([
    [{ host, origin: 'https://evil.example.org' }],
    [{ host, origin: 'null' }],
    [{ host, origin: 'http://localhost:9090' }],
    [{ host, origin: 'http://127.0.0.1:8080' }],
    [{ host, origin: 'https://localhost:8080' }],
    [{ host, 'sec-fetch-site': 'cross-site' }],
    [{ host, 'sec-fetch-site': 'same-site' }],
    [{ host, origin: 'http://localhost:8080', 'sec-fetch-site': 'cross-site' }],
  ])('from a page of another site is rejected: %j', async (headers) => {
    const response = await post(headers);
    expect(response.statusCode).toBe(403);
    expect(Problem.parse(response.json()).detail).toContain('other sites');
  });

  test('is rejected before its body is read, for every form type', async () => {
    for (const type of ['text/plain', 'multipart/form-data; boundary=b']) {
      const headers = { host, origin: 'https://evil.example.org', 'content-type': type };
      const response = await it.server.inject({
        method: 'POST',
        url: '/api/things/1',
        headers,
        payload: 'x',
      });
      expect(response.statusCode).toBe(403);
    }
  });

  test('no response may be read by another site', async () => {
    const response = await get({ host, origin: 'https://evil.example.org' });
    expect(response.headers['access-control-allow-origin']).toBeUndefined();
    expect(response.headers['cross-origin-resource-policy']).toBe('same-origin');
  });
});
