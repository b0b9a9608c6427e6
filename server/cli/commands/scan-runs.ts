import type { Command } from 'commander';
import {
  cancelScan,
  getScan,
  listScans,
  retryScan,
  type ScanRun,
  type SubJob,
} from '../../../contract/orchestration.js';
import { ConflictError, NotFoundError } from '../../platform/errors.js';
import { portLines } from '../output/ports-table.js';
import { gapLines, headline, subJobsTable } from '../output/scan-summary.js';
import { oneLine, scanMark, scanStatusCell } from '../output/scan-words.js';
import { bold, dim } from '../output/style.js';
import type { Api } from '../remote/api.js';
import { withApi } from '../remote/with-api.js';
import { followScan } from '../scans/follow-scan.js';
import { portsOf } from '../scans/ports-of-scan.js';
import { exitCodeOf, runScan } from '../scans/run-scan.js';
import { addRunOptions, type RunOptions } from '../scans/scan-options.js';
import type { Shell } from '../shell.js';

/** The process that runs the scan cancels it; if that process was killed, its lease must expire first. */
const LOST = {
  note: 'waiting for the process that runs it; if it is gone, this takes half a minute',
};

type Json = { json?: boolean };
const JSON_OPTION = ['--json', 'print one JSON document'] as const;

/** Commands on existing scans. */
export function addScanRuns(scan: Command, shell: Shell): void {
  scan
    .command('show <id>')
    .description('show a scan with its parts and their coverage')
    .option(...JSON_OPTION)
    .action((id: string, { json }: Json) =>
      withScan(shell, async (api) => {
        const scan = await scanOf(api, id);
        const openPorts = await portsOf(api, scan);
        if (json) return shell.printJson({ scan, ...(openPorts.length > 0 ? { openPorts } : {}) });
        shell.print([scanText(scan, shell.width), ...portLines(openPorts, shell.width)].join('\n'));
      }),
    );
  scan
    .command('follow <id>')
    .description('follow a scan until it ends; Ctrl+C stops following')
    .option('--allow-partial', 'exit 0 even if it ends as partial')
    .option(...JSON_OPTION)
    .action((id: string, options: Json & { allowPartial?: boolean }) =>
      withScan(shell, async (api) => {
        const { id: scanId } = await scanOf(api, id);
        const followed = await followScan(shell, api, scanId, { onSignal: 'leave' });
        printScan(shell, followed.scan, options);
        shell.exitCode = exitCodeOf(followed, options, false);
      }),
    );
  scan
    .command('cancel <id>')
    .description('cancel a scan and wait until its tools have stopped')
    .option(...JSON_OPTION)
    .action((id: string, options: Json) =>
      withScan(shell, (api) => cancel(shell, api, id, options)),
    );
  addRunOptions(
    scan
      .command('retry <id>')
      .description('retry the failed, cancelled or incomplete parts, or one part')
      .option('--sub-job <name or id>', 'only this part, e.g. eu-west-1'),
  ).action((id: string, options: RunOptions & { subJob?: string }) =>
    withScan(shell, async (api) => {
      const found = await scanOf(api, id);
      const part = options.subJob === undefined ? undefined : partOf(found, options.subJob).id;
      const request = { params: { scanId: found.id }, body: { subJobId: part } };
      await runScan(shell, api, () => api.call(retryScan, request), options);
    }),
  );
  scan
    .command('log <id>')
    .description('print the last lines of the output of its tools, secrets masked')
    .option('--sub-job <name or id>', 'only this part')
    .option(...JSON_OPTION)
    .action((id: string, { json, subJob }: Json & { subJob?: string }) =>
      withScan(shell, async (api) => {
        const found = await scanOf(api, id);
        const parts = subJob === undefined ? found.subJobs : [partOf(found, subJob)];
        if (json) {
          const subJobs = parts.map(({ id, name, tool, status, log }) => ({
            ...{ id, name, tool, status, log },
          }));
          return shell.printJson({ subJobs });
        }
        for (const part of parts) shell.print(logText(part));
      }),
    );
}

function withScan(shell: Shell, work: (api: Api) => Promise<void>): Promise<void> {
  return withApi(shell, work, { scans: {} });
}

/** A scan by its id; `last` is the newest. */
async function scanOf(api: Api, id: string): Promise<ScanRun> {
  if (id !== 'last') {
    return api.call(getScan, { params: { scanId: id } }).catch((error: unknown) => {
      if (!(error instanceof NotFoundError)) throw error;
      throw new NotFoundError(`there is no scan ${oneLine(id, 100)} (cspm scans lists them)`);
    });
  }
  const [newest] = (await api.call(listScans, { query: { limit: 1 } })).items;
  if (!newest) throw new NotFoundError('there are no scans yet');
  return api.call(getScan, { params: { scanId: newest.id } });
}

function partOf({ subJobs }: ScanRun, name: string): SubJob {
  const found = subJobs.filter((subJob) => subJob.id === name || subJob.name === name);
  if (found[0] && found.length === 1) return found[0];
  const names = subJobs.map((subJob) => subJob.name).join(', ');
  throw new NotFoundError(`the scan has no part ${oneLine(name, 100)}; there are: ${names}`);
}

/** A scan whose worker died is cancelled here once its lease has expired. */
async function cancel(shell: Shell, api: Api, id: string, options: Json): Promise<void> {
  const { id: scanId, status } = await scanOf(api, id);
  await api.call(cancelScan, { params: { scanId } }).catch((error: unknown) => {
    if (!(error instanceof ConflictError)) throw error;
    throw new ConflictError(`the scan has ended already (${status})`, error.details);
  });
  const isLost = status === 'running' && (await api.workers()) === 0;
  const followed = await followScan(shell, api, scanId, {
    onSignal: 'leave',
    ...(isLost ? LOST : {}),
  });
  printScan(shell, followed.scan, options);
  if (followed.signalCode !== null) shell.exitCode = followed.signalCode;
}

function printScan(shell: Shell, scan: ScanRun, { json }: Json): void {
  if (json) shell.printJson({ scan });
  else shell.print(scanText(scan, shell.width));
}

function scanText(scan: ScanRun, room: number): string {
  return [headline(scan, room), subJobsTable(scan.subJobs, room), ...gapLines(scan, room)].join(
    '\n',
  );
}

function logText({ name, tool, status, log }: SubJob): string {
  const word = scanStatusCell(status);
  const head = `${scanMark(status)} ${bold(oneLine(name))}  ${dim(tool)}  ${word.paint(word.text)}`;
  const lines = log.map((line) => `  ${oneLine(line, 4_000)}`);
  return [head, ...(lines.length > 0 ? lines : [dim('  no output')])].join('\n');
}
