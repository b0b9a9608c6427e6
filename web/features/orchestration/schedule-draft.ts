import type { ScanSchedule } from '../../../contract/scan-schedules.js';
import { ApiProblem } from '../../api/api-problem.js';
import { type Interval, intervalOf, msOf } from './interval.js';
import type { DraftErrors } from './scan-draft.js';
import type { Timing } from './schedule.api.js';
import { ownTimeZone } from './time-zones.js';

export const PRESETS = ['hourly', 'daily', 'weekly', 'monthly', 'cron', 'interval'] as const;
export type Preset = (typeof PRESETS)[number];

/** When a schedule runs, as its form holds it. */
export interface TimingDraft {
  name: string;
  preset: Preset;
  /** `HH:MM` */
  time: string;
  /** 0 is Sunday. */
  weekday: string;
  dayOfMonth: string;
  cron: string;
  every: Interval;
  timeZone: string;
  jitterMinutes: string;
}

export type TimingErrors = Partial<Record<keyof TimingDraft, string>>;

const fresh = (): TimingDraft => ({
  name: '',
  preset: 'daily',
  time: '02:00',
  weekday: '1',
  dayOfMonth: '1',
  cron: '0 2 * * *',
  every: intervalOf(6 * 3_600_000),
  timeZone: ownTimeZone(),
  jitterMinutes: '0',
});

/** The form of a new schedule, or of an existing one: with its preset where its cron expression is plain. */
export function timingDraftOf(schedule?: ScanSchedule): TimingDraft {
  const draft = fresh();
  if (!schedule) return draft;
  const { name, cron, everyMs, timeZone, jitterMinutes } = schedule;
  const known = { ...draft, name, timeZone, jitterMinutes: String(jitterMinutes) };
  if (cron === null) return { ...known, preset: 'interval', every: intervalOf(everyMs) };
  return { ...known, cron, ...presetOf(cron) };
}

function presetOf(cron: string): Partial<TimingDraft> & Pick<TimingDraft, 'preset'> {
  const [, minute = '', hour = '', day = '', weekday = ''] =
    /^(\d{1,2}) (\d{1,2}|\*) (\d{1,2}|\*) \* ([0-6]|\*)$/.exec(cron.trim()) ?? [];
  if (minute === '') return { preset: 'cron' };
  const time = `${(hour === '*' ? '0' : hour).padStart(2, '0')}:${minute.padStart(2, '0')}`;
  if (hour === '*') {
    return day === '*' && weekday === '*' ? { preset: 'hourly', time } : { preset: 'cron' };
  }
  if (day === '*') {
    return weekday === '*' ? { preset: 'daily', time } : { preset: 'weekly', time, weekday };
  }
  return weekday === '*' ? { preset: 'monthly', time, dayOfMonth: day } : { preset: 'cron' };
}

/** What the server gets; null while a field is not usable. */
export function timingOf(draft: TimingDraft): Timing | null {
  if (Object.keys(timingErrors(draft)).length > 0) return null;
  const { preset, timeZone, every } = draft;
  return preset === 'interval' ? { everyMs: msOf(every) } : { cron: cronOf(draft), timeZone };
}

function cronOf({ preset, time, weekday, dayOfMonth, cron }: TimingDraft): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  switch (preset) {
    case 'hourly':
      return `${minute} * * * *`;
    case 'weekly':
      return `${minute} ${hour} * * ${weekday}`;
    case 'monthly':
      return `${minute} ${hour} ${dayOfMonth} * *`;
    case 'daily':
      return `${minute} ${hour} * * *`;
    default:
      return cron.trim();
  }
}

export function timingErrors(draft: TimingDraft): TimingErrors {
  const { preset, time, cron, every, jitterMinutes, name } = draft;
  const errors: TimingErrors = {};
  if (name.length > 120) errors.name = 'Write at most 120 characters';
  if (preset === 'cron') {
    if (cron.trim().split(/\s+/).length !== 5 && !cron.trim().startsWith('@')) {
      errors.cron = 'Enter five fields: minute, hour, day, month, weekday';
    }
  } else if (preset === 'interval') {
    if (!(msOf(every) >= 300_000)) errors.every = 'Enter at least 5 minutes';
  } else if (!/^\d\d:\d\d$/.test(time)) {
    errors.time = 'Enter a time';
  }
  const jitter = Number(jitterMinutes);
  if (!Number.isInteger(jitter) || jitter < 0 || jitter > 240) {
    errors.jitterMinutes = 'Enter whole minutes from 0 to 240';
  }
  return errors;
}

const FIELDS: Record<string, keyof TimingDraft> = {
  name: 'name',
  cron: 'cron',
  everyMs: 'every',
  timeZone: 'timeZone',
  jitterMinutes: 'jitterMinutes',
};

/** What the server says of fields, at the fields of the form; null when it says nothing of any. */
export function serverErrors(
  problem: unknown,
  kind: string,
): { timing: TimingErrors; target: DraftErrors } | null {
  if (!(problem instanceof ApiProblem)) return null;
  const timing: TimingErrors = {};
  const target: DraftErrors = {};
  for (const { path, message } of problem.errors) {
    const [, head = '', of = ''] = /^(?:body|query)\.(\w+)(?:\.(\w+))?/.exec(path) ?? [];
    const field = FIELDS[head];
    if (field) timing[field] ??= message;
    const isRepository = kind === 'repository' && of === 'url';
    if (head === 'request' && of) {
      target[(isRepository ? 'repository' : of) as keyof DraftErrors] ??= message;
    }
  }
  const isAny = Object.keys(timing).length + Object.keys(target).length > 0;
  return isAny ? { timing, target } : null;
}
