import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MADE_CONTROLS, type MadeWorkbook, scfWorkbook } from '../../../testing/scf-workbook.js';
import { anActor, createTestCore, type TestCore } from '../../../testing/test-core.js';

let core: TestCore;
let folder: string;
let count = 0;
const actor = anActor('a');
const other = anActor('b');
beforeEach(async () => {
  core = await createTestCore();
  folder = await mkdtemp(join(tmpdir(), 'cspm-scf-'));
  for (const id of ['a', 'b']) {
    const createdAt = '2026-01-01T00:00:00.000Z';
    await core.platform.teams.ensure({ id, name: id, createdAt });
  }
});
afterEach(async () => {
  await core.close();
  await rm(folder, { recursive: true, force: true });
});

const imports = () => core.catalogue.scf.imports;
const texts = () => core.catalogue.scf.texts;
const frameworks = () => core.catalogue.scf.frameworks;
async function fileOf(options: MadeWorkbook): Promise<string> {
  count += 1;
  const path = join(folder, `${count}.xlsx`);
  await writeFile(path, await scfWorkbook(options));
  return path;
}
const stage = async (options: MadeWorkbook) =>
  imports().stage(actor, { path: await fileOf(options) });
async function bring(options: MadeWorkbook, force = false) {
  const { release } = await stage(options);
  return imports().import(actor, release.id, { force });
}
const HARBOUR = 'scf:general-harbour-code-2';
const NEXT: MadeWorkbook = {
  layout: '2026.2',
  controls: [
    { ...MADE_CONTROLS[0], id: 'IAC-06', title: 'Second lock' },
    { ...MADE_CONTROLS[1], id: 'AST-77', weight: 9, description: 'Other words.' },
    { id: 'NET-99', ids: { Harbour: '7.1' } },
    { ...MADE_CONTROLS[3], id: 'GOV-01', weight: null },
  ],
};

test('releases need a permission over the installation; a compliance permission of a team is not enough', async () => {
  await bring({});
  const { release } = await stage(NEXT);
  const one = anActor('b', ['compliance:read', 'compliance:write']);
  const refused = {
    status: 403,
    message: expect.stringContaining('every team of the installation'),
  };
  const path = await fileOf({ release: '2025.4' });
  await expect(imports().stage(one, { path })).rejects.toMatchObject(refused);
  await expect(imports().import(one, release.id)).rejects.toMatchObject(refused);
  await expect(imports().remove(one, release.id)).rejects.toMatchObject(refused);
  const { current } = await imports().status(one);
  expect(current?.release).toBe('2026.1');
  expect((await imports().releases(one, 10)).items).toHaveLength(2);
  // Each team chooses its own frameworks.
  expect((await frameworks().choose(one, HARBOUR, true)).active).toBe(true);
});

describe('a preview', () => {
  test('lists every change against the release in use, and changes nothing', async () => {
    await bring({});
    const { changes } = await stage(NEXT);
    expect(changes.since).toBe('2026.1');
    expect(changes.isOlder).toBe(false);
    expect(changes.controls).toMatchObject({
      added: { total: 1, items: [{ id: 'NET-99' }] },
      removed: { total: 1, items: [{ id: 'IRO-14' }] },
      renamed: { items: [{ id: 'IAC-06', from: 'Keeping of IAC-06', to: 'Second lock' }] },
      reworded: { items: [{ id: 'AST-77' }] },
      unchanged: 1,
    });
    // T.2 was removed with IRO-14; in the Harbour Code 6.1 was removed and 7.1 added.
    expect(changes.frameworks).toMatchObject({
      added: { total: 0 },
      removed: { total: 0 },
      changed: { items: [{ id: 'scf:emea-tide-5-low', before: 2, requirements: 1 }] },
      unchanged: 2,
    });
    expect((await imports().status(actor)).current?.release).toBe('2026.1');
    expect((await texts().control('IAC-06')).title).toBe('Keeping of IAC-06');
  });

  test('of an invalid file leaves nothing behind', async () => {
    const path = join(folder, 'none.xlsx');
    await writeFile(path, 'none');
    await expect(imports().stage(actor, { path })).rejects.toMatchObject({ status: 422 });
    expect((await imports().releases(actor, 10)).items).toEqual([]);
  });

  test('is removed after a week without an import', async () => {
    await stage({});
    core.clock.moveDays(8);
    await stage(NEXT);
    const { items } = await imports().releases(actor, 10);
    expect(items.map(({ release }) => release)).toEqual(['2026.2']);
  });

  test('without storing gives the same result', async () => {
    await bring({});
    const path = await fileOf(NEXT);
    const compared = await imports().compare(actor, { path });
    expect((await imports().releases(actor, 10)).items).toHaveLength(1);
    expect((await imports().stage(actor, { path })).changes).toEqual(compared.changes);
  });
});

describe('an import', () => {
  test('of the same bytes a second time changes nothing', async () => {
    const first = await bring({});
    const audit = await core.platform.audit.about(actor, first.current?.id ?? '');
    const second = await bring({});
    expect(second).toEqual({ ...first, changed: false });
    expect(await core.platform.audit.about(actor, first.current?.id ?? '')).toEqual(audit);
    expect(audit.map(({ action }) => action).sort()).toEqual(['scf.imported', 'scf.previewed']);
  });

  test('of an older release must be confirmed', async () => {
    await bring(NEXT);
    await expect(bring({})).rejects.toMatchObject({ status: 409 });
    expect((await imports().status(actor)).current?.release).toBe('2026.2');
    expect((await bring({}, true)).current?.release).toBe('2026.1');
  });

  test('of the same release from other bytes replaces the previous one', async () => {
    await bring({});
    await bring({ controls: [...MADE_CONTROLS, { id: 'NET-99' }] });
    const { items } = await imports().releases(actor, 10);
    expect(items.map(({ counts }) => counts.controls)).toEqual([5]);
  });

  test('shows the file and the importer to the importer’s team only', async () => {
    await bring({});
    const [mine, theirs] = [await imports().status(actor), await imports().status(other)];
    expect(mine.current?.importedBy).toBe('User of a');
    expect(theirs.current).toMatchObject({ importedBy: null, fileName: 'SCF 2026.1.xlsx' });
    expect(theirs.attribution?.text).toMatch(
      /^Secure Controls Framework © SCF Council, CC BY-ND 4\.0, release 2026\.1, file sha256 [0-9a-f]{64}$/,
    );
  });

  test('a removed release is gone, with its frameworks', async () => {
    const { current } = await bring({});
    await frameworks().choose(actor, HARBOUR, true);
    expect((await imports().remove(actor, current?.id ?? '')).current).toBeNull();
    const catalogue = await core.catalogue.catalogues.of(actor);
    expect([catalogue.frameworks.has(HARBOUR), catalogue.controls.has('AST-77')]).toEqual([
      false,
      false,
    ]);
    expect((await texts().controls({}, 10)).items).toEqual([]);
  });

  test('the content of the last release does not depend on the order of earlier ones', async () => {
    const releases = ['2025.4', '2026.1', '2026.2'] as const;
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...releases], { minLength: 1 }), async (order) => {
        for (const layout of [...order, '2026.1' as const]) await bring({ layout }, true);
        const { items } = await texts().controls({}, 100);
        expect((await imports().status(actor)).current?.release).toBe('2026.1');
        expect(items.map(({ id }) => id)).toEqual(['AST-77', 'GOV-01', 'IAC-06', 'IRO-14']);
        const stored = (await imports().releases(actor, 100)).items;
        expect(new Set(stored.map(({ release }) => release)).size).toBe(stored.length);
      }),
      { numRuns: 6 },
    );
  });
});

describe('a framework of the SCF', () => {
  beforeEach(() => bring({}));

  test('belongs to the team that chose it, with the controls that the library lacks', async () => {
    const before = await core.catalogue.catalogues.of(actor);
    expect(await frameworks().choose(actor, HARBOUR, true)).toMatchObject({ active: true });
    const catalogue = await core.catalogue.catalogues.of(actor);
    const framework = catalogue.frameworks.get(HARBOUR);
    expect(framework?.about).toContain('© SCF Council');
    expect(framework?.requirements.map(({ id }) => id)).toEqual([
      '5.9',
      '5.10',
      '5.11',
      '5.12',
      '6.1',
    ]);
    expect(framework?.requirements.map(({ title }) => title)).toContain('5.10');
    const edges = framework?.requirements.flatMap(({ controls }) => controls) ?? [];
    expect(edges.every((edge) => edge.relation === 'intersects' && edge.method === 'import')).toBe(
      true,
    );
    expect(new Set(edges.map(({ controlId }) => controlId))).toEqual(
      new Set(['IAC-06', 'AST-77', 'scf:IRO-14']),
    );
    // Our control stays; one with another meaning is added beside it.
    for (const id of ['IAC-06', 'IRO-14']) {
      expect(catalogue.controls.get(id)).toEqual(before.controls.get(id));
    }
    expect(catalogue.controls.get('AST-77')).toMatchObject({
      title: 'Keeping of AST-77',
      weight: 9,
      attribution: expect.stringContaining('© SCF Council'),
    });
    const theirs = await core.catalogue.catalogues.of(other);
    expect([theirs.frameworks.has(HARBOUR), theirs.controls.has('AST-77')]).toEqual([false, false]);
    expect(
      (await frameworks().list(actor, undefined, 10)).items.map(({ active }) => active),
    ).toEqual([false, false, true]);
    await frameworks().choose(actor, HARBOUR, false);
    expect((await core.catalogue.catalogues.of(actor)).frameworks.has(HARBOUR)).toBe(false);
  });

  test('is never satisfied without an attestation', async () => {
    await frameworks().choose(actor, HARBOUR, true);
    for (const id of ['IAC-06', 'AST-77', 'scf:IRO-14']) {
      await core.compliance.controls.decide(actor, id, {
        kind: 'override',
        status: 'implemented',
        justification: 'seen with our own eyes',
      });
    }
    const state = await core.compliance.posture.framework(actor, HARBOUR);
    expect(state.requirements).toMatchObject({ total: 5, satisfied: 0 });
    expect(state.attribution).toContain('© SCF Council');
    const expiresAt = '2026-06-01T00:00:00.000Z';
    await core.compliance.attestations.attest(actor, HARBOUR, '5.9', {
      statement: 'looked at with the keeper',
      expiresAt,
    });
    const after = await core.compliance.posture.framework(actor, HARBOUR);
    expect(after.requirements).toMatchObject({ satisfied: 1 });
  });

  test('follows the release in use', async () => {
    await frameworks().choose(actor, HARBOUR, true);
    await bring(NEXT);
    const framework = (await core.catalogue.catalogues.of(actor)).frameworks.get(HARBOUR);
    expect(framework?.requirements.map(({ id }) => id)).toEqual([
      '5.9',
      '5.10',
      '5.11',
      '5.12',
      '7.1',
    ]);
    expect(framework?.about).toContain('release 2026.2');
  });

  test.each(['scf:none', 'iso-27001-2022', 'scf:../../etc'])('there is no %s', async (id) => {
    await expect(frameworks().choose(actor, id, true)).rejects.toMatchObject({ status: 404 });
  });
});

test('text is shown with our control where number and meaning are the same', async () => {
  expect(await texts().beside('IAC-06')).toEqual({ text: null, attribution: null });
  await bring({});
  const { text, attribution } = await texts().beside('IAC-06');
  expect(attribution?.release).toBe('2026.1');
  expect(text).toMatchObject({
    title: 'Keeping of IAC-06',
    isOurs: true,
    objectives: [{ id: 'IAC-06_A01' }, { id: 'IAC-06_A02' }],
    evidenceRequests: [
      { id: 'E-LMP-01', title: 'List of lamps' },
      { id: 'E-LMP-99', title: '' },
    ],
    risks: [{ id: 'R-AC-1', title: 'An open door' }],
    compensatingControls: [
      { id: 'AST-77', title: 'Keeping of AST-77' },
      { id: 'IRO-14', title: 'Keeping of IRO-14' },
    ],
    privacyPrinciples: [],
  });
  expect(await texts().control('GOV-01')).toMatchObject({
    compensatingControls: [],
    privacyPrinciples: [
      { id: '1', title: 'Ask first', text: 'Nobody is listed who was not asked.' },
    ],
  });
  expect((await texts().beside('IRO-14')).text).toBeNull();
  expect((await texts().beside('scf:IRO-14')).text).toMatchObject({ id: 'IRO-14', isOurs: false });
  expect((await texts().beside('CFG-02.50')).text).toBeNull();
});
