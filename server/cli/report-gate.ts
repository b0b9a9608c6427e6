import { type Command, InvalidArgumentError } from 'commander';
import type { FrameworkSummary } from '../../contract/compliance.js';
import type { ReportImport } from '../../contract/security-scans.js';
import {
  atLeast,
  SEVERITIES,
  type Severity,
  type SeverityCounts,
} from '../../contract/severity.js';
import { EXIT } from './exit-codes.js';
import { red } from './output/style.js';
import type { Shell } from './shell.js';

type Gate = { severity: Severity } | { score: number };

/** Options of every command that reads report files. */
export interface GateOptions {
  failOn?: Gate[];
  allowPartial?: boolean;
}

/** What a gate judges. */
export interface Judged {
  imports: readonly Pick<ReportImport, 'fileName' | 'status' | 'partial' | 'problem'>[];
  open: SeverityCounts;
  frameworks: readonly Pick<FrameworkSummary, 'score'>[];
}

/** `about`: whose findings count, as the help says it. */
export function addGateOptions(command: Command, about: string): Command {
  return command
    .option(
      '--fail-on <gate>',
      `exit 3 when ${about} at least this severe (${SEVERITIES.join(', ')}), or when a framework's score is below score:<n>; exit 1 when a report was not read whole; repeatable or comma-separated`,
      (text: string, gates: Gate[] = []) => [...gates, ...partsOf(text).map(gateFrom)],
    )
    .option('--allow-partial', 'with --fail-on: accept reports that were not read whole');
}

export function partsOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

function gateFrom(text: string): Gate {
  const score = /^score:(\d{1,3}(?:\.\d+)?)$/.exec(text)?.[1];
  if (score !== undefined && Number(score) <= 100) return { score: Number(score) };
  const severity = SEVERITIES.find((name) => name === text);
  if (severity) return { severity };
  throw new InvalidArgumentError(`must be one of ${SEVERITIES.join(', ')}, or score:<0–100>`);
}

export const asksForScore = ({ failOn = [] }: GateOptions): boolean =>
  failOn.some((gate) => 'score' in gate);

/**
 * The exit code of a command that read reports; its reasons are notes. A file that could not be read goes
 * first, then a closed gate. What half a report does not show may be what the gate looks for, so it never
 * passes unless that is asked for.
 */
export function exitCodeOf(
  shell: Shell,
  { imports, open, frameworks }: Judged,
  { failOn = [], allowPartial }: GateOptions,
): number {
  const unread = imports.filter(({ status }) => status === 'failed');
  const parts = allowPartial ? [] : imports.filter(({ partial }) => partial);
  const closed = failOn.filter((gate) =>
    'score' in gate
      ? frameworks.some(({ score }) => score !== null && score < gate.score)
      : SEVERITIES.some((severity) => atLeast(severity, gate.severity) && open[severity] > 0),
  );
  for (const gate of unread.length > 0 ? [] : closed) {
    const what =
      'score' in gate
        ? `a score is below ${gate.score}`
        : `there are open findings of severity ${gate.severity} or higher`;
    shell.note(`${red('gate:')} ${what}`);
  }
  if (failOn.length > 0) {
    for (const { fileName, problem } of unread) {
      shell.note(`${red('gate:')} ${fileName} was not read: ${problem}`);
    }
    for (const { fileName, problem } of parts) {
      const hint = '--allow-partial accepts it';
      shell.note(`${red('gate:')} ${fileName} was not read whole (${hint}): ${problem}`);
    }
  }
  if (unread.length > 0) return EXIT.failed;
  if (closed.length > 0) return EXIT.gate;
  return failOn.length > 0 && parts.length > 0 ? EXIT.failed : EXIT.ok;
}
