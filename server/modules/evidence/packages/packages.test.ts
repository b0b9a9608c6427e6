import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../../package-root.js';
import {
  anActor,
  createTestApp,
  scansToControlsAnd,
  type TestApp,
} from '../../../testing/test-core.js';
import { type Evidence, verifyPackage } from '../index.js';
import { aZip, bytesForm } from '../testing/evidence-files.js';
import { tokenOf, uuidOf } from './oscal/uuid.js';

const SAMPLE = join(packageRoot, 'server/scanners/tools/prowler/fixtures/aws-sample.ocsf.json');
const SCHEMA = join(import.meta.dirname, 'oscal/fixtures/oscal-1.2-assessment.schema.json');
const actor = anActor('a');

let app: TestApp;
let evidence: Evidence;
let folder: string;
let wanted: { frameworkId: string; from: string; to: string };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cspm-packages-'));
  app = await createTestApp({ ...scansToControlsAnd('evidence'), authenticate: () => actor });
  await app.platform.teams.ensure({ id: 'a', name: 'A', createdAt: '2026-01-01T00:00:00.000Z' });
  evidence = app.container.get('evidence');
  await app.scans.imports.importFile(actor, SAMPLE);
  await evidence.runMaintenance(actor);
  const form = bytesForm('Access is reviewed — each quarter. Über', 'Zugriff über alles.txt');
  const url = '/api/evidence?kind=policy&controls=IAC-06&title=Zugriffs-Richtlinie „über“';
  const { id } = (
    await app.server.inject({ method: 'POST', url: encodeURI(url), payload: form })
  ).json();
  await evidence.reviews.approve(actor, id, {});
  const { frameworks } = await app.compliance.posture.overview(actor);
  const frameworkId = frameworks.find((one) => one.id.includes('800-53'))?.id ?? '';
  const to = app.clock.now().toISOString();
  wanted = { frameworkId, from: '2025-06-01T00:00:00.000Z', to };
}, 60_000);
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

async function buildPackage(): Promise<Buffer> {
  const item = await evidence.packages.buildNow(actor, wanted);
  expect(item).toMatchObject({ state: 'ready', problem: null, progress: 1 });
  return buffer((await evidence.packages.content(actor, item.id)).content);
}

async function save(content: Buffer): Promise<string> {
  const path = join(folder, `${randomUUID()}.zip`);
  await writeFile(path, content);
  return path;
}

describe('a package', () => {
  test('has the same bytes for the same state, at any time and in any time zone', async () => {
    const first = await buildPackage();
    const zone = process.env.TZ;
    process.env.TZ = 'Asia/Kolkata';
    app.clock.moveDays(3);
    const second = await buildPackage().finally(() => {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    });
    expect(second.equals(first)).toBe(true);
    const [newest, before] = (await evidence.packages.list(actor, 2)).items;
    expect(newest?.sha256).toBe(before?.sha256);
  });

  test('is complete and identical when built in parallel, and while evidence is removed', async () => {
    const first = await buildPackage();
    const [one, two, three] = await Promise.all([buildPackage(), buildPackage(), buildPackage()]);
    for (const each of [one, two, three]) expect(each?.equals(first)).toBe(true);
    const { items } = await evidence.items.list(actor, {
      kind: ['policy'],
      limit: 1,
      deleted: false,
    });
    const [id = ''] = items.map((item) => item.id);
    const [during] = await Promise.all([buildPackage(), evidence.items.remove(actor, id)]);
    expect((await verifyPackage(await save(during))).problems).toEqual([]);
    const without = await buildPackage();
    expect(without.includes(`policy/${id}`)).toBe(false);
    // The earlier package still contains it, and one built after the restore is the same as before.
    expect(first.includes(`policy/${id}`)).toBe(true);
    await evidence.items.restore(actor, id);
    expect((await buildPackage()).equals(first)).toBe(true);
  });

  test('contains evidence, posture, report and OSCAL, and lists them', async () => {
    const path = await save(await buildPackage());
    const verified = await verifyPackage(path);
    expect(verified.problems).toEqual([]);
    const item = (await evidence.packages.list(actor, 1)).items[0];
    expect(item?.files).toBe(verified.files);
    expect(item?.evidence).toBeGreaterThan(3);
    const names = (await buildPackage()).toString('latin1');
    for (const name of [
      'report.pdf',
      'posture.json',
      'policy/',
      'technical/',
      'oscal/assessment-plan.json',
    ]) {
      expect(names).toContain(name);
    }
  });

  test('that was changed, truncated or added to fails verification', async () => {
    const whole = await buildPackage();
    const flipped = Buffer.from(whole);
    const at = flipped.indexOf('report.pdf') + 400;
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    const found = await verifyPackage(await save(flipped));
    expect(found.problems).toContain('report.pdf was changed');
    await expect(verifyPackage(await save(whole.subarray(0, 5_000)))).rejects.toMatchObject({
      status: 422,
    });
    const sums = `${'0'.repeat(64)}  a.txt\n${'1'.repeat(64)}  manifest.json\n${'2'.repeat(64)}  gone.txt\n`;
    const made = { SHA256SUMS: sums, 'manifest.json': '{"files":[]}', 'a.txt': 'a', 'b.txt': 'b' };
    const { problems } = await verifyPackage(await save(await aZip(made)));
    expect(problems).toEqual(
      expect.arrayContaining([
        'a.txt was changed',
        'gone.txt is missing',
        'b.txt is not in SHA256SUMS',
        'a.txt is not in manifest.json',
      ]),
    );
  });

  test('fails verification for any changed byte, even when a file can no longer be unpacked', async () => {
    const whole = await buildPackage();
    const start = whole.indexOf('report.pdf') + 'report.pdf'.length;
    for (let at = start + 100; at < start + 500; at += 20) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 0xff;
      const { problems } = await verifyPackage(await save(flipped));
      expect(problems, `byte ${at - start}`).toContain('report.pdf was changed');
    }
  });

  test('whose build was interrupted ends as failed', async () => {
    const { PackagesRepository } = await import('./packages.repository.js');
    const repository = app.platform.repositories.create(PackagesRepository);
    const [made] = (await evidence.packages.list(actor, 1)).items;
    if (!made) throw new Error('no package');
    const createdAt = app.clock.now().toISOString();
    const lost = { ...made, id: 'pkg_lost', state: 'building' as const, sha256: null, createdAt };
    await repository.add(actor, { ...lost, finishedAt: null });
    await evidence.runMaintenance(actor);
    expect(await evidence.packages.get(actor, 'pkg_lost')).toMatchObject({ state: 'building' });
    app.clock.moveDays(2);
    await evidence.runMaintenance(actor);
    expect(await evidence.packages.get(actor, 'pkg_lost')).toMatchObject({
      state: 'failed',
      problem: expect.stringContaining('interrupted'),
    });
    app.clock.moveDays(-2);
  });

  test('is rejected for a future or empty period, or an unknown framework', async () => {
    const future = '2099-01-01T00:00:00.000Z';
    const request = (over: object) => evidence.packages.request(actor, { ...wanted, ...over });
    await expect(request({ to: future })).rejects.toMatchObject({ status: 422 });
    await expect(request({ from: wanted.to })).rejects.toMatchObject({ status: 422 });
    await expect(request({ frameworkId: 'nope' })).rejects.toMatchObject({ status: 404 });
  });
});

describe('OSCAL', () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  // The plugin is CommonJS, unlike its types.
  (formats as unknown as (target: Ajv) => void)(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));
  const problemsOf = (document: unknown) =>
    validate(document)
      ? []
      : (validate.errors ?? []).map(
          (one) => `${one.instancePath} ${one.message} ${JSON.stringify(one.params)}`,
        );
  const get = async (model: 'assessment-results' | 'poam') =>
    JSON.parse((await evidence.oscal.document(actor, wanted.frameworkId, model)).text);

  test.each(['assessment-results', 'poam'] as const)(
    '%s is valid by the official schema',
    async (model) => {
      expect(problemsOf(await get(model))).toEqual([]);
    },
  );

  test('the assessment plan of a package is valid by the official schema', async () => {
    const { assessmentPlan } = await import('./oscal/assessment-plan.js');
    const { packageState } = await import('./package-state.js');
    const { EvidenceItemsRepository } = await import('../items/evidence-items.repository.js');
    const items = app.platform.repositories.create(EvidenceItemsRepository);
    const state = await packageState({ items, compliance: app.compliance }, actor, wanted);
    expect(problemsOf(assessmentPlan(state))).toEqual([]);
    expect(assessmentPlan(state)['assessment-plan'].metadata).not.toHaveProperty('remarks');
    const framework = { ...state.framework, attributions: ['Made-up texts © their makers'] };
    const foreign = assessmentPlan({ ...state, framework });
    expect(foreign['assessment-plan'].metadata.remarks).toBe('Made-up texts © their makers');
    expect(problemsOf(foreign)).toEqual([]);
  });

  test('the schema rejects an invalid document', async () => {
    const document = await get('assessment-results');
    const [result] = document['assessment-results'].results;
    result.findings[0].target.status.state = 'unknown';
    result.observations[0].methods = [];
    document['assessment-results'].uuid = 'x';
    expect(problemsOf(document).length).toBeGreaterThan(2);
  });

  test('marks exactly the satisfied requirements as satisfied, and its references resolve', async () => {
    const [result] = (await get('assessment-results'))['assessment-results'].results;
    const { requirementStates } = await app.compliance.posture.framework(actor, wanted.frameworkId);
    expect(result.findings).toHaveLength(requirementStates.length);
    for (const { id, status } of requirementStates) {
      const finding = result.findings.find(
        (one: { target: { 'target-id': string } }) => one.target['target-id'] === tokenOf(id),
      );
      expect([id, finding.target.status.state === 'satisfied']).toEqual([
        id,
        status === 'satisfied',
      ]);
    }
    const observed = new Set(result.observations.map(({ uuid }: { uuid: string }) => uuid));
    const risks = new Set((result.risks ?? []).map(({ uuid }: { uuid: string }) => uuid));
    for (const finding of result.findings) {
      for (const one of finding['related-observations'] ?? [])
        expect(observed).toContain(one['observation-uuid']);
      for (const one of finding['related-risks'] ?? []) expect(risks).toContain(one['risk-uuid']);
    }
  });

  test('controls and risks of a framework with a scope count only its accounts', async () => {
    const { frameworkId } = wanted;
    const nobody = { accounts: [], environments: [], tags: ['nobody-has-it'] };
    const exclude = { accounts: [], environments: [], tags: [] };
    await app.compliance.scopes.setScope(actor, frameworkId, { include: nobody, exclude });
    const { packageState } = await import('./package-state.js');
    const { EvidenceItemsRepository } = await import('../items/evidence-items.repository.js');
    const items = app.platform.repositories.create(EvidenceItemsRepository);
    const { controls } = await packageState({ items, compliance: app.compliance }, actor, wanted);
    await app.compliance.scopes.removeScope(actor, frameworkId);
    expect(controls.filter(({ status }) => status !== 'not_assessed')).toEqual([]);
    expect(controls.filter(({ openFindings }) => openFindings > 0)).toEqual([]);
  });

  test('ids are derived from content', () => {
    expect(uuidOf('a', 'b')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(uuidOf('a', 'b')).toBe(uuidOf('a', 'b'));
    expect(uuidOf('ab')).not.toBe(uuidOf('a', 'b'));
    expect(tokenOf('AC-2')).toBe('AC-2');
    expect(tokenOf('164.308(a)')).toMatch(/^_164\.308-a--[0-9a-f]{8}$/);
    expect(tokenOf('1(a)')).not.toBe(tokenOf('1[a]'));
  });
});
