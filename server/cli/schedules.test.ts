import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CliFolder } from '../testing/run-cli.js';

let folder: CliFolder;
beforeAll(async () => {
  folder = await CliFolder.make();
});
afterAll(() => folder.remove());

const run = (...args: string[]) => folder.run(['schedules', ...args]);
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await run(...args, '--json');
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return JSON.parse(stdout);
};
const OWN = ['--own', '--every', 'daily'];
const SITE = 'http://127.0.0.1:8080/';

describe('cspm schedules', () => {
  test('says how to add one when there are none', async () => {
    const { code, stdout } = await run();
    expect([code, stdout]).toEqual([0, expect.stringContaining('cspm schedules add web')]);
  });

  test('adds schedules by preset or cron expression, with zone, jitter and name', async () => {
    const { schedule } = await json('add', 'web', SITE, ...OWN, '--at', '04:30');
    expect(schedule).toMatchObject({
      ...{ kind: 'web', name: SITE, cron: '30 4 * * *', timeZone: 'UTC', madeBy: 'person' },
    });
    const weekly = ['--every', 'weekly', '--on', 'friday', '--time-zone', 'Europe/Berlin'];
    const more = ['--jitter', '15', '--name', 'Core', '--paused', '--own'];
    const network = await json('add', 'network', '10.0.0.1', ...weekly, ...more);
    expect(network.schedule).toMatchObject({
      ...{ name: 'Core', cron: '0 2 * * 5', timeZone: 'Europe/Berlin', jitterMinutes: 15 },
      ...{ enabled: false, nextRunAt: null },
    });
    const { stdout } = await run('list');
    expect(stdout.replace(/\s+/g, ' ')).toMatch(/Core network 10\.0\.0\.1 .*paused/);
    const { schedules } = await json('list');
    expect(schedules.map(({ kind }: { kind: string }) => kind).sort()).toEqual(['network', 'web']);
    expect((await json()).schedules).toEqual(schedules);
  });

  test('pauses, resumes, retimes, runs and removes one', async () => {
    const { schedule } = await json('add', 'web', 'http://127.0.0.1:9/', ...OWN);
    expect((await json('pause', schedule.id)).schedule.enabled).toBe(false);
    expect((await json('resume', schedule.id)).schedule.nextRunAt).toEqual(expect.any(String));
    const retimed = await json('set', schedule.id, '--cron', '0 6 * * 1');
    expect(retimed.schedule.cron).toBe('0 6 * * 1');
    const queued = await run('run', schedule.id);
    expect([queued.code, queued.stderr]).toEqual([0, expect.stringContaining('no worker')]);
    expect(await json('remove', schedule.id)).toEqual({ id: schedule.id });
    const gone = await run('remove', schedule.id);
    expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining('there is no schedule')]);
  });

  test('lists internal jobs with --system, and changes them by id', async () => {
    const purge = 'orchestration.purge-old';
    expect((await run()).stdout).not.toContain(purge);
    expect((await run('--system')).stdout.replace(/\s+/g, '')).toContain(purge);
    const { systemJobs } = await json('list', '--system');
    expect(systemJobs.map(({ id }: { id: string }) => id)).toContain(purge);
    expect((await json('disable', purge)).schedule).toMatchObject({ enabled: false });
    expect((await json('enable', purge)).schedule).toMatchObject({ enabled: true });
  });

  test.each([
    ['no timing', ['web', SITE, '--own'], /give either --cron or --every/],
    ['two timings', ['web', SITE, ...OWN, '--cron', '@daily'], /give either --cron or --every/],
    ['an unknown preset', ['web', SITE, '--every', 'second'], /Allowed choices/],
    ['an invalid time', ['web', SITE, ...OWN, '--at', '25:00'], /a time such as 02:30/],
    ['a weekday without --every weekly', ['web', SITE, ...OWN, '--on', 'monday'], /--every weekly/],
    ['an unknown time zone', ['web', SITE, ...OWN, '--time-zone', 'Mars'], /timeZone: Mars/],
    ['runs too often', ['web', SITE, '--own', '--cron', '* * * * *'], /5 minutes apart/],
    ['a private target', ['network', '10.9.9.9', '--every', 'daily'], /request\.targets: 10\.9/],
    ['too much jitter', ['web', SITE, ...OWN, '--jitter', '999'], /jitterMinutes/],
    ['a jitter that is not a number', ['web', SITE, ...OWN, '--jitter', 'x'], /jitterMinutes/],
  ])('rejects %s with 2 and a hint', async (_, args, hint) => {
    const { code, stdout, stderr } = await run('add', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(hint);
  });
});
