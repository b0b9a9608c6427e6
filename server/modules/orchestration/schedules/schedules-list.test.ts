import { afterAll, beforeAll, expect, it } from 'vitest';
import type { z } from 'zod';
import { listSchedules, Schedule } from '../../../../contract/scan-operations.js';
import { anActor, createTestApp, type TestApp } from '../../../testing/test-core.js';

const SCHEDULES = '/api/scans/schedules';

let app: TestApp;
let teamId: string;
beforeAll(async () => {
  teamId = 'default';
  app = await createTestApp({ role: 'all', authenticate: () => anActor(teamId) });
});
afterAll(() => app.close());

async function list(): Promise<z.infer<typeof listSchedules.result>['items']> {
  const response = await app.server.inject({ url: SCHEDULES });
  expect(response.statusCode).toBe(200);
  return listSchedules.result.parse(response.json()).items;
}

it('the default team sees every schedule of the system with its owner, times and last outcome', async () => {
  const items = await list();
  expect(items.map(({ id, owner }) => [id, owner]).sort()).toEqual([
    ['compliance.check-drift', 'compliance'],
    ['compliance.expire-evidence', 'compliance'],
    ['drift.detect', 'drift'],
    ['drift.thin-snapshots', 'drift'],
    ['evidence.expire', 'evidence'],
    ['orchestration.expire-triage', 'orchestration'],
    ['orchestration.purge-old', 'orchestration'],
    ['orchestration.reap-scans', 'orchestration'],
  ]);
  for (const { nextRunAt, enabled, name } of items) {
    expect([typeof nextRunAt, enabled]).toEqual(['string', true]);
    expect(name).toMatch(/^\p{Lu}.{10,}/u);
  }
});

it('every schedule can be run now, and shows its outcome', async () => {
  for (const { id } of await list()) {
    const response = await app.server.inject({ method: 'POST', url: `${SCHEDULES}/${id}/run` });
    expect(Schedule.parse(response.json()), id).toMatchObject({
      lastRunAt: app.clock.now().toISOString(),
      lastOutcome: 'running',
    });
  }
  const outcomes = async () => (await list()).map(({ id, lastOutcome }) => `${id} ${lastOutcome}`);
  await expect
    .poll(outcomes, { timeout: 20_000 })
    .toEqual((await list()).map(({ id }) => `${id} completed`));
});

it('another team sees none of them', async () => {
  teamId = 'another';
  expect(await list()).toEqual([]);
});
