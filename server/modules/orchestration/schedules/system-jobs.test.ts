import { afterAll, beforeAll, expect, it } from 'vitest';
import type { z } from 'zod';
import { listSystemJobs, SystemJob } from '../../../../contract/scan-operations.js';
import { listScanSchedules } from '../../../../contract/scan-schedules.js';
import { PATIENT } from '../../../testing/patient.js';
import { anActor, createTestApp, type TestApp } from '../../../testing/test-core.js';
import { formerAccountScan } from './schedule-seeds.jobs.js';

const JOBS = '/api/scans/system-jobs';

let app: TestApp;
let actor = anActor('default');
beforeAll(async () => {
  app = await createTestApp({ role: 'all', authenticate: () => actor });
});
afterAll(() => app.close());

async function list(): Promise<z.infer<typeof listSystemJobs.result>['items']> {
  const response = await app.server.inject({ url: JOBS });
  expect(response.statusCode).toBe(200);
  return listSystemJobs.result.parse(response.json()).items;
}

it('whoever may change the installation sees every job of the system with its owner, times and last outcome', async () => {
  const items = await list();
  expect(items.map(({ id, owner }) => [id, owner]).sort()).toEqual([
    ['compliance.check-drift', 'compliance'],
    ['compliance.expire-evidence', 'compliance'],
    ['container-security.follow-scans', 'container-security'],
    ['drift.detect', 'drift'],
    ['drift.thin-snapshots', 'drift'],
    ['evidence.expire', 'evidence'],
    ['identity.forward-audit', 'identity'],
    ['orchestration.expire-triage', 'orchestration'],
    ['orchestration.purge-old', 'orchestration'],
    ['orchestration.reap-scans', 'orchestration'],
    ['web-security.follow-scans', 'web-security'],
  ]);
  for (const { nextRunAt, enabled, name } of items) {
    expect([typeof nextRunAt, enabled]).toEqual(['string', true]);
    expect(name).toMatch(/^\p{Lu}.{10,}/u);
  }
});

it('every job can be run now, and shows its outcome', async () => {
  for (const { id } of await list()) {
    const response = await app.server.inject({ method: 'POST', url: `${JOBS}/${id}/run` });
    expect(SystemJob.parse(response.json()), id).toMatchObject({
      lastRunAt: app.clock.now().toISOString(),
      lastOutcome: 'running',
    });
  }
  const outcomes = async () => (await list()).map(({ id, lastOutcome }) => `${id} ${lastOutcome}`);
  await expect
    .poll(outcomes, { timeout: 20_000 })
    .toEqual((await list()).map(({ id }) => `${id} completed`));
});

it('a job of a former release that waits for its schedule is ended', async () => {
  const { queue } = app.container.scanning;
  const payload = { accountId: 'account_1' };
  const id = await queue.enqueue(formerAccountScan, { teamId: actor.teamId, payload });
  await expect.poll(async () => (await queue.get(id))?.state, PATIENT).toBe('completed');
});

it('a change of a job is recorded', async () => {
  const id = 'orchestration.reap-scans';
  const url = `${JOBS}/${id}`;
  const response = await app.server.inject({ method: 'PATCH', url, payload: { enabled: false } });
  expect(SystemJob.parse(response.json())).toMatchObject({ enabled: false, nextRunAt: null });
  const trail = await app.platform.audit.about(actor, id);
  expect(trail.find(({ action }) => action === 'system_job.changed')).toMatchObject({
    details: { fields: 'enabled' },
  });
});

it('without installation:write they are refused, and no schedule of the team shows them', async () => {
  const permissions = actor.permissions.filter((each) => each !== 'installation:write');
  actor = { ...actor, permissions };
  const refused = await app.server.inject({ url: JOBS });
  expect([refused.statusCode, refused.json().detail]).toEqual([
    403,
    expect.stringContaining('installation:write'),
  ]);
  const run = `${JOBS}/orchestration.purge-old/run`;
  expect((await app.server.inject({ method: 'POST', url: run })).statusCode).toBe(403);
  const schedules = '/api/scans/schedules';
  const own = await app.server.inject({ url: schedules });
  expect(listScanSchedules.result.parse(own.json()).items).toEqual([]);
  const mine = `${schedules}/orchestration.purge-old`;
  expect((await app.server.inject({ url: mine })).statusCode).toBe(404);
  expect((await app.server.inject({ method: 'DELETE', url: mine })).statusCode).toBe(404);
});
