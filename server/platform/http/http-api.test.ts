import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Problem } from '../../../contract/problem.js';
import { createTestHttp, getThings, postThing, type TestHttp } from '../../testing/test-http.js';
import {
  type AppError,
  ConflictError,
  ForbiddenError,
  NotFoundError,
  RateLimitedError,
  UnauthenticatedError,
  UnavailableError,
} from '../errors.js';

const good = { name: 'box', tags: [{ label: 'red' }] };

let it: TestHttp;
let seen: unknown;
let answer: () => unknown;
beforeEach(async () => {
  it = await createTestHttp();
  seen = null;
  answer = () => ({ text: 'things' });
  it.http.add(postThing, ({ actor, params, query, body }) => {
    seen = { teamId: actor.teamId, params, query, body };
    return { name: body.name, secret: 'not declared' };
  });
  it.http.add(getThings, () => answer() as { text: string });
});
afterEach(() => it.server.close());

const post = (body: unknown = good, path = '/api/things/3') =>
  it.server.inject({ method: 'POST', url: path, payload: body as object });
const get = (url = '/api/things') => it.server.inject({ url });

describe('a request', () => {
  test('reaches the handler as typed values with the actor', async () => {
    expect((await post(good, '/api/things/3?limit=7')).statusCode).toBe(201);
    expect(seen).toEqual({ teamId: 'a', params: { size: 3 }, query: { limit: 7 }, body: good });
  });

  test('is stripped of fields that the contract does not declare', async () => {
    await post({ ...good, role: 'admin' });
    expect(seen).toMatchObject({ body: good, query: { limit: 5 } });
    expect(JSON.stringify(seen)).not.toContain('admin');
  });

  test.each([
    ['misspelt', '/api/things/3?limits=7', 'which has limit'],
    ['beside a known one', '/api/things/3?limit=7&limits=7', 'which has limit'],
    ['in brackets', '/api/things/3?limits[]=7', 'which has limit'],
    ['named like a property of every object', '/api/things/3?constructor=7', 'which has limit'],
  ])('is refused when a query parameter is unknown: %s', async (_, path, hint) => {
    const response = await post(good, path);
    const name = /[?&](limits(?:\[\])?|constructor)=/.exec(path)?.[1];
    expect(response.statusCode).toBe(400);
    const problem = Problem.parse(response.json());
    expect(problem.code).toBe('unknown_parameter');
    expect(problem.detail).toContain(`query.${name}: is not a parameter`);
    expect(problem.detail).toContain(hint);
    expect(problem.errors?.map(({ path: named }) => named)).toEqual([`query.${name}`]);
    expect(seen).toBeNull();
  });

  test('is refused when the endpoint has no query parameters and one is given', async () => {
    const response = await get('/api/things?a=1');
    expect(response.statusCode).toBe(400);
    expect(Problem.parse(response.json()).detail).toContain('query.a: is not a parameter');
  });

  test.each([
    ['a path parameter', '/api/things/zero', good, 'path.size'],
    ['a query parameter', '/api/things/3?limit=11', good, 'query.limit'],
    ['a field', '/api/things/3', { name: 'x', tags: [] }, 'body.name'],
    ['a nested field', '/api/things/3', { name: 'box', tags: [{ label: 7 }] }, 'body.tags.0.label'],
    ['the whole body', '/api/things/3', [], 'body'],
  ])('is rejected with an error that names %s', async (_, path, body, field) => {
    const response = await post(body, path);
    expect(response.statusCode).toBe(422);
    const problem = Problem.parse(response.json());
    expect(problem).toMatchObject({ code: 'invalid_input', title: 'Unprocessable Entity' });
    expect(problem.errors?.map((error) => error.path)).toEqual([field]);
    expect(problem.detail).toContain(field);
    expect(seen).toBeNull();
  });

  test('is rejected with the first errors only when everything in it is wrong', async () => {
    const tags = Array.from({ length: 5_000 }, () => ({ label: 7 }));
    const response = await post({ name: 'box', tags });
    expect(response.statusCode).toBe(422);
    expect(Problem.parse(response.json()).errors).toHaveLength(50);
    expect(response.body.length).toBeLessThan(10_000);
  });

  test('is rejected without a body', async () => {
    const response = await it.server.inject({ method: 'POST', url: '/api/things/3' });
    expect(response.statusCode).toBe(422);
    expect(Problem.parse(response.json()).errors?.[0]?.path).toBe('body');
  });
});

describe('a response', () => {
  test('contains only fields that the contract declares', async () => {
    expect((await post()).json()).toEqual({ name: 'box' });
  });

  test('that does not match the contract is a 500', async () => {
    answer = () => ({ text: 42 });
    expect((await get()).statusCode).toBe(500);
  });

  test('that is a file of a type that the contract does not declare is a 500', async () => {
    const { server, http } = await createTestHttp();
    const file = { fileName: 'a', contentType: 'text/csv; charset=utf-8', content: noContent() };
    for (const [path, type] of [
      ['/api/tables', 'text/csv'],
      ['/api/pages', 'text/html'],
    ] as const) {
      http.addDownload({ ...getThings, path, result: z.string(), download: [type] }, () => file);
    }
    expect((await server.inject({ url: '/api/tables' })).statusCode).toBe(200);
    expect((await server.inject({ url: '/api/pages' })).statusCode).toBe(500);
    await server.close();
  });
});

describe('a problem', () => {
  test.each([
    [new UnauthenticatedError(), 401, 'unauthenticated', 'Unauthorized'],
    [new ForbiddenError(), 403, 'forbidden', 'Forbidden'],
    [new NotFoundError(), 404, 'not_found', 'Not Found'],
    [new ConflictError('taken'), 409, 'conflict', 'Conflict'],
    [new RateLimitedError(), 429, 'rate_limited', 'Too Many Requests'],
    [new UnavailableError('down'), 503, 'unavailable', 'Service Unavailable'],
  ])('is returned for %s', async (error: AppError, status, code, title) => {
    answer = () => {
      throw error;
    };
    const response = await get();
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toContain('application/problem+json');
    const problem = Problem.parse(response.json());
    expect(problem).toMatchObject({ type: 'about:blank', status, code, title });
    expect(problem.detail).toBe(error.message);
    expect(problem.requestId).toBe(response.headers['x-request-id']);
  });

  test.each([
    ['truncated JSON', 400, 'bad_request', { payload: '{"name":' }, 'application/json'],
    ['an empty JSON body', 422, 'invalid_input', { payload: '' }, 'application/json'],
    [
      'a poisoned prototype',
      400,
      'bad_request',
      { payload: '{"__proto__":1}' },
      'application/json',
    ],
    ['an unsupported media type', 415, 'unsupported_media_type', { payload: 'a: b' }, 'text/yaml'],
    [
      'a body beyond the limit',
      413,
      'too_large',
      { payload: '1'.repeat(1_100_000) },
      'application/json',
    ],
  ])('is returned for %s', async (_, status, code, { payload }, type) => {
    const response = await it.server.inject({
      method: 'POST',
      url: '/api/things/3',
      headers: { 'content-type': type },
      payload,
    });
    expect(response.statusCode).toBe(status);
    expect(Problem.parse(response.json())).toMatchObject({ code, status });
    expect(seen).toBeNull();
  });

  test.each([
    ['an unknown path', 'GET', '/api/nothing', 404],
    ['an unknown method', 'DELETE', '/api/things', 405],
    ['a path that cannot be decoded', 'GET', '/api/things/%E0%A4%A', 400],
    ['an endless path parameter', 'POST', `/api/things/${'9'.repeat(2_000)}`, 404],
  ])('is returned for %s', async (_, method, url, status) => {
    const response = await it.server.inject({ method: method as 'GET', url });
    expect(Problem.parse(response.json()).status).toBe(response.statusCode);
    expect(response.headers['content-type']).toContain('application/problem+json');
    expect([status, 414]).toContain(response.statusCode);
  });

  test('for an internal error reveals nothing to the caller and everything in the log', async () => {
    answer = () => {
      throw new TypeError('secret table cspm_x at /srv/app', { cause: new Error('disk broke') });
    };
    const response = await get();
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toMatch(/secret|cspm_x|srv|TypeError|disk/);
    const { requestId, code } = Problem.parse(response.json());
    expect(code).toBe('internal');
    const line = JSON.parse(it.logged[0] ?? '') as { requestId: string; err: { stack: string } };
    expect(line.requestId).toBe(requestId);
    expect(line.err.stack).toContain('secret table cspm_x');
    expect(line.err.stack).toContain('disk broke');
    expect(line.err.stack).toContain('http-api.test.ts');
  });

  test.each(['a text', null, undefined, { statusCode: 200 }, { statusCode: 'x' }])(
    'is a 500 when the thrown value is not an Error: %j',
    async (thrown) => {
      answer = () => {
        throw thrown;
      };
      const response = await get();
      expect(response.statusCode).toBe(500);
      expect(Problem.parse(response.json()).code).toBe('internal');
    },
  );

  test('is counted for internal errors, not for client errors', async () => {
    answer = () => {
      throw new Error('broken');
    };
    await get();
    await post({});
    const text = await it.metrics.text();
    expect(text).toContain('cspm_http_errors_total{route="/api/things",code="internal"} 1');
    expect(text).not.toContain('code="invalid_input"');
    expect(text).toContain('route="/api/things/:size",status="422"');
  });
});

describe('a request id', () => {
  const ask = (id?: string, url = '/api/things') =>
    it.server.inject({ url, headers: id === undefined ? {} : { 'x-request-id': id } });

  test('is taken from the request', async () => {
    expect((await ask('trace-1.2_3')).headers['x-request-id']).toBe('trace-1.2_3');
  });

  test('is created when the request has none, unique per request', async () => {
    const ids = [(await ask()).headers['x-request-id'], (await ask()).headers['x-request-id']];
    expect(ids[0]).toMatch(/^req_[0-9a-z]{26}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });

  test.each(['', 'a b', 'x'.repeat(65), '<script>', 'a\tb', '"quoted"', 'é'])(
    'is created when the given one is unsafe: %j',
    async (id) => {
      expect((await ask(id)).headers['x-request-id']).toMatch(/^req_/);
    },
  );

  test('is in every response, including errors and unknown paths', async () => {
    const foreign = { host: 'evil.example.org', 'x-request-id': 'abc' };
    const answers = [
      await ask('abc', '/api/nothing'),
      await it.server.inject({ url: '/api/things', headers: foreign }),
      await it.server.inject({
        method: 'POST',
        url: '/api/things/0',
        headers: { 'x-request-id': 'abc' },
      }),
    ];
    for (const response of answers) {
      expect(response.headers['x-request-id']).toBe('abc');
      expect(Problem.parse(response.json()).requestId).toBe('abc');
    }
  });
});

describe('permission', () => {
  test('is checked before the input', async () => {
    const narrow = await createTestHttp({ permissions: ['findings:read'] });
    narrow.http.add(postThing, () => ({ name: 'never' }));
    const response = await narrow.server.inject({ method: 'POST', url: '/api/things/zero' });
    expect(response.statusCode).toBe(403);
    expect(Problem.parse(response.json()).detail).toContain('team:read');
    await narrow.server.close();
  });

  test('is checked after authentication', async () => {
    const locked = await createTestHttp({
      authenticate: () => Promise.reject(new UnauthenticatedError()),
    });
    locked.http.add(getThings, () => ({ text: 'never' }));
    expect((await locked.server.inject({ url: '/api/things' })).statusCode).toBe(401);
    await locked.server.close();
  });
});

async function* noContent(): AsyncGenerator<string> {}

test('a call without the permission is logged with its route', async () => {
  const { server, http, logged } = await createTestHttp({ permissions: [] });
  http.add(getThings, () => ({ text: 'x' }));
  expect((await server.inject({ url: getThings.path })).statusCode).toBe(403);
  const line = logged.map((each) => JSON.parse(each)).find(({ msg }) => /not allowed/.test(msg));
  expect(line).toMatchObject({ route: getThings.path, access: 'team:read', teamId: 'a' });
  await server.close();
});
