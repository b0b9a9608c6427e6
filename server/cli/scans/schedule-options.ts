import { type Command, InvalidArgumentError, Option } from 'commander';
import { usageError } from '../usage-error.js';

const PRESETS = ['hourly', 'daily', 'weekly', 'monthly'] as const;
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** When a schedule runs, as options name it. */
export interface TimingOptions {
  cron?: string;
  every?: (typeof PRESETS)[number];
  at?: { hour: number; minute: number };
  on?: number;
  timeZone?: string;
  jitter?: number;
}

export function addTimingOptions(command: Command): Command {
  return command
    .optionsGroup('When:')
    .option('--cron <expression>', 'five fields, e.g. “30 2 * * 1-5”')
    .addOption(new Option('--every <preset>', 'instead of --cron').choices(PRESETS))
    .option('--at <HH:MM>', 'the time of --every; 02:00 unless set', timeFrom)
    .option('--on <day>', 'the weekday of --every weekly; sunday unless set', dayFrom)
    .option('--time-zone <zone>', 'e.g. Europe/Berlin; UTC unless set')
    .option('--jitter <minutes>', 'start each run up to this much later', Number);
}

/** The cron expression that the options name. Throws a usage error. */
export function cronOf({ cron, every, at, on }: TimingOptions): string {
  if ((cron === undefined) === (every === undefined)) {
    throw usageError('give either --cron or --every');
  }
  if (cron !== undefined) {
    if (at || on !== undefined) throw usageError('--at and --on belong to --every');
    return cron;
  }
  if (on !== undefined && every !== 'weekly') throw usageError('--on belongs to --every weekly');
  const { hour, minute } = at ?? { hour: 2, minute: 0 };
  switch (every) {
    case 'hourly':
      return `${minute} * * * *`;
    case 'weekly':
      return `${minute} ${hour} * * ${on ?? 0}`;
    case 'monthly':
      return `${minute} ${hour} 1 * *`;
    default:
      return `${minute} ${hour} * * *`;
  }
}

function timeFrom(text: string): { hour: number; minute: number } {
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hour === undefined) throw new InvalidArgumentError('give a time such as 02:30');
  return { hour: Number(hour), minute: Number(minute) };
}

function dayFrom(text: string): number {
  const day = DAYS.findIndex((name) => text.length >= 3 && name.startsWith(text.toLowerCase()));
  if (day < 0) throw new InvalidArgumentError('give a weekday such as monday');
  return day;
}
