import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import {
  listScans,
  SCAN_STATUSES,
  ScanStatus,
  type ScanSummary,
} from '../../../contract/orchestration.js';
import { cut, LiveLines } from '../output/live-lines.js';
import { partsText } from '../output/scan-summary.js';
import { ago, duration, oneLine, scanStatusCell } from '../output/scan-words.js';
import { bold, cyan, dim, number } from '../output/style.js';
import { type Cell, type Column, table } from '../output/table.js';
import type { Api } from '../remote/api.js';
import { withApi } from '../remote/with-api.js';
import { Interrupts } from '../scans/interrupts.js';
import { listed } from '../scans/scan-options.js';
import type { Shell } from '../shell.js';
import { fitted } from '../usage-error.js';

interface Options {
  status?: string[];
  limit: number;
  watch?: boolean;
  json?: boolean;
}

const POLL_MS = 1_000;
const MAX_LIMIT = 500;
/** As many as the API gives at once. */
const PAGE = 200;

export function addScans(command: Command, shell: Shell): void {
  command
    .option('--watch', 'keep showing changes; Ctrl+C stops')
    .option(
      '--status <status>',
      `only these: ${SCAN_STATUSES.join(', ')}; repeatable or comma-separated`,
      listed,
    )
    .option('--limit <number>', 'how many', limitFrom, 20)
    .option('--json', 'print one JSON document; with --watch, one per line on every change')
    .action((options: Options) =>
      withApi(
        shell,
        (api) => (options.watch ? watch(shell, api, options) : once(shell, api, options)),
        { scans: {} },
      ),
    );
}

function limitFrom(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= MAX_LIMIT) return value;
  throw new InvalidArgumentError(`give a whole number from 1 to ${MAX_LIMIT}`);
}

async function listOf(api: Api, { status, limit }: Options): Promise<ScanSummary[]> {
  const wanted = status && fitted(ScanStatus.array(), status);
  const items: ScanSummary[] = [];
  let cursor: string | undefined;
  do {
    const most = Math.min(limit - items.length, PAGE);
    const page = await api.call(listScans, { query: { status: wanted, limit: most, cursor } });
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && items.length < limit);
  return items;
}

async function once(shell: Shell, api: Api, options: Options): Promise<void> {
  const scans = await listOf(api, options);
  if (options.json) return shell.printJson({ scans });
  if (scans.length > 0) return shell.print(scansTable(scans, shell.width));
  shell.print(
    options.status
      ? 'there is no scan with this status'
      : 'there are no scans yet: cspm scan web https://www.example.org needs no tool',
  );
}

async function watch(shell: Shell, api: Api, options: Options): Promise<void> {
  const leaving = new AbortController();
  const interrupts = new Interrupts(shell.io, () => leaving.abort());
  const live =
    shell.io.stdout.isTTY && !options.json ? new LiveLines(shell, shell.io.stdout) : null;
  // The reader is gone: `cspm scans --watch | head`.
  shell.io.stdout.once('error', () => leaving.abort());
  let printed = '';
  try {
    while (!leaving.signal.aborted) {
      const scans = await listOf(api, options);
      if (live) {
        live.show((columns, rows) => {
          const lines = scans.length > 0 ? scansTable(scans, columns).split('\n') : ['no scan yet'];
          const shown = lines.slice(0, rows - 1);
          return [...shown, dim(cut(`${new Date().toLocaleTimeString()}  Ctrl+C stops`, columns))];
        });
      } else {
        printed = printChanges(shell, scans, printed, options);
      }
      await sleep(POLL_MS, undefined, { signal: leaving.signal }).catch(() => undefined);
    }
  } finally {
    interrupts.close();
  }
}

/** Prints one line per change where lines cannot be redrawn. Returns what was printed. */
function printChanges(
  shell: Shell,
  scans: readonly ScanSummary[],
  before: string,
  { json }: Options,
): string {
  const facts = scans.map(({ durationMs: _, ...scan }) => scan);
  const now = JSON.stringify({ scans: facts });
  if (now === before) return before;
  if (json) shell.print(now);
  else {
    const known = new Set(before.split('\n'));
    const lines = facts.map(
      ({ id, target, status, progress, subJobs }) =>
        `${id}  ${status}  ${Math.floor(progress * 100)} %  ${partsText(subJobs)}  ${oneLine(target, 200)}`,
    );
    for (const line of lines) if (!known.has(line)) shell.print(line);
    return lines.join('\n');
  }
  return now;
}

/** Below this width the table omits columns that follow from others. */
const WIDE = 120;

function scansTable(scans: readonly ScanSummary[], room: number): string {
  const isWide = room >= WIDE;
  const columns: (Column & { isShown?: boolean })[] = [
    { title: 'Id' },
    { title: 'Target', grows: 3 },
    { title: 'Kind', isShown: isWide },
    { title: 'Status' },
    { title: 'Parts', grows: 1, isShown: isWide },
    { title: 'Opened', align: 'right' },
    { title: 'Resolved', align: 'right', isShown: isWide },
    { title: 'Began', align: 'right' },
    { title: 'Took', align: 'right', isShown: isWide },
  ];
  const shown = <T>(list: readonly T[]) => list.filter((_, i) => columns[i]?.isShown !== false);
  const rows = scans.map((scan): Cell[] => {
    const { id, target, kind, status, isCancelling, subJobs, findings, startedAt } = scan;
    const state = scanStatusCell(status, isCancelling);
    const isOn = status === 'running' && !isCancelling;
    return [
      { text: id, paint: cyan },
      { text: oneLine(target, 300), paint: bold },
      kind,
      isOn ? { ...state, text: `${state.text} ${Math.floor(scan.progress * 100)} %` } : state,
      partsText(subJobs),
      number(findings.opened + findings.reopened),
      number(findings.resolved),
      startedAt ? ago(startedAt) : '–',
      duration(scan.durationMs),
    ];
  });
  return table(shown(columns), rows.map(shown), room);
}
