import type { ScanRun, SubJob } from '../../../contract/orchestration.js';
import type { Shell } from '../shell.js';
import { cut, LiveLines } from './live-lines.js';
import { duration, oneLine, scanMark } from './scan-words.js';
import { bold, count, dim } from './style.js';

export interface ScanProgress {
  show(scan: ScanRun): void;
  /** Shows a message next to the progress. */
  note(text: string): void;
  stop(): void;
}

/** Progress on standard error: redrawn on a terminal, appended elsewhere. */
export function scanProgress(shell: Shell, hint: string): ScanProgress {
  return shell.io.stderr.isTTY ? liveProgress(shell, hint) : plainProgress(shell);
}

const FRAME_MS = 200;

function liveProgress(shell: Shell, hint: string): ScanProgress {
  const live = new LiveLines(shell, shell.io.stderr);
  let scan: ScanRun | null = null;
  let seenAtMs = 0;
  let message = hint;
  const draw = () => {
    const seen = scan;
    if (!seen) return;
    const sinceMs = seen.startedAt ? performance.now() - seenAtMs : 0;
    live.show((columns, rows) => [
      headLine(seen, sinceMs, columns),
      ...subJobLines(seen.subJobs, columns, rows - 3),
      dim(cut(message, columns)),
    ]);
  };
  // The timer also keeps the process alive.
  const timer = setInterval(draw, FRAME_MS);
  return {
    show: (next) => {
      scan = next;
      seenAtMs = performance.now();
      draw();
    },
    note: (text) => {
      message = text;
      draw();
    },
    stop: () => {
      clearInterval(timer);
      live.clear();
    },
  };
}

function headLine(scan: ScanRun, sinceMs: number, columns: number): string {
  const { target, status, isCancelling, progress, durationMs, estimateMs } = scan;
  const elapsed = durationMs === null ? '' : `  ${seconds(durationMs + sinceMs)}`;
  const usual = estimateMs ? ` of about ${seconds(estimateMs)}` : '';
  const word = isCancelling ? 'cancelling' : status;
  const rest = `  ${Math.floor(progress * 100)} %  ${word}${elapsed}${usual}`;
  return `${bold(cut(oneLine(target), columns - rest.length))}${rest}`;
}

/** Whole seconds, because tenths flicker. */
const seconds = (ms: number) => (ms < 60_000 ? `${Math.round(ms / 1_000)} s` : duration(ms));

const RANK = { running: 0, failed: 1, partial: 2, queued: 3, completed: 4, cancelled: 5 } as const;

/** All parts if they fit, else the most important. */
function subJobLines(subJobs: readonly SubJob[], columns: number, room: number): string[] {
  const most = Math.max(1, room - 1);
  const isAll = subJobs.length <= room;
  const chosen = isAll
    ? subJobs
    : [...subJobs].sort((a, b) => RANK[a.status] - RANK[b.status]).slice(0, most);
  const wide = Math.min(24, Math.max(...chosen.map(({ name }) => name.length)));
  const lines = chosen.map((subJob) => {
    const name = cut(oneLine(subJob.name), wide).padEnd(wide);
    const text = cut(statusText(subJob), columns - wide - 5);
    return `  ${scanMark(subJob.status)} ${name} ${dim(text)}`;
  });
  return isAll ? lines : [...lines, dim(`  … and ${subJobs.length - chosen.length} more`)];
}

function statusText({ status, problem, results, log }: SubJob): string {
  if (problem) return oneLine(problem);
  if (status === 'queued') return 'waiting';
  if (status === 'completed') return count(results, 'result');
  if (status === 'cancelled') return '';
  return oneLine(log.at(-1) ?? status);
}

const SILENCE_MS = 30_000;

function plainProgress(shell: Shell): ScanProgress {
  const known = new Map<string, string>();
  let printedAtMs = performance.now();
  let last: ScanRun | null = null;
  const print = (text: string) => {
    printedAtMs = performance.now();
    shell.note(text);
  };
  const timer = setInterval(() => {
    if (!last || performance.now() - printedAtMs < SILENCE_MS) return;
    const ended = last.subJobs.filter(({ finishedAt }) => finishedAt !== null).length;
    print(
      `${last.status}: ${Math.floor(last.progress * 100)} %, ${ended} of ${last.subJobs.length} done`,
    );
  }, 1_000);
  return {
    show: (scan) => {
      if (!last) print(`scan ${scan.id} of ${oneLine(scan.target)}`);
      last = scan;
      for (const subJob of scan.subJobs) {
        if (known.get(subJob.id) === subJob.status) continue;
        known.set(subJob.id, subJob.status);
        if (subJob.status === 'queued') continue;
        const details = subJob.finishedAt ? statusText(subJob) : '';
        print(`${oneLine(subJob.name)}: ${subJob.status}${details && ` (${details})`}`);
      }
    },
    note: print,
    stop: () => clearInterval(timer),
  };
}
