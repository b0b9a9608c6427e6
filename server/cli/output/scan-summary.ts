import type { ScanRun, SubJob } from '../../../contract/orchestration.js';
import { SEVERITIES, type SeverityCounts } from '../../../contract/severity.js';
import type { PostureChange, ScanEffects } from '../scans/scan-effects.js';
import {
  coverageText,
  duration,
  durationOf,
  oneLine,
  scanMark,
  scanStatusCell,
} from './scan-words.js';
import { bold, cyan, dim, number, percent, yellow } from './style.js';
import { type Cell, type Column, table } from './table.js';
import { wrap } from './wrap.js';

const NUMBER = { align: 'right' } as const;
const MAX_GAPS = 12;

/** Status, parts with coverage, effects and next steps. */
export function scanSummary(scan: ScanRun, effects: ScanEffects | null, room: number): string {
  return [
    headline(scan, room),
    subJobsTable(scan.subJobs, room),
    ...gapLines(scan, room),
    ...(effects ? effectLines(scan, effects, room) : []),
    ...nextStepLines(scan),
  ].join('\n');
}

export function headline(scan: ScanRun, room: number): string {
  const { status, target, durationMs, problem, id, isCancelling } = scan;
  const took = durationMs === null ? '' : ` in ${duration(durationMs)}`;
  const word = scanStatusCell(status, isCancelling);
  const first = `${scanMark(status)} ${bold(oneLine(target))}: ${word.paint(word.text)}${took}  ${dim(id)}`;
  return problem ? [first, ...indented(oneLine(problem, 2_000), yellow, room)].join('\n') : first;
}

/** Below this width the table omits less important columns. */
const WIDE = 100;
const LONG_NAME = 24;

export function subJobsTable(subJobs: readonly SubJob[], room: number): string {
  const isWide = room >= WIDE;
  const isLong = subJobs.some(({ name }) => name.length > LONG_NAME);
  const columns: (Column & { isShown?: boolean })[] = [
    { title: 'Part', ...(isLong ? { grows: 2 } : {}) },
    { title: 'Tool', isShown: isWide },
    { title: 'Status' },
    { title: 'Evidence', grows: 2 },
    { title: 'Results', ...NUMBER },
    { title: 'Opened', ...NUMBER },
    { title: 'Resolved', ...NUMBER },
    { title: 'Time', ...NUMBER, isShown: isWide },
  ];
  const shown = <T>(list: readonly T[]) => list.filter((_, i) => columns[i]?.isShown !== false);
  const rows = subJobs.map((subJob): Cell[] => {
    const { name, tool, status, results, findings } = subJob;
    return [
      oneLine(name),
      tool,
      scanStatusCell(status),
      coverageText(subJob),
      number(results),
      number(findings.opened + findings.reopened),
      number(findings.resolved),
      duration(durationOf(subJob)),
    ];
  });
  return table(shown(columns), rows.map(shown), room);
}

/** Coverage gaps with reasons, and problems of parts that the headline omits. */
export function gapLines({ subJobs, problem: headlineProblem }: ScanRun, room: number): string[] {
  const parts = new Map<string, string[]>();
  const add = (gap: string, part: string) => parts.set(gap, [...(parts.get(gap) ?? []), part]);
  for (const { name, problem, coverage } of subJobs) {
    const part = oneLine(name);
    if (subJobs.length > 1 && problem && !headlineProblem?.includes(problem)) {
      add(oneLine(problem, 2_000), part);
    }
    for (const { what, why } of coverage?.skipped ?? []) {
      add(`${oneLine(what)}: ${oneLine(why)}`, part);
    }
    if (coverage?.missing.length) {
      add(`without any result: ${oneLine(coverage.missing.join(', '), 300)}`, part);
    }
  }
  if (parts.size === 0) return [];
  const gaps = [...parts].map(([gap, its]) =>
    subJobs.length > 1 ? `${partsNamed(its, subJobs.length)}: ${gap}` : gap,
  );
  const more = gaps.length - MAX_GAPS;
  return [
    yellow('Not covered:'),
    ...gaps.slice(0, MAX_GAPS).flatMap((gap) => indented(gap, String, room)),
    ...(more > 0 ? [dim(`  … and ${number(more)} more (--json has them)`)] : []),
  ];
}

const MAX_NAMED = 3;

function partsNamed(names: readonly string[], of: number): string {
  if (names.length === of) return 'all parts';
  return names.length > MAX_NAMED ? `${names.length} of ${of} parts` : names.join(', ');
}

function effectLines(
  scan: ScanRun,
  { open, opened, resolved, posture }: ScanEffects,
  room: number,
): string[] {
  if (!open) return [];
  const { findings } = scan;
  const changes = [
    changeText(findings.opened, 'opened', opened),
    changeText(findings.reopened, 'reopened', null),
    changeText(findings.resolved, 'resolved', resolved),
    changeText(findings.unchanged, 'unchanged', null),
    changeText(findings.stale, 'stale', null),
  ].filter((text) => text !== null);
  const lines = [
    `${bold('Findings:')} ${changes.join(', ') || 'none'}`,
    `${bold('Open here:')} ${severities(open) || 'nothing'}`,
  ];
  return [
    ...lines.flatMap((line) => wrap(line, room)),
    ...(posture.length > 0 ? [postureTable(posture, room)] : []),
  ];
}

function changeText(value: number, what: string, bySeverity: SeverityCounts | null): string | null {
  if (value === 0) return null;
  const split = bySeverity && severities(bySeverity);
  return `${number(value)} ${what}${split ? ` (${split})` : ''}`;
}

/** `2 high, 5 medium`; empty when there is none. */
export function severities(counts: SeverityCounts): string {
  return SEVERITIES.filter((severity) => counts[severity] > 0)
    .map((severity) => `${number(counts[severity])} ${severity}`)
    .join(', ');
}

function postureTable(changes: readonly PostureChange[], room: number): string {
  const moved = ({ before, after }: PostureChange['score']) =>
    before === after ? percent(after) : `${percent(before)} → ${percent(after)}`;
  return table(
    [
      { title: 'Posture', grows: 1 },
      { title: 'Score', ...NUMBER },
      { title: 'Coverage', ...NUMBER },
    ],
    changes.map(({ name, score, coverage }) => [name, moved(score), moved(coverage)]),
    room,
  );
}

function nextStepLines({ id, status, subJobs, findings }: ScanRun): string[] {
  const steps: [command: string, why: string][] = [];
  const ended = subJobs.filter(({ problem }) => problem !== null);
  const mentions = (pattern: RegExp) => ended.some(({ problem }) => pattern.test(problem ?? ''));
  if (status === 'completed' || status === 'partial') {
    if (findings.opened + findings.reopened > 0) {
      steps.push(['cspm serve', 'the findings and their remediation, in the web app']);
    }
    steps.push(['cspm frameworks', 'your current posture']);
  }
  if (status === 'failed' || status === 'partial') {
    if (mentions(/install it|not on PATH|Docker/))
      steps.push(['cspm doctor', 'which tools can run here']);
    steps.push([`cspm scan log ${id}`, 'the last output of the tools']);
    if (mentions(/the log has the details/)) {
      steps.push(['LOG_LEVEL=error cspm …', 'shows internal errors on standard error']);
    }
  }
  if (status !== 'completed') {
    const what = status === 'cancelled' ? 'resumes it' : 'retries what did not succeed';
    steps.push([`cspm scan retry ${id}`, what]);
  }
  const wide = Math.max(...steps.map(([command]) => command.length));
  return [
    bold('Next:'),
    ...steps.map(
      ([command, why]) => `  ${cyan(command)}${' '.repeat(wide - command.length)}  ${dim(why)}`,
    ),
  ];
}

function indented(text: string, paint: (line: string) => string, room: number): string[] {
  return wrap(text, room - 2).map((line) => `  ${paint(line)}`);
}

/** `17: 15 completed, 2 failed`. */
export function partsText(counts: Readonly<Partial<Record<string, number>>>): string {
  const parts = Object.entries(counts).filter(([, value]) => (value ?? 0) > 0);
  const total = parts.reduce((sum, [, value]) => sum + (value ?? 0), 0);
  if (total < 2) return String(total);
  return `${number(total)}: ${parts.map(([status, value]) => `${value} ${status}`).join(', ')}`;
}
