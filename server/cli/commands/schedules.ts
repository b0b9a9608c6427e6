import type { Command } from 'commander';
import type { Schedule } from '../../../contract/scan-operations.js';
import { localOperator } from '../../platform/auth/actor.js';
import { NotFoundError, UnavailableError } from '../../platform/errors.js';
import { duration, oneLine } from '../output/scan-words.js';
import { cyan, dim, red, yellow } from '../output/style.js';
import { table } from '../output/table.js';
import type { Shell } from '../shell.js';
import { asUsage } from '../usage-error.js';
import { type ScanCore, withScans } from '../with-core.js';

type Json = { json?: boolean };
const JSON_OPTION = ['--json', 'print one JSON document'] as const;

export function addSchedules(schedules: Command, shell: Shell): void {
  schedules.option(...JSON_OPTION).action(({ json }: Json) =>
    withScans(shell, async (core) => {
      const { items } = await serviceOf(core).list(localOperator);
      if (json) shell.printJson({ schedules: items });
      else shell.print(schedulesTable(items, shell.width));
    }),
  );
  const one = (name: string, description: string) =>
    schedules
      .command(`${name} <id>`)
      .description(description)
      .option(...JSON_OPTION);
  const change = (changes: { enabled?: boolean; cron?: string; timeZone?: string }) => {
    return async (core: ScanCore, id: string) => {
      return serviceOf(core).change(localOperator, id, changes);
    };
  };
  one('enable', 'enable it').action((id: string, options: Json) =>
    act(shell, id, options, change({ enabled: true })),
  );
  one('disable', 'disable it').action((id: string, options: Json) =>
    act(shell, id, options, change({ enabled: false })),
  );
  one('set', 'change its timing')
    .requiredOption('--cron <expression>', 'five fields, e.g. “30 2 * * 1-5”')
    .option('--time-zone <zone>', 'e.g. Europe/Berlin; UTC unless set')
    .action((id: string, options: Json & { cron: string; timeZone?: string }) =>
      act(shell, id, options, change({ cron: options.cron, timeZone: options.timeZone })),
    );
  one('run', 'enqueue it now, in addition to its schedule').action((id: string, options: Json) =>
    act(shell, id, options, async (core, known) => {
      const schedule = await serviceOf(core).runNow(localOperator, known);
      if ((await core.orchestration.workers()).length === 0) {
        shell.note(
          yellow(
            'queued, but no worker is running on this store: start “cspm serve” or “cspm worker”',
          ),
        );
      }
      return schedule;
    }),
  );
}

async function act(
  shell: Shell,
  id: string,
  { json }: Json,
  work: (core: ScanCore, id: string) => Promise<Schedule>,
): Promise<void> {
  await withScans(shell, async (core) => {
    const schedule = await asUsage(work(core, id)).catch((error: unknown) => {
      throw error instanceof NotFoundError ? noSuchSchedule(id) : error;
    });
    if (json) shell.printJson({ schedule });
    else shell.print(schedulesTable([schedule], shell.width));
  });
}

function noSuchSchedule(id: string): NotFoundError {
  return new NotFoundError(`there is no schedule ${oneLine(id, 200)} (cspm schedules lists them)`);
}

function serviceOf({ orchestration }: ScanCore) {
  if (orchestration.schedules) return orchestration.schedules;
  throw new UnavailableError('the scheduler is not loaded');
}

function schedulesTable(schedules: readonly Schedule[], room: number): string {
  return table(
    [
      { title: 'Id', grows: 2 },
      { title: 'What', grows: 2 },
      { title: 'When' },
      { title: 'Next' },
      { title: 'Last' },
      { title: 'Outcome' },
    ],
    schedules.map((schedule) => {
      const { id, name, cron, everyMs, timeZone, enabled, nextRunAt, lastRunAt } = schedule;
      const zone = timeZone === 'UTC' ? '' : ` ${timeZone}`;
      return [
        { text: id, paint: cyan },
        oneLine(name, 200),
        cron === null ? `every ${length(everyMs)}` : `${cron}${zone}`,
        enabled ? minuteOf(nextRunAt) : { text: 'off', paint: dim },
        minuteOf(lastRunAt),
        outcomeCell(schedule),
      ];
    }),
    room,
  );
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

function outcomeCell({ lastOutcome, lastError }: Schedule) {
  const text = oneLine([lastOutcome ?? '–', lastError].filter(Boolean).join(': '), 200);
  return lastOutcome === 'failed' ? { text, paint: red } : text;
}
