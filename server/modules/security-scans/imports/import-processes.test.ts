import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../../platform/config/config.js';
import { CSPMDatabaseManager } from '../../../platform/database/database-manager.js';
import { SqliteDatabase } from '../../../platform/database/sqlite-database.js';
import { databaseSettings } from '../../../platform/platform.js';
import { PATIENT } from '../../../testing/patient.js';
import { ocsfReport } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_ONLY, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { resultsLease } from '../evidence.service.js';
import { importCompleted } from '../security-scans.events.js';
import { ImportsRepository, type StoredImport } from './imports.repository.js';

// Each core is a process: cores that share a folder are on one host.

let folder: string;
let cores: TestCore[];
let databases: CSPMDatabaseManager;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cspm-processes-'));
  cores = [];
  databases = new CSPMDatabaseManager({
    ...databaseSettings(readConfig({})),
    open: (_key, name) => new SqliteDatabase(':memory:', { name }),
  });
});
afterEach(async () => {
  for (const core of cores) await core.close();
  await rm(folder, { recursive: true });
});

async function aProcess(host: string, { work = true } = {}): Promise<TestCore> {
  const dataDir = join(folder, host);
  await mkdir(dataDir, { recursive: true });
  const core = await createTestCore({
    databases,
    workOnImports: work,
    env: { ...SCANS_ONLY.env, DATA_DIR: dataDir },
  });
  cores.push(core);
  return core;
}

/** Pauses the process's imports after their rows are stored, until the gate is opened. */
function gateBehindRows(core: TestCore) {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let arrived = 0;
  core.platform.events.on(importCompleted, async () => {
    arrived += 1;
    await opened;
  });
  return { open, arrived: () => arrived };
}

const REPORT = ocsfReport([{ check: 'kms_cmk_are_used', resource: 'key' }]);
const upload = (core: TestCore, team: TestTeam, text = REPORT) =>
  core.scans.imports.receive(team.actor, {
    fileName: 'upload.json',
    stream: Readable.from([Buffer.from(text)]),
    isTruncated: () => false,
  });
const get = (core: TestCore, team: TestTeam, { id }: { id: string }) =>
  core.scans.imports.get(team.actor, id);
const imports = () => new ImportsRepository(databases.get('securityScans'));
const ended = (core: TestCore, team: TestTeam, item: { id: string }) =>
  expect.poll(async () => (await get(core, team, item)).status, PATIENT).toBe('completed');
const auditOf = async (core: TestCore, team: TestTeam, { id }: { id: string }) =>
  (await core.platform.audit.about(team.actor, id)).map(({ action }) => action);

/** An upload whose process died: its file, and its unfinished import. */
async function leftBehind(core: TestCore, team: TestTeam, changes: Partial<StoredImport> = {}) {
  const done = await team.import([{ check: 'c', resource: 'r' }]);
  const id = `imp_left_${cores.length}`;
  const left = { status: 'applying', progress: 0.8, finishedAt: null, sha256: null } as const;
  await imports().add(team.actor, {
    ...done,
    ...left,
    id,
    uploaded: true,
    runner: 'a-process-that-died',
    ...changes,
  });
  const incoming = join(core.platform.config.dataDir, 'incoming');
  await mkdir(incoming, { recursive: true });
  await writeFile(join(incoming, id), REPORT);
  return { id };
}

describe('an import', () => {
  it('of a living process is not taken over by a process that starts', async () => {
    const one = await aProcess('host');
    const team = new TestTeam(one);
    const gate = gateBehindRows(one);
    const item = await upload(one, team);
    await expect.poll(gate.arrived, PATIENT).toBe(1);
    const two = await aProcess('host'); // resumes imports at its start
    await two.scans.pendingImports.resume();
    expect((await get(two, team, item)).runner).toBe((await get(one, team, item)).runner);
    gate.open();
    await ended(two, team, item);
    expect(await auditOf(two, team, item)).toEqual(['import.completed']);
  });

  it('waits while another process imports for the same team, but not for other teams', async () => {
    const one = await aProcess('host');
    const team = new TestTeam(one);
    const gate = gateBehindRows(one);
    const first = await upload(one, team);
    await expect.poll(gate.arrived, PATIENT).toBe(1);
    const two = await aProcess('host');
    const [here, elsewhere] = [new TestTeam(two, team.actor.teamId), new TestTeam(two)];
    const second = await upload(two, here, ocsfReport([{ check: 'c', resource: 'other' }]));
    await elsewhere.import([{ check: 'c', resource: 'r' }]);
    expect((await get(two, here, second)).status).toBe('queued');
    gate.open();
    await ended(two, here, first);
    await ended(two, here, second);
    // Even at the same time by the clock, and whatever their ids are.
    expect((await imports().lastStored(team.actor, ''))?.id).toBe(second.id);
  });

  it('that still waits when its process shuts down is taken over by another process', async () => {
    const [one, two] = [await aProcess('host'), await aProcess('host', { work: false })];
    const team = new TestTeam(one);
    let release = () => {};
    const busy = two.platform.leases.hold(
      resultsLease(team.actor),
      () => new Promise<void>((resolve) => (release = resolve)),
    );
    const item = await upload(one, team);
    await one.container.scanning.stop();
    await one.scans.pendingImports.stop();
    expect((await get(two, team, item)).status).toBe('queued');
    release();
    await busy;
    await expect
      .poll(async () => {
        await two.scans.pendingImports.resume();
        return (await get(two, team, item)).status;
      }, PATIENT)
      .toBe('completed');
  });
});

describe('an import whose process died', () => {
  it('is taken over by exactly one process when all of them try', async () => {
    const all = [await aProcess('host'), await aProcess('host'), await aProcess('host')];
    const [one] = all as [TestCore];
    const team = new TestTeam(one);
    const item = await leftBehind(one, team);
    await Promise.all(all.map((core) => core.scans.pendingImports.resume()));
    await ended(one, team, item);
    expect(await auditOf(one, team, item)).toEqual(['import.completed']);
    // Its file is deleted after it is marked as done.
    await expect.poll(() => readdir(join(folder, 'host', 'incoming')), PATIENT).toEqual([]);
  });

  it('is not taken over while its process may be alive, nor by hosts that lack its file', async () => {
    const [owner, other] = [
      await aProcess('a', { work: false }),
      await aProcess('b', { work: false }),
    ];
    const team = new TestTeam(owner);
    const item = await leftBehind(owner, team, { runner: 'one-that-is-slow' });
    let die = () => {};
    const living = owner.platform.leases.hold(
      'security-scans/imports-of/one-that-is-slow',
      () => new Promise<void>((resolve) => (die = resolve)),
    );
    await expect
      .poll(
        () => owner.platform.leases.isHeld('security-scans/imports-of/one-that-is-slow'),
        PATIENT,
      )
      .toBe(true);
    await Promise.all([owner.scans.pendingImports.resume(), other.scans.pendingImports.resume()]);
    expect((await get(other, team, item)).status).toBe('applying');
    die();
    await living;
    await owner.platform.leases.close();
    await other.scans.pendingImports.resume();
    await other.scans.pendingImports.drain();
    expect(await get(other, team, item)).toMatchObject({ status: 'queued', problem: null });
    await owner.scans.pendingImports.resume();
    await ended(other, team, item);
  });

  it('fails when its host does not come back for a week', async () => {
    const [owner, other] = [
      await aProcess('a', { work: false }),
      await aProcess('b', { work: false }),
    ];
    const team = new TestTeam(owner);
    const item = await leftBehind(owner, team);
    other.clock.moveDays(6.9);
    await other.scans.pendingImports.resume();
    await other.scans.pendingImports.drain();
    expect((await get(other, team, item)).status).toBe('queued');
    other.clock.moveDays(0.2);
    await other.scans.pendingImports.resume();
    await other.scans.pendingImports.drain();
    expect(await get(other, team, item)).toMatchObject({
      status: 'failed',
      problem: expect.stringMatching(/did not come back; upload it again/),
    });
  });

  it('is not changed by its old process after another one took it over', async () => {
    const one = await aProcess('host');
    const team = new TestTeam(one);
    const gate = gateBehindRows(one);
    const item = await upload(one, team);
    await expect.poll(gate.arrived, PATIENT).toBe(1);
    const stored = await imports().get(team.actor, item.id);
    await imports().update(stored as StoredImport, { runner: 'another-process' });
    gate.open();
    await one.scans.pendingImports.drain();
    expect(await get(one, team, item)).toMatchObject({
      runner: 'another-process',
      finishedAt: null,
    });
    expect(await auditOf(one, team, item)).toEqual([]);
    expect(await readdir(join(folder, 'host', 'incoming'))).toEqual([item.id]);
  });
});
