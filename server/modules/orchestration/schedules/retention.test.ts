import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { DEFAULT_TEAM } from '../../../platform/auth/actor.js';
import { jobType, PermanentJobError, SYSTEM_TEAM } from '../../../platform/queue/job-queue.js';
import { JobsRepository } from '../../../platform/queue/jobs.repository.js';
import { PATIENT } from '../../../testing/patient.js';
import { createTestCore, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { CheckResultsRepository } from '../../security-scans/check-results/check-results.repository.js';
import { ScansRepository } from '../scans/scans.repository.js';
import type { StoredScan } from '../scans/stored-scan.js';
import type { StoredSubJob } from '../sub-jobs/stored-sub-job.js';
import { SubJobsRepository } from '../sub-jobs/sub-jobs.repository.js';

const PURGE = 'orchestration.purge-old';
const broken = jobType('suite.broken', z.object({}), { attempts: 1 });

let core: TestCore;
let team: TestTeam;
const scope = { teamId: DEFAULT_TEAM.id };
beforeEach(async () => {
  core = await createTestCore({
    role: 'all',
    env: {
      RETENTION_DAYS: 'scans=200',
      CSPM_MODULES: 'security-scans,cloud-security,orchestration',
    },
  });
  team = new TestTeam(core, DEFAULT_TEAM.id);
});
afterEach(() => core.close());

const repository = <R>(Repository: Parameters<typeof core.platform.repositories.create<R>>[0]) =>
  core.platform.repositories.create(Repository);
const schedule = () => core.container.scanning.scheduler.get(PURGE);

/** Moves the clock; the scheduler then runs the purge, which is due. */
async function daysLater(days: number): Promise<void> {
  core.clock.moveDays(days);
  const done = async () => {
    const { lastRunAt, lastOutcome, lastError } = await schedule();
    return [lastRunAt, lastOutcome, lastError];
  };
  const now = core.clock.now().toISOString();
  await expect.poll(done, { timeout: 20_000 }).toEqual([now, 'completed', null]);
}

async function aScan(id: string): Promise<void> {
  const now = core.clock.now().toISOString();
  const ended = { teamId: scope.teamId, status: 'completed', finishedAt: now, createdAt: now };
  await repository(ScansRepository).add({ ...ended, id, activeKey: null } as StoredScan);
  const subJob = { ...ended, id: `sub-of-${id}`, scanId: id, place: 0 } as unknown as StoredSubJob;
  await repository(SubJobsRepository).addMany(scope, [subJob]);
}

it('deletes each kind of data after its retention period, with its links', async () => {
  const { references } = core.platform;
  await aScan('scan_1');
  const row = { check: 'kms_cmk_are_used', resource: 'here' };
  const item = await team.import([row, { ...row, resource: 'gone' }]);
  const from = { kind: 'scan', id: 'scan_1' } as const;
  const to = { kind: 'import', id: item.id } as const;
  await references.createCrossModuleReference(scope, { from, to, relation: 'sub-job x' });
  await team.import([row], { at: 1 });
  const scans = repository(ScansRepository);
  const results = repository(CheckResultsRepository);
  const gone = await team.finding('gone');
  expect(gone.status).toBe('resolved');

  await daysLater(199);
  expect(await scans.get(scope, 'scan_1')).not.toBeNull();

  await aScan('scan_2');
  await daysLater(2);
  expect(await scans.get(scope, 'scan_1')).toBeNull();
  expect(await repository(SubJobsRepository).ofScan(scope, 'scan_1')).toEqual([]);
  expect(await scans.get(scope, 'scan_2')).not.toBeNull();
  expect(await references.linkedWith(scope, to)).toEqual([]);
  expect((await core.scans.imports.list(team.actor, 10)).items).toHaveLength(2);
  expect((await results.byId(scope, [gone.id])).size).toBe(1);

  await daysLater(200);
  expect((await core.scans.imports.list(team.actor, 10)).items).toEqual([]);
  expect((await results.byId(scope, [gone.id])).size).toBe(0);
  // Present results stay, however old, and so do resolved findings and the audit trail.
  const here = await team.finding('here');
  expect((await results.byId(scope, [here.id])).size).toBe(1);
  expect((await team.finding('gone')).status).toBe('resolved');
  expect(await core.platform.audit.about(team.actor, item.id)).toHaveLength(1);
});

it('deletes completed jobs after a week and failed jobs after a month', async () => {
  const { queue } = core.container.scanning;
  queue.work(broken, () => Promise.reject(new PermanentJobError('it always fails')));
  const dead = await queue.enqueue(broken, { ...scope, payload: {} });
  await expect.poll(async () => (await queue.get(dead))?.state, PATIENT).toBe('failed');
  const reap = await core.container.scanning.scheduler.runNow('orchestration.reap-scans');
  const done = reap.lastJobId as string;
  await expect.poll(async () => (await queue.get(done))?.state, PATIENT).toBe('completed');
  await daysLater(6);
  expect([await queue.get(done), await queue.get(dead)]).not.toContain(null);
  await daysLater(2);
  expect(await queue.get(done)).toBeNull();
  await daysLater(21);
  expect((await queue.get(dead))?.state).toBe('failed');
  await daysLater(2);
  expect(await queue.get(dead)).toBeNull();
  const left = (await queue.list({ state: 'completed', teamId: SYSTEM_TEAM })).items;
  expect(left.every(({ finishedAt }) => (finishedAt ?? '') > '2026-03')).toBe(true);
  expect(await repository(JobsRepository).get(dead)).toBeNull();
});

it('deletes old raw reports, except one that was imported again', async () => {
  const row = { check: 'kms_cmk_are_used', resource: 'a' };
  const items = [
    await team.import([row], { at: 1 }),
    await team.import([{ ...row, resource: 'b' }], { at: 2 }),
  ];
  const { config } = core.platform;
  const { rawReports } = core.platform.blobs;
  const folder = join(config.dataDir, 'raw-reports');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  expect(files).toHaveLength(2);
  const then = core.clock.now();
  for (const file of files) await utimes(join(file.parentPath, file.name), then, then);
  const [first, second] = items.map(({ sha256 }) => sha256 as string) as [string, string];
  await daysLater(399);
  expect([await rawReports.has(first), await rawReports.has(second)]).toEqual([true, true]);
  await rawReports.put(second, (async function* () {})());
  await daysLater(2);
  expect([await rawReports.has(first), await rawReports.has(second)]).toEqual([false, true]);
});

it('deletes the files of killed processes', async () => {
  const { config } = core.platform;
  const left = ['incoming', 'work'].map((name) => join(config.dataDir, name, 'left'));
  for (const path of left) {
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, 'x');
    await utimes(path, core.clock.now(), core.clock.now());
  }
  core.clock.moveDays(7);
  await core.scans.runMaintenance();
  for (const path of left) expect(await readdir(join(path, '..'))).toEqual(['left']);
  core.clock.moveDays(2);
  await core.scans.runMaintenance();
  for (const path of left) expect(await readdir(join(path, '..'))).toEqual([]);
});
