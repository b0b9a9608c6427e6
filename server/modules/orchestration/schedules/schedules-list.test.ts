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

it('the default team sees all periodic work of the system: whose, when, and what became of it', async () => {
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

it('every one of it can be run now, and says how that ended', async () => {
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

it('another team sees none of it', async () => {
  teamId = 'another';
  expect(await list()).toEqual([]);
});
