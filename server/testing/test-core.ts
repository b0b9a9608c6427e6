import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { PERMISSIONS } from '../../contract/endpoint.js';
import { type App, type AppOverrides, type Core, startApp, startCore } from '../app.js';
import type { CatalogueModule } from '../modules/catalogue/index.js';
import type { Compliance } from '../modules/compliance/index.js';
import type { Mapping } from '../modules/mapping/index.js';
import type { SecurityScans } from '../modules/security-scans/index.js';
import { type Actor, localOperator } from '../platform/auth/actor.js';
import type { Clock } from '../platform/clock.js';
import { CSPMDatabaseManager } from '../platform/database/database-manager.js';
import { SqliteDatabase } from '../platform/database/sqlite-database.js';
import { databaseSettings } from '../platform/platform.js';
import { readServerConfig } from '../server-config.js';
import { TEST_MODULES } from './proven-controls.js';

/** A clock that stands still until a test moves it. */
export class TestClock implements Clock {
  #now: Date;

  constructor(start = '2026-03-01T12:00:00.000Z') {
    this.#now = new Date(start);
  }

  now(): Date {
    return new Date(this.#now);
  }

  moveDays(days: number): void {
    this.#now = new Date(this.#now.getTime() + days * 86_400_000);
  }
}

export interface TestCore extends Core {
  scans: SecurityScans;
  catalogue: CatalogueModule;
  mapping: Mapping;
  compliance: Compliance;
  clock: TestClock;
}

export interface TestOverrides extends AppOverrides {
  /** Environment variables added to the defaults of tests. */
  env?: Record<string, string>;
  /** Imports uploads too, where the role does not. Default: false for a core, true for an app. */
  workOnImports?: boolean;
}

/**
 * Overrides for a product with only the module security-scans: imports take a tenth of the time, because no other
 * module processes their results.
 */
export const SCANS_ONLY = { env: { CSPM_MODULES: 'security-scans' } } as const;
/** Overrides for a product with the modules that turn results into controls and scores, and no others. */
export const SCANS_TO_CONTROLS = {
  env: { CSPM_MODULES: 'security-scans,catalogue,mapping,compliance' },
} as const;
/** The same, plus these modules, which use controls and scores. */
export function scansToControlsAnd(...modules: ('assessments' | 'evidence' | 'drift')[]) {
  return { env: { CSPM_MODULES: [SCANS_TO_CONTROLS.env.CSPM_MODULES, ...modules].join(',') } };
}

/** The product without HTTP on databases in memory; `close` removes its folder. */
export async function createTestCore(overrides: TestOverrides = {}): Promise<TestCore> {
  const { config, given, clock, clean } = await testParts(overrides);
  const core = await startCore(config, given);
  if (overrides.workOnImports) core.container.find('security-scans')?.workOnImports();
  return { ...core, ...modulesOf(core), clock, close: () => core.close().finally(clean) };
}

export interface TestApp extends App {
  scans: SecurityScans;
  catalogue: CatalogueModule;
  mapping: Mapping;
  compliance: Compliance;
  clock: TestClock;
}

/** The product with its whole HTTP stack, for `server.inject`. */
export async function createTestApp(overrides: TestOverrides = {}): Promise<TestApp> {
  const { config, given, clock, clean } = await testParts(overrides);
  const app = await startApp(config, given);
  const { role = 'api', workOnImports = role === 'api' } = overrides;
  if (workOnImports) app.container.find('security-scans')?.workOnImports();
  return { ...app, ...modulesOf(app), clock, close: () => app.close().finally(clean) };
}

/** A user of this team, by default with every permission. */
export function anActor(teamId: string, permissions: Actor['permissions'] = PERMISSIONS): Actor {
  return { userId: `user-of-${teamId}`, name: `User of ${teamId}`, teamId, permissions };
}

async function testParts({ env, workOnImports: _, ...overrides }: TestOverrides) {
  const dataDir = await mkdtemp(join(tmpdir(), 'cspm-test-'));
  const config = readServerConfig({ DATA_DIR: dataDir, LOG_LEVEL: 'silent', PORT: '0', ...env });
  const clock = new TestClock();
  const databases = new CSPMDatabaseManager({
    ...databaseSettings(config),
    open: (_key, name) => new SqliteDatabase(':memory:', { name }),
  });
  const quiet = { log: pino({ level: 'silent' }), role: 'api' as const, modules: TEST_MODULES };
  const given = { ...quiet, authenticate: () => localOperator, clock, databases, ...overrides };
  // A tool whose version was queried while the product closed may still be ending.
  const clean = () =>
    rm(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  return { config, given, clock, clean };
}

/** Unavailable modules stay undefined, so that a core with a failing module can be created too. */
function modulesOf({ container }: Core) {
  return {
    scans: container.find('security-scans') as SecurityScans,
    catalogue: container.find('catalogue') as CatalogueModule,
    mapping: container.find('mapping') as Mapping,
    compliance: container.find('compliance') as Compliance,
  };
}
