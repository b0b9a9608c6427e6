import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { Health, Me } from '../contract/platform.js';
import { Problem } from '../contract/problem.js';
import { type listFindings, ReportImport } from '../contract/security-scans.js';
import { packageRoot, version } from './package-root.js';
import { MODULES } from './product-modules.js';
import { openApiProblems } from './testing/open-api-problems.js';
import { createTestApp, type TestApp } from './testing/test-core.js';
import { fileForm } from './testing/test-http.js';

const IMPORTS = '/api/security-scans/imports';
const SAMPLE = join(packageRoot, 'server/scanners/tools/prowler/fixtures/aws-sample.ocsf.json');

type FindingsPage = z.infer<typeof listFindings.result>;

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const get = (url: string, headers: Record<string, string> = {}) =>
  app.server.inject({ url, headers });
const upload = (form: FormData) =>
  app.server.inject({ method: 'POST', url: IMPORTS, payload: form });

describe('the process', () => {
  test('reports its health: version, modules, databases', async () => {
    const health = Health.parse((await get('/api/health')).json());
    expect(health).toMatchObject({ status: 'ok', version });
    expect(health.modules.map(({ name, status }) => [name, status])).toEqual([
      ['identity', 'available'],
      ['security-scans', 'available'],
      ['catalogue', 'available'],
      ['mapping', 'available'],
      ['compliance', 'available'],
      ['cloud-security', 'available'],
      ['orchestration', 'available'],
      ['container-security', 'available'],
      ['web-security', 'available'],
      ['assessments', 'available'],
      ['evidence', 'available'],
      ['drift', 'available'],
    ]);
    expect(health.databases.length).toBeGreaterThanOrEqual(3);
    expect(health.databases.every(({ ok }) => ok)).toBe(true);
  });

  test('is ready, and returns the caller with permissions', async () => {
    expect((await get('/api/health/ready')).json()).toEqual({ ready: true });
    const me = Me.parse((await get('/api/me')).json());
    expect(me.team.id).toBe('default');
    expect(me.permissions).toContain('imports:write');
    expect(me.modules).toHaveLength(MODULES.length);
  });

  test('is degraded while a database does not respond, and not ready when all need it', async () => {
    const broken = await createTestApp();
    const { databases } = broken.platform;
    const ready = () => broken.server.inject({ url: '/api/health/ready' });
    await databases.get('assessments').close();
    const health = await broken.server.inject({ url: '/api/health' });
    expect(health.statusCode).toBe(200);
    expect(Health.parse(health.json()).status).toBe('degraded');
    expect((await ready()).statusCode).toBe(200);
    for (const key of ['orchestration', 'platform'] as const) {
      await databases.get(key).close();
      const answer = await ready();
      expect(answer.statusCode).toBe(503);
      expect(Problem.parse(answer.json()).detail).toContain(`cspm_${key}`);
    }
    await broken.close();
  });
});

describe('the API describes itself', () => {
  test('with a valid OpenAPI 3.1 document of exactly its endpoints', async () => {
    const response = await get('/api/openapi.json');
    const document = response.json() as { paths: Record<string, Record<string, unknown>> };
    expect(openApiProblems(document)).toEqual([]);
    const described = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const mounted = app.http.endpoints.map(
      ({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
    );
    expect(described.sort()).toEqual(mounted.sort());
  });

  test('describes files and event streams by their media types, and flags by their words', async () => {
    const { paths } = (await get('/api/openapi.json')).json();
    const typesOf = (path: string) => Object.keys(paths[path].get.responses['200'].content);
    expect(typesOf('/api/security-scans/finding-export')).toEqual([
      'text/csv',
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    ]);
    expect(typesOf('/api/evidence/packages/{packageId}/content')).toEqual(['application/zip']);
    expect(typesOf('/api/scans/{scanId}/events')).toEqual(['text/event-stream']);
    const { parameters } = paths['/api/evidence'].get;
    const deleted = parameters.find(({ name }: { name: string }) => name === 'deleted');
    expect(deleted.schema.enum).toEqual(expect.arrayContaining(['true', 'false', 'yes', 'no']));
  });

  test('describes the valid values of each parameter', async () => {
    const { paths } = (await get('/api/openapi.json')).json();
    const { parameters } = paths['/api/security-scans/findings'].get;
    const schemas = Object.fromEntries(
      parameters.map((parameter: { name: string; schema: unknown }) => [
        parameter.name,
        parameter.schema,
      ]),
    );
    expect(schemas.limit).toMatchObject({ type: 'integer', minimum: 1, maximum: 200, default: 50 });
    expect(schemas.severity).toMatchObject({
      type: 'array',
      items: { enum: expect.arrayContaining(['critical']) },
    });
  });

  test('with a page whose files exist and comply with its policy', async () => {
    const page = await get('/api/docs/', { accept: 'text/html' });
    expect(page.statusCode).toBe(200);
    const policy = String(page.headers['content-security-policy']);
    const sources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      (match) => match[1] ?? '',
    );
    expect(sources.length).toBeGreaterThan(3);
    for (const source of sources) {
      const { pathname, host } = new URL(source, 'http://localhost/api/docs/');
      expect(host).toBe('localhost');
      expect((await get(pathname)).statusCode, pathname).toBe(200);
    }
    expect(policy).toMatch(/(default|script)-src[^;]*'self'/);
    for (const [, script = ''] of page.body.matchAll(/<script>([\s\S]*?)<\/script>/g)) {
      expect(policy).toContain(createHash('sha256').update(script).digest('base64'));
    }
    const specification = await get('/api/docs/json');
    expect(specification.json()).toEqual((await get('/api/openapi.json')).json());
  });
});

describe('a list', () => {
  test.each([
    'limit=0',
    'limit=201',
    'limit=ten',
    'limit=1.5',
    'limit=-1',
    `cursor=${'x'.repeat(2_001)}`,
  ])('rejects %s and names the parameter', async (query) => {
    const response = await get(`${IMPORTS}?${query}`);
    expect(response.statusCode).toBe(422);
    const [error] = Problem.parse(response.json()).errors ?? [];
    expect(error?.path).toBe(`query.${query.split('=')[0]}`);
  });

  test.each(['not-a-cursor', 'e30', '%00', '__proto__', 'eyJhIjoxfQ'])(
    'rejects the foreign cursor %s',
    async (cursor) => {
      const response = await get(`${IMPORTS}?cursor=${cursor}`);
      expect(response.statusCode).toBe(422);
    },
  );

  test('returns one page at a time and each item once', async () => {
    const own = await createTestApp();
    const content = await readFile(SAMPLE, 'utf8');
    await own.server.inject({
      method: 'POST',
      url: IMPORTS,
      payload: fileForm(content),
    });
    await own.scans.pendingImports.drain();
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const url: string = `/api/security-scans/findings?limit=7${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
      const page: FindingsPage = (await own.server.inject({ url })).json();
      expect(page.items.length).toBeLessThanOrEqual(7);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toHaveLength(36);
    expect(new Set(seen).size).toBe(36);
    await own.close();
  });
});

describe('an upload', () => {
  const incoming = () => readdir(join(app.platform.config.dataDir, 'incoming')).catch(() => []);

  test('is imported, can be polled by id, and leaves no file waiting', async () => {
    const response = await upload(
      fileForm(await readFile(SAMPLE, 'utf8'), '../hostile\u0007.json'),
    );
    expect(response.statusCode).toBe(202);
    const queued = ReportImport.parse(response.json());
    expect(queued).toMatchObject({ status: 'queued', fileName: 'hostile.json' });
    await app.scans.pendingImports.drain();
    const done = ReportImport.parse((await get(`${IMPORTS}/${queued.id}`)).json());
    expect(done).toMatchObject({ status: 'completed', results: 73, progress: 1 });
    expect(await incoming()).toEqual([]);
  });

  test('of an unknown format fails with a reason and leaves no file waiting', async () => {
    const queued = ReportImport.parse((await upload(fileForm('<html>'))).json());
    await app.scans.pendingImports.drain();
    const done = ReportImport.parse((await get(`${IMPORTS}/${queued.id}`)).json());
    expect(done.status).toBe('failed');
    expect(done.problem).toBeTruthy();
    expect(await incoming()).toEqual([]);
  });

  test('without a file is rejected', async () => {
    const form = new FormData();
    form.append('note', 'x');
    expect((await upload(form)).statusCode).toBe(422);
    expect(await incoming()).toEqual([]);
  });

  test('that is aborted leaves no file and no import', async () => {
    const address = await app.server.listen({ host: '127.0.0.1', port: 0 });
    const before = (await get(IMPORTS)).json().items.length;
    const abort = new AbortController();
    const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n';
    const endless = new ReadableStream({
      start: (controller) => controller.enqueue(Buffer.from(head)),
      pull: async (controller) => {
        controller.enqueue(Buffer.alloc(64 * 1024, 0x20));
        await new Promise((resolve) => setTimeout(resolve, 1));
      },
    });
    const sending = fetch(`${address}${IMPORTS}`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
      body: endless,
      duplex: 'half',
      signal: abort.signal,
    } as RequestInit);
    await expect.poll(incoming).toHaveLength(1);
    abort.abort();
    await expect(sending).rejects.toThrow();
    await expect.poll(incoming).toEqual([]);
    expect((await get(IMPORTS)).json().items).toHaveLength(before);
  });

  test('over MAX_UPLOAD_BYTES is rejected and leaves no file and no import', async () => {
    const narrow = await createTestApp({ env: { MAX_UPLOAD_BYTES: '1000' } });
    const address = await narrow.server.listen({ host: '127.0.0.1', port: 0 });
    const body = fileForm('x'.repeat(5_000_000));
    const response = await fetch(`${address}${IMPORTS}`, { method: 'POST', body });
    expect(response.status).toBe(413);
    expect(Problem.parse(await response.json()).detail).toContain('MAX_UPLOAD_BYTES');
    expect((await narrow.server.inject({ url: IMPORTS })).json().items).toEqual([]);
    expect(await readdir(join(narrow.platform.config.dataDir, 'incoming'))).toEqual([]);
    await narrow.close();
  });
});
