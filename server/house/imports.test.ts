import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../package-root.js';
import { MODULES } from '../product-modules.js';
import { circlesOf } from './circles.js';
import { broken, isForTests, ofProduct, sources, startsWith } from './sources.js';

test('the sources are found', () => {
  expect(sources.length).toBeGreaterThan(200);
  expect(sources.find(({ path }) => path === 'server/app.ts')?.imports).toContain(
    'server/service-container.ts',
  );
});

describe('imports point one way', () => {
  const LAYERS = ['contract', 'server/platform', 'server/scanners', 'server/modules'];

  test('contract ← platform ← scanners ← modules ← the rest of the server', () => {
    const wrong = LAYERS.flatMap((layer, i) =>
      broken(
        ofProduct.filter(({ path }) => startsWith(path, layer)),
        (_, to) =>
          to !== 'server/package-root.ts' && // says where the files are, to all
          startsWith(to, 'contract', 'server', 'web', 'bench', 'e2e', 'soak') &&
          !startsWith(to, ...LAYERS.slice(0, i + 1)),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('the server does not know its command line, its tests and its measurements', () => {
    const server = ofProduct.filter(({ path }) => startsWith(path, 'server'));
    const wrong = broken(
      server,
      (from, to) =>
        isForTests(to) ||
        startsWith(to, 'bench', 'e2e', 'soak', 'web') ||
        (startsWith(to, 'server/cli') && !startsWith(from, 'server/cli')),
    );
    expect(wrong).toEqual([]);
  });

  test('the web app knows the contract only', () => {
    const web = sources.filter(({ path }) => startsWith(path, 'web'));
    const wrong = broken(web, (_, to) => startsWith(to, 'server', 'bench', 'e2e', 'soak'));
    expect(wrong).toEqual([]);
  });

  test('the contract imports zod and itself only', () => {
    const contract = ofProduct.filter(({ path }) => startsWith(path, 'contract'));
    expect(broken(contract, (_, to) => to !== 'zod' && !startsWith(to, 'contract'))).toEqual([]);
  });

  test('modules reach each other through index.ts only, and only those before them', () => {
    const order: string[] = MODULES.map(({ name }) => name);
    const moduleOf = (path: string) => /^server\/modules\/([^/]+)\//.exec(path)?.[1];
    const wrong = broken(ofProduct, (from, to) => {
      const [mine, theirs] = [moduleOf(from), moduleOf(to)];
      if (!mine || !theirs || mine === theirs) return false;
      const isBefore = order.indexOf(theirs) < order.indexOf(mine);
      return !isBefore || to !== `server/modules/${theirs}/index.ts`;
    });
    expect(wrong).toEqual([]);
  });

  /** The features of the web app, each before those that may import it. */
  const FEATURES = [
    ...['scf', 'controls', 'mappings', 'frameworks', 'scoping', 'security-scans'],
    ...['cloud-accounts', 'orchestration', 'posture', 'inventory', 'cloud-security'],
    ...['container-security', 'web-security', 'assessments', 'evidence', 'drift', 'platform'],
    'identity',
  ];

  test('a feature of the web app imports only features before it', () => {
    const folders = readdirSync(join(packageRoot, 'web/features'));
    expect(folders.sort()).toEqual(FEATURES.toSorted());
    const featureOf = (path: string) => /^web\/features\/([^/]+)\//.exec(path)?.[1];
    const wrong = broken(sources, (from, to) => {
      const [mine, theirs] = [featureOf(from), featureOf(to)];
      if (!mine || !theirs || mine === theirs) return false;
      return FEATURES.indexOf(theirs) > FEATURES.indexOf(mine);
    });
    expect(wrong).toEqual([]);
  });

  test('what the features of the web app share does not import them', () => {
    const shared = sources.filter(({ path }) => startsWith(path, 'web/api', 'web/ui'));
    expect(broken(shared, (_, to) => startsWith(to, 'web/app', 'web/features'))).toEqual([]);
  });

  test('only the database folder knows a database driver', () => {
    const drivers = ['mongodb', '@photostructure/sqlite', 'node:sqlite', 'better-sqlite3'];
    const wrong = broken(
      ofProduct,
      (from, to) =>
        drivers.some((driver) => startsWith(to, driver)) &&
        !startsWith(from, 'server/platform/database'),
    );
    expect(wrong).toEqual([]);
  });

  test('no file imports itself through others, types included', () => {
    expect(circlesOf(ofProduct)).toEqual([]);
  });

  test('rules import neither repositories nor services, not even types', () => {
    const rules = ofProduct.filter(({ path }) => path.endsWith('.rules.ts'));
    expect(rules.length).toBeGreaterThan(40);
    expect(broken(rules, (_, to) => /\.(repository|service)\.ts$/.test(to))).toEqual([]);
  });
});
