import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AnyEndpoint, PERMISSIONS } from '../../contract/endpoint.js';
import { packageRoot } from '../package-root.js';
import { MODULES } from '../product-modules.js';
import { createTestApp, type TestApp } from '../testing/test-core.js';
import { isForTests, startsWith } from './sources.js';

const contracts: Record<string, unknown>[] = await Promise.all(
  readdirSync(join(packageRoot, 'contract'))
    .filter((name) => name.endsWith('.ts') && !isForTests(name))
    .map((name) => import(join(packageRoot, 'contract', name))),
);
/** Once each, though a contract may hand on what another declares. */
const declared = [...new Set(contracts.flatMap((file) => Object.values(file)).filter(isEndpoint))];

describe('an endpoint', () => {
  const nameOf = ({ method, path }: AnyEndpoint) => `${method} ${path}`;

  let app: TestApp;
  beforeAll(async () => {
    app = await createTestApp();
  });
  afterAll(() => app.close());

  test('is declared once', () => {
    const names = declared.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ':')}`);
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  test('of the contract is mounted, and none else', () => {
    expect(app.http.endpoints.map(nameOf).sort()).toEqual(declared.map(nameOf).sort());
  });

  test.each(declared.map((endpoint) => [nameOf(endpoint), endpoint] as const))(
    '%s says who may call, what it does and what it answers',
    (_, { access, summary, result, params, path, body, method, upload }) => {
      expect(['public', 'signed-in', ...PERMISSIONS]).toContain(access);
      expect(summary).toMatch(/^\p{Lu}.{8,}[^.]$/u);
      expect(result).toBeDefined();
      const named = [...path.matchAll(/:(\w+)/g)].map((match) => match[1]);
      expect(Object.keys(params?.shape ?? {}).sort()).toEqual(named.sort());
      if (method === 'GET' || method === 'DELETE') expect(body ?? upload).toBeUndefined();
    },
  );

  test('refuses a query parameter that it does not declare, and names it', async () => {
    const wrong: string[] = [];
    for (const endpoint of app.http.endpoints) {
      const url = `${endpoint.path.replace(/:\w+/g, 'x')}?limit=1&stauts=open`;
      const response = await app.server.inject({ method: endpoint.method, url });
      const { code, detail } = response.json();
      const isRefused = response.statusCode === 400 && code === 'unknown_parameter';
      if (!isRefused || !detail.includes('query.stauts')) wrong.push(nameOf(endpoint));
    }
    expect(wrong).toEqual([]);
  });

  test('declares its query parameters as the fields of an object', () => {
    const wrong = declared.filter(({ query }) => query && !('shape' in query));
    expect(wrong.map(nameOf)).toEqual([]);
  });

  test('lies under a prefix of its module, the longest that fits', () => {
    const wrong = declared.filter(({ path, module }) => {
      const fitting = MODULES.flatMap(({ name, prefixes }) =>
        prefixes.map((prefix) => ({ name, prefix })),
      ).filter(({ prefix }) => startsWith(path, prefix));
      const longest = Math.max(...fitting.map(({ prefix }) => prefix.length));
      const owners = fitting.filter(({ prefix }) => prefix.length === longest);
      return module === 'platform'
        ? owners.length > 0
        : !owners.some(({ name }) => name === module);
    });
    expect(wrong.map(nameOf)).toEqual([]);
  });

  test('there is no prefix that nothing lies under', () => {
    const idle = MODULES.flatMap(({ prefixes }) => prefixes).filter(
      (prefix) => !declared.some(({ path }) => startsWith(path, prefix)),
    );
    expect(idle).toEqual([]);
  });
});

function isEndpoint(value: unknown): value is AnyEndpoint {
  return typeof value === 'object' && value !== null && 'method' in value && 'access' in value;
}
