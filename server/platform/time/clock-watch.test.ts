import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ScoreHistoryRepository } from '../../modules/compliance/history/score-history.repository.js';
import { StateHistoryRepository } from '../../modules/compliance/history/state-history.repository.js';
import { createTestApp, type TestApp } from '../../testing/test-core.js';
import { TestTeam } from '../../testing/test-team.js';
import type { CollectionSpec, TeamDoc } from '../database/collection.js';
import { LeasesRepository } from '../leases/leases.repository.js';
import { JobsRepository, type StoredJob } from '../queue/jobs.repository.js';
import { SchedulesRepository } from '../scheduler/schedules.repository.js';
import { type ClockMark, ClockMarksRepository } from './clock-marks.repository.js';
import { momentsAt, repairedTimes } from './future-times.rules.js';

const TWO_YEARS = 730;
const DAY_MS = 86_400_000;
const CHECK = 'kms_cmk_are_used';

let app: TestApp;
let team: TestTeam;
const now = () => app.clock.now().toISOString();
const inDays = (days: number) => new Date(app.clock.now().getTime() + days * DAY_MS).toISOString();

beforeAll(async () => {
  app = await createTestApp();
  team = new TestTeam(app);
  await team.register();
});
afterAll(() => app.close());

/** Each stored document that something in the future happened to. */
async function inFuture(): Promise<string[]> {
  const { repositories, databases, teams } = app.platform;
  const found: string[] = [];
  for (const { key, spec } of repositories.collections) {
    if (spec.name === 'audit') continue;
    const scopes = spec.scope === 'team' ? await teams.list() : [null];
    for (const scope of scopes) {
      const collection = scope
        ? databases.get(key).team<TeamDoc>(spec as never, { teamId: scope.id })
        : databases.get(key).global(spec);
      for await (const page of collection.each({})) {
        for (const doc of page) {
          const set = repairedTimes({ ...doc }, momentsAt(app.clock.now()));
          if (set) found.push(`${spec.name}: ${Object.keys(set)}`);
        }
      }
    }
  }
  return found;
}

async function openTwice(): Promise<unknown[]> {
  const { databases } = app.platform;
  const collections = [
    [StateHistoryRepository.specs[0], ['scopeId', 'controlId']],
    [ScoreHistoryRepository.specs[0], ['frameworkId']],
  ] as const;
  const found: unknown[] = [];
  for (const [spec, fields] of collections) {
    const history = databases.get('assessments').team<TeamDoc>(spec as never, team.actor);
    const counts = await history.groupCount({ until: null }, fields);
    expect(counts.length).toBeGreaterThan(0);
    found.push(...counts.filter(({ count }) => count > 1));
  }
  return found;
}

const clockHealth = async () =>
  (await app.server.inject('/api/health')).json<{ status: string; clock: { ok: boolean } }>();

async function aJob(id: string, job: Partial<StoredJob>): Promise<void> {
  const jobs = app.platform.repositories.create(JobsRepository);
  const common = { type: 'suite.job', team: 't', priority: 1, payload: '{}', attempts: 0 };
  const times = { dueAt: now(), createdAt: now() };
  await jobs.addMany([{ id, ...common, ...times, state: 'waiting', ...job }]);
}

describe('after the clock went two years forward and back', () => {
  beforeAll(async () => {
    await team.import([{ check: CHECK, resource: 'a', status: 'FAIL' }]);
    await aJob('retry', { state: 'delayed', dueAt: inDays(80), attempts: 0 });
    app.clock.moveDays(TWO_YEARS);
    await app.platform.clockWatch.lookAndRepair();
    await team.import([{ check: CHECK, resource: 'a', status: 'PASS' }], { at: now() });
    await app.container.scanning.scheduler.tick();
    await aJob('delayed', { state: 'delayed', dueAt: inDays(2) });
    await aJob('backoff', { state: 'delayed', dueAt: inDays(0.1), attempts: 2 });
    await aJob('postponed', { state: 'delayed', dueAt: inDays(0.1), startedAt: now() });
    await aJob('leased', { state: 'active', dueAt: inDays(0.01) });
    const leases = app.platform.repositories.create(LeasesRepository);
    await leases.take('suite/dead', { owner: 'dead', until: inDays(0.001), now: now() });
    app.clock.moveDays(-TWO_YEARS);
  });

  it('says so in health until the times are repaired, and afterwards what was repaired', async () => {
    expect((await inFuture()).length).toBeGreaterThan(20);
    expect(await clockHealth()).toMatchObject({
      status: 'degraded',
      clock: { ok: false, problem: expect.stringMatching(/^the clock says 2026-.* at 2028-/) },
    });
    await app.platform.clockWatch.lookAndRepair();
    expect(await clockHealth()).toMatchObject({
      clock: { ok: true, problem: null, repaired: { at: now(), times: expect.any(Number) } },
    });
    expect(await inFuture()).toEqual([]);
  });

  it('plans every schedule by its timing from now', async () => {
    const schedules = await app.container.scanning.scheduler.list();
    expect(schedules.length).toBeGreaterThan(3);
    for (const { nextRunAt, lastRunAt, everyMs } of schedules) {
      const latest = inDays(everyMs === null ? 32 : everyMs / DAY_MS);
      expect(nextRunAt === null || nextRunAt <= latest).toBe(true);
      expect(lastRunAt === null || lastRunAt <= now()).toBe(true);
    }
    expect(schedules.some(({ lastRunAt }) => lastRunAt !== null)).toBe(true);
  });

  it('lets jobs run: delays count from now, retries are due, leases end', async () => {
    const jobs = app.platform.repositories.create(JobsRepository);
    const dueAt = async (id: string) => (await jobs.get(id))?.dueAt ?? '';
    expect((await dueAt('delayed')).slice(0, 10)).toBe(inDays(2).slice(0, 10));
    expect((await dueAt('backoff')) <= now()).toBe(true);
    expect((await dueAt('postponed')) <= now()).toBe(true);
    expect((await dueAt('leased')) <= inDays(0.01)).toBe(true);
    expect(await dueAt('retry')).toBe(inDays(80));
  });

  it('frees the lease of a dead process', async () => {
    const leases = app.platform.repositories.create(LeasesRepository);
    expect(Date.parse((await leases.until('suite/dead')) ?? '') - Date.parse(now())).toBe(15_000);
  });

  it('keeps one open row of each history, and the next report counts', async () => {
    expect(await openTwice()).toEqual([]);
    app.clock.moveDays(1);
    await team.import([{ check: CHECK, resource: 'a', status: 'FAIL' }], { at: now() });
    expect(await team.finding('a')).toMatchObject({ status: 'open', checkId: CHECK });
    expect(await openTwice()).toEqual([]);
  });
});

it('plans the schedules of a store that an earlier release left waiting', async () => {
  const { repositories, clockWatch } = app.platform;
  const schedules = repositories.create(SchedulesRepository);
  const [waiting] = await schedules.list();
  await schedules.change(waiting?.id ?? '', { nextRunAt: inDays(700) });
  const global = app.platform.databases
    .get('platform')
    .global(ClockMarksRepository.specs[0] as CollectionSpec<ClockMark>);
  await global.removeMany({});
  await clockWatch.lookAndRepair();
  expect(((await schedules.get(waiting?.id ?? ''))?.nextRunAt ?? '') < inDays(32)).toBe(true);
  expect(await clockHealth()).toMatchObject({ clock: { ok: true, repaired: { times: 1 } } });
});

it('closes rows of a history that an earlier release left open', async () => {
  const database = app.platform.databases.get('assessments');
  const spec = StateHistoryRepository.specs[0];
  const history = database.team<TeamDoc>(spec as never, team.actor);
  const [open] = (await history.find({ until: null }, { limit: 1 })).items;
  await history.putMany([{ ...(open as TeamDoc), id: 'older', at: inDays(-300) } as TeamDoc]);
  expect(await openTwice()).toHaveLength(1);
  await app.compliance.engine.sync(team.actor);
  expect(await openTwice()).toEqual([]);
});
