import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DriftFilter } from '../../../contract/drift.js';
import { packageRoot } from '../../package-root.js';
import { readConfig } from '../../platform/config/config.js';
import { CSPMDatabaseManager } from '../../platform/database/database-manager.js';
import { databaseSettings } from '../../platform/platform.js';
import { MODULES } from '../../product-modules.js';
import { provenBy } from '../../testing/proven-controls.js';
import type { RowSpec } from '../../testing/prowler-rows.js';
import { createTestCore, scansToControlsAnd, type TestCore } from '../../testing/test-core.js';
import { TestTeam } from '../../testing/test-team.js';
import { Catalogue, createCatalogue } from '../catalogue/index.js';
import { createMapping } from '../mapping/index.js';
import { type CuratedMapping, loadMapping } from '../mapping/matching/curated-mapping.js';
import type { Drift } from './index.js';

/** The same data under successive versions of the definitions. */
let folder: string;
let core: TestCore | null;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cspm-definitions-'));
  core = null;
});
afterEach(async () => {
  await core?.close();
  await rm(folder, { recursive: true, force: true });
});

const CONTROL = 'CRY-09';
const shipped = provenBy({ 'CRY-09': ['kms_cmk_are_used', 'iam_root_mfa_enabled'] });
const hasControl = (controlId: string) => shipped.controls.has(controlId);
const mapping = loadMapping(hasControl);

type Definitions = { catalogue: Catalogue; mapping: CuratedMapping };

/** Restarts the product with these definitions on the same databases. */
async function startWith(definitions: Definitions): Promise<TestTeam> {
  await core?.close();
  const { catalogue: shipped, mapping: curated } = definitions;
  const modules = MODULES.map((each) => {
    const create: typeof each.create = (platform, container) => {
      if (each.name === 'catalogue') {
        return createCatalogue(platform, { shipped, statuses: () => null });
      }
      if (each.name !== 'mapping') return each.create(platform, container);
      const { evidence } = container.get('security-scans');
      const catalogue = container.get('catalogue');
      return createMapping(platform, { catalogue, evidence, curated, judge: () => null });
    };
    return { ...each, create };
  });
  const config = readConfig({ DATA_DIR: folder, LOG_LEVEL: 'silent' });
  const databases = new CSPMDatabaseManager(databaseSettings(config));
  // As a command, which brings its team up to date before it reads.
  const asCommand = { ...scansToControlsAnd('drift'), role: undefined };
  core = await createTestCore({ ...asCommand, modules, databases });
  return new TestTeam(core, 'default');
}

const drift = () => core?.container.get('drift') as Drift;

async function events(team: TestTeam, filter: DriftFilter = {}) {
  return (await drift().episodes.list(team.actor, filter, { limit: 200 })).items;
}

/** The shipped library without the requirements' mappings to this control. */
function withoutEdgesTo(controlId: string): Catalogue {
  return new Catalogue({
    controls: [...shipped.controls.values()],
    domains: [...shipped.domains.values()],
    version: shipped.version.replace(/./g, 'f'),
    checks: shipped.checks,
    frameworks: [...shipped.frameworks.values()].map((framework) => ({
      ...framework,
      requirements: framework.requirements.map((requirement) => ({
        ...requirement,
        controls: requirement.controls.filter((edge) => edge.controlId !== controlId),
      })),
    })),
  });
}

/** The shipped mapping rules with other topics for these checks. */
async function mappingWith(tests: Record<string, string>): Promise<CuratedMapping> {
  const rules = join(folder, 'mappings');
  await cp(join(packageRoot, 'catalogue', 'mappings'), rules, { recursive: true });
  for (const [check, topics] of Object.entries(tests)) {
    const path = join(
      rules,
      'prowler',
      check.startsWith('kms') ? 'aws-keys.yaml' : 'aws-identity.yaml',
    );
    const text = await readFile(path, 'utf8');
    const line = new RegExp(`checks: \\[${check}\\], tests: \\[[^\\]]*\\]`);
    expect(text).toMatch(line);
    await writeFile(path, text.replace(line, `checks: [${check}], tests: [${topics}]`));
  }
  return loadMapping(hasControl, rules);
}

const key = (status: RowSpec['status']): RowSpec => ({
  ...{ check: 'kms_cmk_are_used', resource: 'key', status },
});
const root = (status: RowSpec['status']): RowSpec => ({
  ...{ check: 'iam_root_mfa_enabled', resource: 'root', status },
});

test('scores that change with the catalogue are a definition change, even below their target', async () => {
  let team = await startWith({ catalogue: shipped, mapping });
  await team.import([key('PASS'), root('PASS')], { at: 1 });
  const before = await team.scores();
  for (const [frameworkId, score] of Object.entries(before)) {
    await core?.compliance.activation.choose(team.actor, frameworkId, { targetScore: score });
  }
  expect(await events(team)).toEqual([]);

  team = await startWith({ catalogue: withoutEdgesTo(CONTROL), mapping });
  const after = await team.scores();
  const moved = Object.keys(before).filter((id) => before[id] !== after[id]);
  expect(moved.length).toBeGreaterThan(0);
  const shown = await events(team);
  expect(shown.map(({ type }) => type)).toEqual(['definition_changed']);
  expect(shown[0]).toMatchObject({
    status: 'resolved',
    controls: [],
    cause: { kind: 'definition' },
  });
  expect([...(shown[0]?.frameworks ?? [])].sort()).toEqual(moved.sort());
  expect(shown[0]?.from).not.toBe(shown[0]?.to);

  // Back to the first catalogue: one more episode, and none after it.
  team = await startWith({ catalogue: shipped, mapping });
  expect(await team.scores()).toEqual(before);
  const all = await events(team);
  expect(all.map(({ type }) => type)).toEqual(['definition_changed', 'definition_changed']);
  expect(await drift().detection.detect(team.actor)).toBe(0);
});

test('a regression that a new mapping ends is resolved by definition and is no recovery', async () => {
  let team = await startWith({ catalogue: shipped, mapping });
  await team.import([key('PASS'), root('PASS')], { at: 1 });
  await team.import([key('FAIL'), root('PASS')], { at: 2 });
  const filter: DriftFilter = { type: ['control_regression'], control: CONTROL };
  expect(await events(team, filter)).toMatchObject([{ status: 'open' }]);
  const next = await mappingWith({
    kms_cmk_are_used: 'mfa-privileged, root-account',
    iam_root_mfa_enabled: 'key-deletion, unused-resources',
  });
  // Under the new rules the failed check counts for other controls, and the passing one replaces it.
  team = await startWith({ catalogue: shipped, mapping: next });
  expect(await team.control(CONTROL)).toMatchObject({ status: 'implemented' });
  expect(await events(team, filter)).toMatchObject([
    { status: 'resolved', resolution: { kind: 'definition' } },
  ]);
  expect(await events(team, { type: ['recovery'] })).toEqual([]);
  const changed = await events(team, { type: ['definition_changed'] });
  expect(changed).toHaveLength(1);
  expect(changed[0]?.controls).toContain(CONTROL);
});

test('the first report after a library change causes regressions of its own failed checks only', async () => {
  const team = await startWith({ catalogue: shipped, mapping });
  await team.import([key('FAIL'), root('PASS')], { at: 1 });
  const { scores, ruleVersion } = await state(team);
  // The run after the upload fails, so that the import’s run is the first with the new library.
  const broken = breakRuns();
  expect(await uploadControl(team)).toMatchObject({ added: [{ id: 'ACME-01' }] });
  broken.mend();
  core?.clock.moveDays(1);
  await team.import([key('FAIL'), root('FAIL')], { at: 2 });
  expect((await state(team)).ruleVersion).not.toBe(ruleVersion);
  expect((await state(team)).scores).not.toEqual(scores);
  const regressed = await events(team, { type: ['control_regression'] });
  expect(regressed.map(({ subject }) => subject)).toContain('IAC-06');
  for (const { cause } of regressed) {
    expect(cause.checks).toEqual([{ tool: 'prowler', checkId: 'iam_root_mfa_enabled' }]);
  }
  expect(await events(team, { type: ['definition_changed'] })).toEqual([]);
  await team.import([key('FAIL'), root('PASS')], { at: 3 });
  const over = await events(team, { type: ['control_regression'] });
  for (const { resolution } of over) expect(resolution?.kind).toBe('evidence');
});

async function state(team: TestTeam) {
  const { items } = await drift().snapshots.list(team.actor, { limit: 1 });
  return { scores: await team.scores(), ruleVersion: items[0]?.ruleVersion };
}

const CUSTOM_CONTROL =
  'controls:\n  - { id: ACME-01, domain: IAC, title: Badges, intent: Badges are returned, keywords: [zorkbadge] }\n';
const uploadControl = (team: TestTeam) =>
  core?.catalogue.customControls.import(team.actor, {
    fileName: 'own.yaml',
    stream: Readable.from([CUSTOM_CONTROL]),
  });

/** As if the process had died after the library was stored. */
function breakRuns() {
  const { leases } = (core as TestCore).platform;
  const hold = leases.hold.bind(leases);
  leases.hold = ((name: string, ...rest: [never]) => {
    if (name.startsWith('compliance/engine/')) return Promise.reject(new Error('gone'));
    return hold(name, ...rest);
  }) as typeof leases.hold;
  const mend = () => {
    leases.hold = hold;
  };
  return { mend };
}
