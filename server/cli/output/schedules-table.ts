import type { SystemJob } from '../../../contract/scan-operations.js';
import type { ScanSchedule } from '../../../contract/scan-schedules.js';
import { duration, oneLine } from './scan-words.js';
import { cyan, dim, red, yellow } from './style.js';
import { type Cell, table } from './table.js';

/** The team's scan schedules, with the scan of their last run. */
export function scanSchedulesTable(schedules: readonly ScanSchedule[], room: number): string {
  return table(
    [
      { title: 'Id', grows: 2 },
      { title: 'Name', grows: 2 },
      { title: 'Target', grows: 2 },
      { title: 'When' },
      { title: 'Next' },
      { title: 'Last', grows: 2 },
    ],
    schedules.map((schedule) => [
      { text: schedule.id, paint: cyan },
      oneLine(schedule.name, 200),
      oneLine(`${schedule.kind} ${schedule.target}`, 200),
      timing(schedule),
      schedule.enabled ? minuteOf(schedule.nextRunAt) : { text: 'paused', paint: dim },
      lastRunCell(schedule),
    ]),
    room,
  );
}

export function systemJobsTable(jobs: readonly SystemJob[], room: number): string {
  return table(
    [
      { title: 'Id', grows: 2 },
      { title: 'What', grows: 2 },
      { title: 'When' },
      { title: 'Next' },
      { title: 'Last' },
      { title: 'Outcome' },
    ],
    jobs.map((job) => [
      { text: job.id, paint: cyan },
      oneLine(job.name, 200),
      timing(job),
      job.enabled ? minuteOf(job.nextRunAt) : { text: 'off', paint: dim },
      minuteOf(job.lastRunAt),
      outcomeCell(job),
    ]),
    room,
  );
}

function timing({ cron, everyMs, timeZone }: Pick<SystemJob, 'cron' | 'everyMs' | 'timeZone'>) {
  if (cron === null) return `every ${length(everyMs)}`;
  return `${cron}${timeZone === 'UTC' ? '' : ` ${timeZone}`}`;
}

/** `15 s`, `10 min`, `2 h`, `7 d`: in the largest unit that divides it. */
function length(ms: number | null): string {
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1_000],
  ] as const;
  const unit = units.find(([, size]) => ms !== null && ms % size === 0);
  return unit && ms ? `${ms / unit[1]} ${unit[0]}` : duration(ms);
}

function minuteOf(instant: string | null): string {
  return instant ? instant.slice(0, 16).replace('T', ' ') : '–';
}

function outcomeCell({ lastOutcome, lastError }: SystemJob): Cell {
  const text = oneLine([lastOutcome ?? '–', lastError].filter(Boolean).join(': '), 200);
  return lastOutcome === 'failed' ? { text, paint: red } : text;
}

function lastRunCell({ lastRun }: ScanSchedule): Cell {
  if (!lastRun) return '–';
  const { at, outcome, scanId, reason } = lastRun;
  const what = outcome === 'started' ? (scanId ?? '') : `${outcome}: ${reason}`;
  const text = oneLine(`${minuteOf(at)} ${what}`, 200);
  const paint = { started: String, skipped: yellow, failed: red }[outcome];
  return { text, paint };
}
