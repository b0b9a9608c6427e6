import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Health } from '../contract/platform.js';
import { Problem } from '../contract/problem.js';
import { CSPMDatabaseManager } from './platform/database/database-manager.js';
import type { DatabaseKey } from './platform/database/names.js';
import { SqliteDatabase } from './platform/database/sqlite-database.js';
import { eventType } from './platform/events/events.js';
import { databaseSettings } from './platform/platform.js';
import type { ModuleDefinition } from './product-modules.js';
import { readServerConfig } from './server-config.js';
import { TEST_MODULES } from './testing/proven-controls.js';
import { createTestApp, type TestApp } from './testing/test-core.js';

let app: TestApp | undefined;
afterEach(() => app?.close());

async function answerAt(url: string) {
  const response = await (app as TestApp).server.inject({ url });
  const detail = response.statusCode < 400 ? null : Problem.parse(response.json()).detail;
  return { status: response.statusCode, detail };
}

async function unavailable() {
  const response = await (app as TestApp).server.inject({ url: '/api/health' });
  const { status, modules } = Health.parse(response.json());
  const down = modules.filter((each) => each.status === 'unavailable');
  return { status, down: Object.fromEntries(down.map(({ name, reason }) => [name, reason])) };
}

/** Databases in memory, of which one throws until it is mended. */
function databasesWithout(broken: DatabaseKey, problem: string) {
  const outage = { isOver: false };
  const databases = new CSPMDatabaseManager({
    ...databaseSettings(readServerConfig({})),
    open: (key, name) => {
      const database = new SqliteDatabase(':memory:', { name });
      if (key !== broken) return database;
      const failing = (verb: 'ping' | 'prepare') => {
        const work = database[verb].bind(database) as (...parts: unknown[]) => Promise<void>;
        return async (...parts: unknown[]) => {
          if (!outage.isOver) throw new Error(problem);
          await work(...parts);
        };
      };
      return Object.assign(database, { ping: failing('ping'), prepare: failing('prepare') });
    },
  });
  return { databases, outage };
}

const PROBLEM = 'file is not a database';
test.each<[DatabaseKey, string, string, string, string]>([
  [
    'cloudSecurity',
    'cloud-security',
    '/api/cloud-security/accounts',
    'orchestration',
    '/api/scans',
  ],
  ['assessments', 'catalogue', '/api/frameworks', 'evidence', '/api/evidence'],
])(
  'a corrupt database %s stops only its modules, until it works',
  async (key, name, path, dependent, dependentPath) => {
    const { databases, outage } = databasesWithout(key, PROBLEM);
    app = await createTestApp({ databases, modules: TEST_MODULES });
    const { status, down } = await unavailable();
    expect(status).toBe('degraded');
    expect(down[name]).toBe(PROBLEM);
    expect(down[dependent]).toContain(PROBLEM);
    expect(down).not.toHaveProperty('security-scans');
    expect(await answerAt(path)).toMatchObject({
      status: 503,
      detail: expect.stringContaining(PROBLEM),
    });
    expect(await answerAt('/api/security-scans/imports')).toMatchObject({ status: 200 });
    await app.container.retry();
    expect((await answerAt(path)).status).toBe(503);
    outage.isOver = true;
    await app.container.retry();
    expect(await unavailable()).toEqual({ status: 'ok', down: {} });
    expect((await answerAt(path)).status).toBe(200);
    expect((await answerAt(dependentPath)).status).not.toBe(503);
  },
);

test('a module whose first start fails is started again without a caller, with its dependents', async () => {
  let starts = 0;
  const modules = TEST_MODULES.map((definition): ModuleDefinition => {
    if (definition.name !== 'compliance') return definition;
    return {
      ...definition,
      create: (...parts) => {
        const module = definition.create(...parts);
        const start = async () => {
          starts += 1;
          if (starts === 1) throw new Error('no memory');
          await module.start?.();
        };
        return { ...module, start };
      },
    };
  });
  // A worker, whose modules register handlers of jobs when they start.
  app = await createTestApp({ modules, role: 'all' });
  expect((await unavailable()).down).toMatchObject({ compliance: 'no memory' });
  await expect.poll(async () => (await unavailable()).down, { timeout: 10_000 }).toEqual({});
  expect(starts).toBe(2);
});

test('a module whose code cannot be imported is unavailable with its reason; the others work', async () => {
  const load = () => Promise.reject(new Error('Cannot find module drift/index.js'));
  const modules = TEST_MODULES.map((each) => (each.name === 'drift' ? { ...each, load } : each));
  app = await createTestApp({ modules });
  const reason = 'Cannot find module drift/index.js';
  expect(await unavailable()).toEqual({ status: 'degraded', down: { drift: reason } });
  expect(await answerAt('/api/drift/episodes')).toEqual({
    status: 503,
    detail: `the module drift is unavailable: ${reason}`,
  });
  expect((await answerAt('/api/frameworks')).status).toBe(200);
});

test('a process without its platform database does not start, and names the reason', async () => {
  const { databases } = databasesWithout('platform', PROBLEM);
  await expect(createTestApp({ databases })).rejects.toThrow(PROBLEM);
  app = undefined;
});

describe('a database that is lost while the server runs', () => {
  const NAME = 'cspm_assessments';
  const AWAY = 'MongoDB does not respond';
  let outage: { isOver: boolean };
  const lose = async () => {
    outage.isOver = false;
    await app?.platform.storeWatch.look();
  };
  const comeBack = async () => {
    outage.isOver = true;
    await app?.platform.storeWatch.look();
  };

  beforeEach(async () => {
    const { databases, outage: its } = databasesWithout('assessments', AWAY);
    outage = its;
    outage.isOver = true;
    app = await createTestApp({ databases, modules: TEST_MODULES });
  });

  test('makes its modules unavailable with the reason until it is back; the server stays ready', async () => {
    expect(await unavailable()).toEqual({ status: 'ok', down: {} });
    await lose();
    const { status, down } = await unavailable();
    expect(status).toBe('degraded');
    expect(down.catalogue).toBe(`the database ${NAME} is lost: ${AWAY}`);
    expect(down.evidence).toContain(AWAY);
    expect(down).not.toHaveProperty('security-scans');
    expect(await answerAt('/api/frameworks')).toMatchObject({
      status: 503,
      detail: expect.stringContaining(AWAY),
    });
    expect((await answerAt('/api/security-scans/imports')).status).toBe(200);
    expect((await answerAt('/api/health/ready')).status).toBe(200);
    await comeBack();
    expect(await unavailable()).toEqual({ status: 'ok', down: {} });
    expect((await answerAt('/api/frameworks')).status).toBe(200);
  });

  test('leaves out listeners of these modules, and lets their jobs wait', async () => {
    const { events, modules } = (app as TestApp).platform;
    const event = eventType<{ n: number }>('suite.happened');
    const heard: number[] = [];
    const reasonOf = () => modules.whyJobWaits('catalogue.anything');
    events.part(reasonOf).on(event, ({ n }) => void heard.push(n));
    await events.emit(event, { n: 1 });
    await lose();
    await events.emit(event, { n: 2 });
    expect(reasonOf()).toBe(
      `waiting for the module catalogue: the database ${NAME} is lost: ${AWAY}`,
    );
    expect(modules.whyJobWaits('security-scans.import-report')).toBeNull();
    await comeBack();
    await events.emit(event, { n: 3 });
    expect(heard).toEqual([1, 3]);
    expect(reasonOf()).toBeNull();
  });
});

test('says of a module whose code fails that only a restart helps', async () => {
  const load = () => Promise.reject(new Error('Cannot find module drift/index.js'));
  const modules = TEST_MODULES.map((each) => (each.name === 'drift' ? { ...each, load } : each));
  app = await createTestApp({ modules });
  const health = Health.parse((await app.server.inject({ url: '/api/health' })).json());
  const restarts = health.modules.filter(({ needsRestart }) => needsRestart);
  expect(restarts.map(({ name }) => name)).toEqual(['drift']);
});
