import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ocsfReport } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { ImportsRepository } from './imports.repository.js';

let core: TestCore;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore({ ...SCANS_TO_CONTROLS, workOnImports: true });
  team = new TestTeam(core);
});
afterAll(() => core.close());

const REPORT = ocsfReport([{ check: 'kms_cmk_are_used', resource: 'key' }]);

const anUpload = (text: string, { isTruncated = false } = {}) => ({
  fileName: 'upload.json',
  stream: Readable.from([Buffer.from(text)]),
  isTruncated: () => isTruncated,
});

const incoming = () => join(core.platform.config.dataDir, 'incoming');

/** Leaves the import of a process that died during it. */
async function leaveUnfinished(one: TestTeam, id: string, upload?: string) {
  const finished = await one.import([{ check: 'c', resource: 'r' }]);
  const imports = core.platform.repositories.create(ImportsRepository);
  const left = { status: 'applying', progress: 0.8, finishedAt: null, sha256: null } as const;
  await imports.add(one.actor, { ...finished, ...left, id });
  if (upload === undefined) return;
  await mkdir(incoming(), { recursive: true });
  await writeFile(join(incoming(), id), upload);
}

describe('an upload', () => {
  it('is answered at once, imported in its turn, and its original file is deleted', async () => {
    const item = await core.scans.imports.receive(team.actor, anUpload(REPORT));
    expect(item).toMatchObject({ status: 'queued', fileName: 'upload.json', finishedAt: null });
    await core.scans.pendingImports.drain();
    expect(await core.scans.imports.get(team.actor, item.id)).toMatchObject({
      status: 'completed',
      sizeBytes: REPORT.length,
      findings: { opened: 1 },
    });
    expect(await readdir(incoming())).toEqual([]);
  });

  it('over the size limit is rejected and leaves nothing behind', async () => {
    const one = new TestTeam(core);
    const upload = anUpload(REPORT, { isTruncated: true });
    await expect(core.scans.imports.receive(one.actor, upload)).rejects.toThrow(/larger/);
    expect((await core.scans.imports.list(one.actor, 10)).items).toEqual([]);
    expect(await readdir(incoming())).toEqual([]);
  });

  it('whose import fails is deleted too', async () => {
    const item = await core.scans.imports.receive(team.actor, anUpload('nothing useful\n'));
    await core.scans.pendingImports.drain();
    expect(await core.scans.imports.get(team.actor, item.id)).toMatchObject({ status: 'failed' });
    expect(await readdir(incoming())).toEqual([]);
  });

  it('is marked as done only after its controls are evaluated', async () => {
    const one = new TestTeam(core);
    const { id } = await core.scans.imports.receive(one.actor, anUpload(REPORT));
    let item = await core.scans.imports.get(one.actor, id);
    while (item.finishedAt === null) {
      item = await core.scans.imports.get(one.actor, id);
      await new Promise(setImmediate);
    }
    expect(item.status).toBe('completed');
    expect(await one.control('CRY-09')).toMatchObject({ status: 'not_implemented' });
  });
});

describe('an import that an earlier process left unfinished', () => {
  it('is taken over when its upload still exists', async () => {
    const one = new TestTeam(core);
    await leaveUnfinished(one, 'imp_left', REPORT);
    await core.scans.pendingImports.resume();
    await core.scans.pendingImports.drain();
    expect(await core.scans.imports.get(one.actor, 'imp_left')).toMatchObject({
      status: 'completed',
      progress: 1,
      findings: { opened: 1 },
    });
    expect(await one.open()).toContain('kms_cmk_are_used 111 eu-west-1 key');
    expect(await readdir(incoming())).toEqual([]);
  });

  it('fails when it was a local file', async () => {
    const one = new TestTeam(core);
    await leaveUnfinished(one, 'imp_orphan');
    await core.scans.pendingImports.resume();
    await core.scans.pendingImports.drain();
    const item = await core.scans.imports.get(one.actor, 'imp_orphan');
    expect(item).toMatchObject({ status: 'failed', progress: 1 });
    expect(item.problem).toMatch(/import the file again/);
    expect(item.finishedAt).not.toBeNull();
  });

  it('gives the same result as a fresh import when a part of it was already stored', async () => {
    const rows = ['a', 'b', 'c'].map((resource) => ({ check: 'kms_cmk_are_used', resource }));
    const [broken, whole] = [new TestTeam(core), new TestTeam(core)];
    const report = ocsfReport(rows);
    await broken.importCut(report, 0.7);
    await broken.importText(report);
    await whole.importText(report);
    expect(await broken.open()).toEqual(await whole.open());
    expect((await broken.control('CRY-09')).explanation).toEqual(
      (await whole.control('CRY-09')).explanation,
    );
  });
});

describe('simultaneous imports', () => {
  it('run one after the other, and all complete', async () => {
    const one = new TestTeam(core);
    const reports = [0, 1, 2, 3].map((at) =>
      ocsfReport(
        [{ check: 'kms_cmk_are_used', resource: 'key', status: at % 2 ? 'PASS' : 'FAIL' }],
        { at },
      ),
    );
    const items = await Promise.all(reports.map((text) => one.importText(text)));
    expect(items.map(({ status }) => status)).toEqual(Array(4).fill('completed'));
    // Whichever comes first, the newest report passes.
    expect(await one.open()).toEqual([]);
    expect((await one.control('CRY-09')).status).toBe('implemented');
  });
});
