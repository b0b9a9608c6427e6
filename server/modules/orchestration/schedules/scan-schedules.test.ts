import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { NewScanSchedule } from '../../../../contract/scan-schedules.js';
import { SchedulesRepository } from '../../../platform/scheduler/schedules.repository.js';
import { UnifiedLifecycleScheduler } from '../../../platform/scheduler/unified-lifecycle-scheduler.js';
import { PATIENT } from '../../../testing/patient.js';
import { RecordedRunner } from '../../../testing/recorded-runner.js';
import { anActor } from '../../../testing/test-core.js';
import { createTestHttp } from '../../../testing/test-http.js';
import { PUBLIC_ADDRESS, type ScanProcess, TestScans } from '../../../testing/test-scans.js';
import { ScanSchedulesRepository } from './scan-schedules.repository.js';

const SCHEDULES = '/api/scans/schedules';
const HOUR = 3_600_000;

let test: TestScans;
let one: ScanProcess;
let scheduler: UnifiedLifecycleScheduler;
let server: Awaited<ReturnType<typeof createTestHttp>>['server'];
let takesMs = 0;

beforeAll(async () => {
  test = await TestScans.create({
    graceMs: 500,
    resolve: async (name) => (name === 'inside.example' ? ['10.0.0.1'] : [PUBLIC_ADDRESS]),
    runner: (base) => new RecordedRunner(base, () => ({ exitCode: 1, takesMs })),
    scheduler: (platform, queue) => {
      const { clock, log } = platform;
      const schedules = platform.repositories.create(SchedulesRepository);
      scheduler = new UnifiedLifecycleScheduler({ schedules, queue, clock, log });
      return scheduler;
    },
  });
  one = await test.process();
  const stack = await createTestHttp({
    authenticate: ({ headers }) => anActor(String(headers['x-team'] ?? 'a')),
  });
  server = stack.server;
  one.orchestration.addRoutes(stack.http);
});
afterAll(async () => {
  await server.close();
  await test.close();
});

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
async function call(method: Method, path: string, payload?: object, team = 'a') {
  const url = `${SCHEDULES}${path}`;
  const response = await server.inject({ method, url, payload, headers: { 'x-team': team } });
  return { status: response.statusCode, body: response.json() };
}
let made = 0;
const network = (host = `host-${++made}.example`) => ({
  request: { kind: 'network' as const, targets: [host] },
});
async function create(input: z.input<typeof NewScanSchedule>) {
  const { status, body } = await call('POST', '', input);
  expect(status, JSON.stringify(body)).toBe(201);
  return body;
}
const lastRun = (id: string, outcome: string) =>
  expect
    .poll(async () => (await call('GET', `/${id}`)).body.lastRun?.outcome, PATIENT)
    .toBe(outcome);

describe('a schedule', () => {
  it('of any target is created with its next runs in its time zone, and recorded', async () => {
    const account = await test.anAccount(one);
    for (const request of [
      { kind: 'cloud', accountId: account.id, severities: ['critical'] },
      { kind: 'web', url: 'https://shop.example' },
      { kind: 'image', image: 'nginx:1.27' },
      { kind: 'repository', url: 'https://git.example/team/project.git' },
      { kind: 'network', targets: ['93.184.216.0/30'] },
    ] as const) {
      const schedule = await create({ request: request as never, cron: '0 4 * * 1' });
      expect(schedule).toMatchObject({ kind: request.kind, madeBy: 'person', lastRun: null });
      expect(schedule.nextRuns).toHaveLength(5);
      expect(schedule.nextRuns[0]).toBe(schedule.nextRunAt);
      const scan = await call('GET', `?kind=${request.kind}&target=${schedule.targetKey}`);
      expect(scan.body.items.map(({ id }: { id: string }) => id)).toContain(schedule.id);
      const [entry] = await test.platform.audit.about(test.actor, schedule.id);
      expect(entry).toMatchObject({ action: 'schedule.created', actor: test.actor.userId });
    }
    const berlin = await create({ ...network(), cron: '30 5 * * *', timeZone: 'Europe/Berlin' });
    const hour = { hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Berlin' } as const;
    expect(new Date(berlin.nextRunAt).toLocaleTimeString('de-DE', hour)).toBe('05:30');
  });

  it.each([
    ['body.cron', { cron: 'daily' }],
    ['body.cron', { cron: '* * * * *' }],
    ['body.cron', { cron: '0,3 4 * * *' }],
    ['body.cron', {}],
    ['body.everyMs', { cron: '@daily', everyMs: HOUR }],
    ['body.everyMs', { everyMs: 60_000 }],
    ['body.timeZone', { cron: '@daily', timeZone: 'Mars/Olympus' }],
    ['body.jitterMinutes', { cron: '@daily', jitterMinutes: -1 }],
    ['body.request.targets', { cron: '@daily', ...network('inside.example') }],
    [
      'body.request.accountId',
      { cron: '@daily', request: { kind: 'cloud' as const, accountId: 'acc_x' } },
    ],
    [
      'body.request.path',
      { cron: '@daily', request: { kind: 'filesystem' as const, path: '/etc' } },
    ],
  ])('is rejected with an error at %s: %j', async (path, input) => {
    const { status, body } = await call('POST', '', { ...network('a.example'), ...input });
    expect(status).toBe(422);
    expect(body.errors[0].path).toBe(path);
  });

  it('is previewed before it is created', async () => {
    const preview = async (query: string) => {
      const response = await server.inject({ url: `/api/scans/schedule-preview?${query}` });
      return { status: response.statusCode, body: response.json() };
    };
    expect((await preview('cron=0+4+*+*+*&timeZone=Asia/Tokyo')).body.nextRuns).toHaveLength(5);
    const wrong = await preview('cron=0+4+*+*');
    expect([wrong.status, wrong.body.errors[0].path]).toEqual([422, 'query.cron']);
  });

  it('is edited, paused and resumed', async () => {
    const { id, nextRunAt } = await create({ ...network(), cron: '0 4 * * *' });
    const paused = await call('PATCH', `/${id}`, { enabled: false });
    expect(paused.body).toMatchObject({ enabled: false, nextRunAt: null, nextRuns: [] });
    const resumed = await call('PATCH', `/${id}`, { enabled: true });
    expect(resumed.body.nextRunAt).toBe(nextRunAt);
    const changes = { name: 'Core', everyMs: 6 * HOUR, jitterMinutes: 30, ...network('b.example') };
    const edited = await call('PATCH', `/${id}`, changes);
    expect(edited.body).toMatchObject({
      ...{ name: 'Core', cron: null, everyMs: 6 * HOUR, jitterMinutes: 30 },
      ...{ target: 'b.example', targetKey: 'network/b.example' },
    });
    const refused = await call('PATCH', `/${id}`, { cron: 'x', name: 'Not this' });
    expect([refused.status, refused.body.errors[0].path]).toEqual([422, 'body.cron']);
    expect((await call('GET', `/${id}`)).body.name).toBe('Core');
    const trail = await test.platform.audit.about(test.actor, id);
    expect(trail.filter(({ action }) => action === 'schedule.changed')).toHaveLength(3);
  });

  it('runs when due, and shows its last run with its scan', async () => {
    const { id, nextRunAt } = await create({ ...network(), everyMs: HOUR });
    test.clock.move(Date.parse(nextRunAt) - test.clock.now().getTime() + 1);
    await scheduler.tick();
    await lastRun(id, 'started');
    const { lastRun: run, runs } = (await call('GET', `/${id}`)).body;
    expect(runs).toEqual([run]);
    const scan = await one.orchestration.scans.get(test.actor, run.scanId);
    expect(scan).toMatchObject({ trigger: 'schedule', kind: 'network' });
    expect((await call('GET', `/${id}`)).body.nextRunAt > nextRunAt).toBe(true);
  });

  it('is skipped, and recorded so, while a scan of its target is still running', async () => {
    takesMs = 30_000;
    const { id, request } = await create({ ...network(), cron: '@daily', enabled: false });
    const running = await one.orchestration.scans.start(test.actor, request);
    await call('POST', `/${id}/run`);
    await lastRun(id, 'skipped');
    expect((await call('GET', `/${id}`)).body.lastRun).toMatchObject({
      scanId: running.id,
      reason: 'a scan of this target was still active',
    });
    const trail = await test.platform.audit.about(test.actor, id);
    expect(trail.map(({ action }) => action)).toContain('schedule.skipped');
    await one.orchestration.scans.cancel(test.actor, running.id);
    takesMs = 0;
  });

  it('records why a run failed when its target may no longer be scanned', async () => {
    const own = one.orchestration.ownTargets;
    await own.put(test.actor, { ranges: ['10.0.0.0/8'], names: [] });
    const { id } = await create({ ...network('inside.example'), cron: '@daily' });
    await own.put(test.actor, { ranges: [], names: [] });
    await call('POST', `/${id}/run`);
    await lastRun(id, 'failed');
    const { lastRun: run } = (await call('GET', `/${id}`)).body;
    expect([run.scanId, run.reason]).toEqual([null, expect.stringContaining('10.0.0.1')]);
  });

  it('is deleted, and its scheduled job with it', async () => {
    const { id } = await create({ ...network(), cron: '@daily' });
    expect(await call('DELETE', `/${id}`)).toEqual({ status: 200, body: { id } });
    expect((await call('DELETE', `/${id}`)).status).toBe(404);
    await expect(scheduler.get(id)).rejects.toThrow('no such schedule');
  });

  it('of which only the timing is left is removed when it is due', async () => {
    const { id } = await create({ ...network(), cron: '@daily' });
    await test.platform.repositories.create(ScanSchedulesRepository).remove(test.actor, id);
    await scheduler.runNow(id);
    await expect
      .poll(
        () =>
          scheduler.get(id).then(
            () => 'there',
            () => 'gone',
          ),
        PATIENT,
      )
      .toBe('gone');
  });
});

it('schedules are paged by name, found by text, and hidden from other teams', async () => {
  const input = { ...network('paged.example'), cron: '@weekly' };
  const { id } = await create({ ...input, name: 'Paged Beta' });
  await create({ ...input, name: 'Paged Alpha' });
  const first = (await call('GET', '?q=paged&limit=1')).body;
  const second = (await call('GET', `?q=paged&limit=1&cursor=${first.nextCursor}`)).body;
  const names = [...first.items, ...second.items].map(({ name }) => name);
  expect([names, second.nextCursor]).toEqual([['Paged Alpha', 'Paged Beta'], null]);
  for (const [method, path, payload] of [
    ['GET', `/${id}`],
    ['PATCH', `/${id}`, { enabled: false }],
    ['POST', `/${id}/run`],
    ['DELETE', `/${id}`],
  ] as const) {
    expect((await call(method, path, payload, 'b')).status, `${method} ${path}`).toBe(404);
  }
  expect((await call('GET', '', undefined, 'b')).body.items).toEqual([]);
});
