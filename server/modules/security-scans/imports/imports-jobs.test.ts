import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
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
import { ImportsRepository } from './imports.repository.js';

// An API process without jobs, and workers, on one store and one folder.

let folder: string;
let cores: TestCore[];
let databases: CSPMDatabaseManager;
let api: TestCore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cspm-import-jobs-'));
  cores = [];
  databases = new CSPMDatabaseManager({
    ...databaseSettings(readConfig({})),
    open: (_key, name) => new SqliteDatabase(':memory:', { name }),
  });
  api = await aProcess(false);
});
afterEach(async () => {
  for (const core of cores) await core.close();
  await rm(folder, { recursive: true });
});

async function aProcess(workOnImports: boolean): Promise<TestCore> {
  const env = { ...SCANS_ONLY.env, DATA_DIR: folder };
  const core = await createTestCore({ databases, workOnImports, env });
  cores.push(core);
  return core;
}

/** A worker whose imports wait behind their rows, until it is opened; `at`: the teams that wait. */
async function aSlowWorker() {
  const core = await aProcess(true);
  const at: string[] = [];
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  core.platform.events.on(importCompleted, async ({ teamId }) => {
    at.push(teamId);
    await opened;
  });
  return { core, at, open };
}

const upload = (team: TestTeam, resource = 'key') =>
  api.scans.imports.receive(team.actor, {
    fileName: 'upload.json',
    stream: Readable.from([Buffer.from(ocsfReport([{ check: 'kms_cmk_are_used', resource }]))]),
    isTruncated: () => false,
  });
const statusOf = async (team: TestTeam, { id }: { id: string }) =>
  (await api.scans.imports.get(team.actor, id)).status;

it('a worker imports what another process received', async () => {
  const team = new TestTeam(api);
  const item = await upload(team);
  expect(await statusOf(team, item)).toBe('queued');
  await aProcess(true);
  await expect.poll(() => statusOf(team, item), PATIENT).toBe('completed');
});

it('imports of two teams run side by side in two workers, those of one team one by one in order', async () => {
  const workers = [await aSlowWorker(), await aSlowWorker()];
  const [red, blue] = [new TestTeam(api), new TestTeam(api)];
  const items = [await upload(red, 'a'), await upload(red, 'b'), await upload(red, 'c')];
  const other = await upload(blue);
  const waiting = () => workers.flatMap(({ at }) => at).sort();
  await expect.poll(waiting, PATIENT).toHaveLength(2);
  expect(waiting()).toEqual([red.actor.teamId, blue.actor.teamId].sort());
  expect(workers.map(({ at }) => at.length)).toEqual([1, 1]);
  expect(await Promise.all(items.slice(1).map((item) => statusOf(red, item)))).toEqual([
    'queued',
    'queued',
  ]);
  for (const { open } of workers) open();
  for (const item of items) await expect.poll(() => statusOf(red, item), PATIENT).toBe('completed');
  await expect.poll(() => statusOf(blue, other), PATIENT).toBe('completed');
  const { items: ended } = await api.scans.imports.list(red.actor, 9);
  const inOrder = ended.toSorted((a, b) => ((a.finishedAt ?? '') < (b.finishedAt ?? '') ? -1 : 1));
  expect(inOrder.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
});

it('an import that waits for its process keeps nobody from the results of its team', async () => {
  const { core, at, open } = await aSlowWorker();
  const [busy, idle] = [new TestTeam(core), new TestTeam(core)];
  const first = busy.import([{ check: 'c', resource: 'r' }]);
  await expect.poll(() => at.length, PATIENT).toBe(1);
  const second = idle.import([{ check: 'c', resource: 'r' }]);
  const held = await api.platform.leases.hold(resultsLease(idle.actor), async () => 'held');
  expect(held).toBe('held');
  open();
  expect([(await first).status, (await second).status]).toEqual(['completed', 'completed']);
});

it('an import that waits for another process lets those of other teams go first', async () => {
  const worker = await aProcess(true);
  const [blocked, free] = [new TestTeam(worker), new TestTeam(worker)];
  let release = () => {};
  const holding = api.platform.leases.hold(
    resultsLease(blocked.actor),
    () => new Promise<void>((resolve) => (release = resolve)),
  );
  const waits = blocked.import([{ check: 'c', resource: 'r' }]);
  expect((await free.import([{ check: 'c', resource: 'r' }])).status).toBe('completed');
  release();
  await holding;
  expect((await waits).status).toBe('completed');
});

it('an import that ends its process again and again is given up', async () => {
  const team = new TestTeam(api);
  const imports = new ImportsRepository(databases.get('securityScans'));
  const stored = await imports.get(team.actor, (await upload(team)).id);
  if (!stored) throw new Error('the import is not stored');
  await imports.update(stored, { starts: 5, runner: 'a-process-that-died' });
  await aProcess(true);
  await expect.poll(() => statusOf(team, stored), PATIENT).toBe('failed');
  expect((await api.scans.imports.get(team.actor, stored.id)).problem).toMatch(
    /ended 5 times during this import.*nothing of it was kept/,
  );
});
