import { afterEach, beforeEach, expect, it } from 'vitest';
import { NotFoundError } from '../../../platform/errors.js';
import { SchedulesRepository } from '../../../platform/scheduler/schedules.repository.js';
import { UnifiedLifecycleScheduler } from '../../../platform/scheduler/unified-lifecycle-scheduler.js';
import { PATIENT } from '../../../testing/patient.js';
import { ocsfReport } from '../../../testing/prowler-rows.js';
import { RecordedRunner } from '../../../testing/recorded-runner.js';
import { anActor } from '../../../testing/test-core.js';
import { type ScanProcess, TestScans } from '../../../testing/test-scans.js';
import { ScanSchedulesRepository } from './scan-schedules.repository.js';
import { dailyId, weeklyId } from './schedule-seeds.jobs.js';

let test: TestScans;
let one: ScanProcess;
let scheduler: UnifiedLifecycleScheduler;
let runner: RecordedRunner;

beforeEach(async () => {
  test = await TestScans.create({
    graceMs: 500,
    runner: (base) => {
      const report = ocsfReport([{ check: 's3_bucket_public', resource: 'a' }]);
      runner = new RecordedRunner(base, () => ({
        files: { 'report.ocsf.json': report, 'prowler.log': '' },
      }));
      return runner;
    },
    scheduler: (platform, queue) => {
      const schedules = platform.repositories.create(SchedulesRepository);
      const { clock, log } = platform;
      scheduler = new UnifiedLifecycleScheduler({ schedules, queue, clock, log });
      return scheduler;
    },
  });
  one = await test.process();
});
afterEach(() => test.close());

const services = () => {
  const { schedules } = one.orchestration;
  if (!schedules) throw new Error('no scheduler');
  return schedules;
};
const mine = async () => (await services().scanSchedules.list(test.actor, {}, 50)).items;

it('an active account has a daily and a weekly scan', async () => {
  const { id, name } = await test.anAccount(one);
  const schedules = (await mine()).filter((schedule) => schedule.id.endsWith(id));
  expect(schedules.map((schedule) => schedule.name).sort()).toEqual([
    `Daily scan of ${name}`,
    `Weekly full scan of ${name}`,
  ]);
  await one.cloud.accounts.change(test.actor, id, { status: 'inactive' });
  expect((await mine()).filter((schedule) => schedule.id.endsWith(id))).toEqual([]);
  await one.cloud.accounts.change(test.actor, id, { status: 'active' });
  expect((await mine()).filter((schedule) => schedule.id.endsWith(id))).toHaveLength(2);
});

it('processes that start at the same time make the schedules of an account once', async () => {
  const { id } = await test.anAccount(one);
  const repository = test.platform.repositories.create(ScanSchedulesRepository);
  for (const schedule of [dailyId(id), weeklyId(id)]) await repository.remove(test.actor, schedule);
  await Promise.all([
    services().defineForAccounts(),
    services().defineForAccounts(),
    services().defineForAccounts(),
  ]);
  expect((await mine()).map((schedule) => schedule.id).sort()).toEqual([dailyId(id), weeklyId(id)]);
});

it('a daily scan covers severe checks, a weekly scan everything', async () => {
  const { id } = await test.anAccount(one);
  await services().scanSchedules.runNow(test.actor, dailyId(id));
  const scans = async () => (await one.orchestration.scans.list(test.actor, {}, 10)).items;
  await expect.poll(async () => (await scans()).length, PATIENT).toBe(1);
  const [scan] = await scans();
  expect(scan).toMatchObject({
    trigger: 'schedule',
    requestedBy: 'scanner',
    request: { kind: 'cloud', accountId: id, severities: ['critical', 'high'] },
  });
  await test.until(one, scan?.id ?? '');
  await services().scanSchedules.runNow(test.actor, weeklyId(id));
  await expect.poll(async () => (await scans()).length, PATIENT).toBe(2);
  expect((await scans())[0]?.request).toEqual({ kind: 'cloud', accountId: id });
});

it('a schedule is changed only by its team', async () => {
  const { id } = await test.anAccount(one);
  const service = services().scanSchedules;
  const daily = dailyId(id);
  expect(await service.change(test.actor, daily, { everyMs: 3_600_000 })).toMatchObject({
    cron: null,
    everyMs: 3_600_000,
  });
  expect((await service.change(test.actor, daily, { enabled: false })).nextRunAt).toBeNull();
  const reap = 'orchestration.reap-scans';
  await expect(service.change(anActor('b'), daily, { enabled: true })).rejects.toThrow(
    NotFoundError,
  );
  await expect(service.change(test.actor, reap, { enabled: false })).rejects.toThrow(NotFoundError);
  const { systemJobs } = services();
  expect((await systemJobs.change(anActor('default'), reap, { enabled: false })).enabled).toBe(
    false,
  );
  await expect(systemJobs.change(anActor('default'), daily, { enabled: true })).rejects.toThrow(
    NotFoundError,
  );
});

it('a deleted schedule of an account stays deleted until the account is activated again', async () => {
  const { id } = await test.anAccount(one);
  await services().scanSchedules.remove(test.actor, dailyId(id));
  await services().defineForAccounts();
  expect((await mine()).map((schedule) => schedule.id)).toEqual([weeklyId(id)]);
  const own = await services().scanSchedules.create(test.actor, {
    ...{ request: { kind: 'cloud', accountId: id }, cron: '0 5 * * 1', name: 'Mondays' },
    ...{ timeZone: 'UTC', jitterMinutes: 0, enabled: true },
  });
  await one.cloud.accounts.change(test.actor, id, { status: 'inactive' });
  expect((await mine()).map((schedule) => schedule.id)).toEqual([own.id]);
  await services().scanSchedules.runNow(test.actor, own.id);
  const lastRun = async () => (await services().scanSchedules.get(test.actor, own.id)).lastRun;
  await expect
    .poll(lastRun, PATIENT)
    .toMatchObject({ outcome: 'skipped', reason: expect.stringContaining('inactive') });
  await one.cloud.accounts.change(test.actor, id, { status: 'active' });
  expect(await mine()).toHaveLength(3);
  await one.cloud.accounts.delete(test.actor, id);
  expect(await mine()).toEqual([]);
});
