import type { SystemJob } from '../../../contract/scan-operations.js';
import { duration } from '../../ui/format.js';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** When a schedule runs: in words if simple, as the cron expression otherwise. */
export function timingInWords({
  cron,
  everyMs,
  timeZone,
}: Pick<SystemJob, 'cron' | 'everyMs' | 'timeZone'>): string {
  if (everyMs !== null) return `Every ${duration(everyMs)}`;
  const text = cronInWords(cron ?? '');
  return `${text} (${timeZone})`;
}

/** Plain daily and weekly times: `13 2 * * 1-6` is `At 02:13, Monday to Saturday`. */
export function cronInWords(cron: string): string {
  const [minute = '', hour = '', day, month, weekday = '', ...more] = cron.trim().split(/\s+/);
  const days = daysInWords(weekday);
  const isPlain = /^\d{1,2}$/.test(minute) && /^\d{1,2}$/.test(hour) && day === '*';
  if (!isPlain || month !== '*' || days === null || more.length > 0) return `Cron ${cron}`;
  return `At ${hour.padStart(2, '0')}:${minute.padStart(2, '0')}, ${days}`;
}

function daysInWords(weekday: string): string | null {
  if (weekday === '*') return 'every day';
  const range = /^([0-7])-([0-7])$/.exec(weekday);
  if (range) return `${dayName(range[1])} to ${dayName(range[2])}`;
  if (!/^[0-7](,[0-7])*$/.test(weekday)) return null;
  return weekday.split(',').map(dayName).join(', ');
}

function dayName(number: string | undefined): string {
  return DAYS[Number(number) % 7] ?? '';
}

export const overlaps = [
  { value: 'skip', label: 'Skip it', description: 'It runs the next time.' },
  { value: 'queue', label: 'Queue it', description: 'It runs when the previous one has ended.' },
  {
    value: 'cancel_previous',
    label: 'Stop the previous one',
    description: 'The new run replaces the previous one.',
  },
] as const satisfies readonly { value: SystemJob['overlap']; label: string; description: string }[];
