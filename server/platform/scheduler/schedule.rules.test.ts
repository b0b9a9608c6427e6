import { describe, expect, it } from 'vitest';
import { delayOf, nextRunAfter, nextRuns, problemOf, type Timing } from './schedule.rules.js';

const cron = (text: string, timeZone = 'UTC'): Timing => ({ cron: text, everyMs: null, timeZone });
const every = (everyMs: number): Timing => ({ cron: null, everyMs, timeZone: 'UTC' });

function runsOf(timing: Timing, from: string, times: number): string[] {
  let at = new Date(from);
  return Array.from({ length: times }, () => {
    at = nextRunAfter(timing, at);
    return at.toISOString().replace(':00.000Z', '');
  });
}

describe('the next run', () => {
  it.each([
    ['every day in UTC', cron('0 2 * * *'), '2026-03-28T12:00Z', ['03-29T02:00', '03-30T02:00']],
    [
      'in a time zone',
      cron('0 2 * * *', 'Asia/Kolkata'),
      '2026-03-28T12:00Z',
      ['03-28T20:30', '03-29T20:30'],
    ],
    [
      'weekly',
      cron('30 6 * * 1', 'Europe/Berlin'),
      '2026-03-25T00:00Z',
      ['03-30T04:30', '04-06T04:30'],
    ],
    ['never twice within a minute', cron('0 2 * * *'), '2026-03-29T02:00:00Z', ['03-30T02:00']],
    ['an alias', cron('@daily'), '2026-03-28T12:00Z', ['03-29T00:00']],
    // Berlin's clocks went from 02:00 to 03:00 on March 29, and from 03:00 to 02:00 on October 25.
    [
      'a time skipped by daylight saving',
      cron('30 2 * * *', 'Europe/Berlin'),
      '2026-03-28T12:00Z',
      ['03-29T01:30', '03-30T00:30'],
    ],
    [
      'a time that occurs twice',
      cron('30 2 * * *', 'Europe/Berlin'),
      '2026-10-24T12:00Z',
      ['10-25T00:30', '10-26T01:30'],
    ],
    [
      'around the change',
      cron('0 4 * * *', 'Europe/Berlin'),
      '2026-10-24T00:00Z',
      ['10-24T02:00', '10-25T03:00'],
    ],
    [
      'hourly through the change',
      cron('0 * * * *', 'Europe/Berlin'),
      '2026-10-24T23:30Z',
      ['10-25T00:00', '10-25T01:00', '10-25T02:00'],
    ],
  ])('%s', (_what, timing, from, expected) => {
    expect(runsOf(timing, from, expected.length)).toEqual(expected.map((at) => `2026-${at}`));
  });

  it('of an interval keeps its phase and skips missed runs', () => {
    const now = new Date('2026-03-01T12:00:10Z');
    const hour = every(3_600_000);
    expect(nextRunAfter(hour, now).toISOString()).toBe('2026-03-01T13:00:10.000Z');
    const due = (at: string) => nextRunAfter(hour, now, new Date(at)).toISOString();
    expect(due('2026-03-01T12:00:00Z')).toBe('2026-03-01T13:00:00.000Z');
    expect(due('2026-03-01T03:00:00Z')).toBe('2026-03-01T13:00:00.000Z');
    expect(due('2026-03-01T11:00:10Z')).toBe('2026-03-01T13:00:10.000Z');
  });
});

describe('a timing', () => {
  it.each([
    cron('*/5 0-6 1,15 * 1-5'),
    cron('0 0 29 2 *'),
    every(1_000),
    cron('@weekly', 'America/New_York'),
  ])('may be %j', (timing) => expect(problemOf(timing)).toBeNull());
  it.each([
    [cron(''), /five fields/],
    [cron('* * * * * *'), /five fields/],
    [cron('61 * * * *'), /not a cron expression/],
    [cron('@sometimes'), /not a cron expression/],
    [cron('0 0 31 2 *'), /not a cron expression/],
    [cron('0 0 * * *', 'Mars/Phobos'), /not a time zone/],
    [every(10), /interval/],
    [every(Number.NaN), /interval/],
    [{ cron: null, everyMs: null, timeZone: 'UTC' }, /either/],
    [{ cron: '0 0 * * *', everyMs: 5_000, timeZone: 'UTC' }, /either/],
  ])('may not be %j', (timing, problem) => expect(problemOf(timing)).toMatch(problem));
});

describe('the delay of a run', () => {
  it('lies below the jitter, differs between runs, and is the same in every process', () => {
    const due = Array.from({ length: 200 }, (_, i) => new Date(i * 60_000).toISOString());
    const delays = due.map((at) => delayOf('sched_1', at, 600_000));
    expect(delays.every((delay) => delay >= 0 && delay < 600_000)).toBe(true);
    expect(new Set(delays).size).toBeGreaterThan(150);
    expect(due.map((at) => delayOf('sched_1', at, 600_000))).toEqual(delays);
    expect(delayOf('sched_1', due[0] as string, 0)).toBe(0);
  });
});

it('the runs of a timing follow each other', () => {
  const daily = { cron: '0 2 * * *', everyMs: null, timeZone: 'UTC' };
  const first = new Date('2026-03-01T02:00:00Z');
  const runs = nextRuns(daily, first, 3).map((run) => run.toISOString().slice(0, 10));
  expect(runs).toEqual(['2026-03-01', '2026-03-02', '2026-03-03']);
});
