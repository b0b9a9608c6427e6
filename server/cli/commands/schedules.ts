import type { Command } from 'commander';
import type { SystemJob } from '../../../contract/scan-operations.js';
import type { ScanSchedule } from '../../../contract/scan-schedules.js';
import { localOperator } from '../../platform/auth/actor.js';
import { NotFoundError } from '../../platform/errors.js';
import { oneLine } from '../output/scan-words.js';
import { scanSchedulesTable, systemJobsTable } from '../output/schedules-table.js';
import { yellow } from '../output/style.js';
import { helpText } from '../output/wrap.js';
import { schedulesOf } from '../scans/schedules-of.js';
import type { Shell } from '../shell.js';
import { asUsage } from '../usage-error.js';
import { type ScanCore, withScans } from '../with-core.js';
import { addNewSchedules } from './schedules-add.js';

type Json = { json?: boolean };
type ListOptions = Json & { system?: boolean };
const JSON_OPTION = ['--json', 'print one JSON document'] as const;

const MORE = helpText(
  'A run is skipped, and recorded as skipped, while another scan of its target is active. Internal jobs of the installation are apart: --system lists them; set, pause, resume and run also take their ids.',
);

export function addSchedules(schedules: Command, shell: Shell): void {
  schedules.enablePositionalOptions().helpCommand(false).addHelpText('after', MORE);
  listing(schedules, shell);
  listing(schedules.command('list').description('list the scan schedules'), shell);
  addNewSchedules(schedules, shell);
  const one = (name: string, description: string) =>
    schedules
      .command(`${name} <id>`)
      .description(description)
      .option(...JSON_OPTION);
  const change = (changes: { enabled?: boolean; cron?: string; timeZone?: string }): Change => ({
    ofTeam: (core, id) => schedulesOf(core).scanSchedules.change(localOperator, id, changes),
    ofSystem: (core, id) => schedulesOf(core).systemJobs.change(localOperator, id, changes),
  });
  one('pause', 'pause it')
    .alias('disable')
    .action((id: string, options: Json) => act(shell, id, options, change({ enabled: false })));
  one('resume', 'resume it')
    .alias('enable')
    .action((id: string, options: Json) => act(shell, id, options, change({ enabled: true })));
  one('set', 'change its timing')
    .requiredOption('--cron <expression>', 'five fields, e.g. “30 2 * * 1-5”')
    .option('--time-zone <zone>', 'e.g. Europe/Berlin; UTC unless set')
    .action((id: string, options: Json & { cron: string; timeZone?: string }) =>
      act(shell, id, options, change({ cron: options.cron, timeZone: options.timeZone })),
    );
  one('run', 'enqueue it now, in addition to its schedule').action((id: string, options: Json) =>
    act(shell, id, options, {
      ofTeam: async (core, known) => {
        const schedule = await schedulesOf(core).scanSchedules.runNow(localOperator, known);
        await noteMissingWorker(shell, core);
        return schedule;
      },
      ofSystem: async (core, known) => {
        const job = await schedulesOf(core).systemJobs.runNow(localOperator, known);
        await noteMissingWorker(shell, core);
        return job;
      },
    }),
  );
  one('remove', 'delete it; its scans stay').action((id: string, { json }: Json) =>
    withScans(shell, async (core) => {
      const removed = await schedulesOf(core)
        .scanSchedules.remove(localOperator, id)
        .catch((error: unknown) => {
          throw error instanceof NotFoundError ? noSuchSchedule(id) : error;
        });
      if (json) shell.printJson(removed);
      else shell.print(`deleted ${id}`);
    }),
  );
}

function listing(command: Command, shell: Shell): void {
  command
    .option('--system', 'the internal jobs of the installation instead')
    .option(...JSON_OPTION)
    .action((_options: ListOptions, own: Command) => {
      const { json, system } = own.optsWithGlobals<ListOptions>();
      return withScans(shell, async (core) => {
        if (system) {
          const { items } = await schedulesOf(core).systemJobs.list(localOperator);
          if (json) return shell.printJson({ systemJobs: items });
          return shell.print(systemJobsTable(items, shell.width));
        }
        const schedules = await allSchedules(core);
        if (json) return shell.printJson({ schedules });
        shell.print(
          schedules.length > 0
            ? scanSchedulesTable(schedules, shell.width)
            : 'there are no schedules: cspm schedules add web https://www.example.org --every daily',
        );
      });
    });
}

const PAGE_SIZE = 200;

async function allSchedules(core: ScanCore): Promise<ScanSchedule[]> {
  const { scanSchedules } = schedulesOf(core);
  const found: ScanSchedule[] = [];
  let cursor: string | undefined;
  do {
    const page = await scanSchedules.list(localOperator, {}, PAGE_SIZE, cursor);
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

interface Change {
  ofTeam: (core: ScanCore, id: string) => Promise<ScanSchedule>;
  ofSystem: (core: ScanCore, id: string) => Promise<SystemJob>;
}

/** Changes the team's schedule of this id, or else the internal job. */
async function act(shell: Shell, id: string, { json }: Json, change: Change): Promise<void> {
  await withScans(shell, async (core) => {
    const schedule = await orMissing(asUsage(change.ofTeam(core, id)));
    if (schedule) {
      if (json) shell.printJson({ schedule });
      else shell.print(scanSchedulesTable([schedule], shell.width));
      return;
    }
    const systemJob = await orMissing(asUsage(change.ofSystem(core, id)));
    if (!systemJob) throw noSuchSchedule(id);
    if (json) shell.printJson({ schedule: systemJob });
    else shell.print(systemJobsTable([systemJob], shell.width));
  });
}

async function orMissing<T>(work: Promise<T>): Promise<T | null> {
  return work.catch((error: unknown) => {
    if (error instanceof NotFoundError) return null;
    throw error;
  });
}

function noSuchSchedule(id: string): NotFoundError {
  return new NotFoundError(`there is no schedule ${oneLine(id, 200)} (cspm schedules lists them)`);
}

async function noteMissingWorker(shell: Shell, core: ScanCore): Promise<void> {
  if ((await core.orchestration.workers()).length > 0) return;
  shell.note(
    yellow('queued, but no worker is running on this store: start “cspm serve” or “cspm worker”'),
  );
}
