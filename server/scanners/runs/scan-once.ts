import { createReadStream } from 'node:fs';
import { lstat, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Runner } from '../runners/runner.js';
import { replaceInFile } from '../secrets/redact-file.js';
import { isLoopback } from '../targets/index.js';
import {
  type BuiltInScanner,
  isBuiltIn,
  type ReportBrief,
  type ScanMaterial,
  type Scanner,
  type ScanUnit,
  type ToolJudged,
  type ToolScanner,
} from './scanner.js';
import type { ToolQuestions } from './tool-questions.js';
import type { RunResult, ScanVerdict } from './tool-run.js';

export interface ScanOnceParts {
  /** Starts tools; not used for built-in scanners. */
  runner: Pick<Runner, 'run'>;
  questions: ToolQuestions;
  /** Parent of the built-in scanners' output folders. */
  outputFolder: string;
}

export interface ScanOnce {
  scanner: Scanner;
  unit: ScanUnit;
  material: ScanMaterial;
  /** Unique name of this start in folders, containers and logs. */
  runId: string;
  signal: AbortSignal;
  onLine: (line: string) => void;
  /**
   * Reads the report. Calls `judge` after reading to its end and before drawing conclusions from missing
   * results: any outcome but `succeeded` means that the report is incomplete.
   */
  take(report: string, judge: (brief: ReportBrief) => ScanVerdict): Promise<void>;
}

export interface ScanEnd {
  verdict: ScanVerdict;
  result: RunResult;
}

const MAX_LOG = 8 * 1024 ** 2;
const NOTHING: ReportBrief = { read: null, rows: [], checkIds: new Set() };

/**
 * One start of a scanner from its unit to its verdict. Always removes its folders. Throws errors of
 * planning, reading and the database, never for a failing tool.
 */
export async function scanOnce(parts: ScanOnceParts, once: ScanOnce): Promise<ScanEnd> {
  const { scanner } = once;
  return isBuiltIn(scanner) ? performOnce(parts, once, scanner) : runOnce(parts, once, scanner);
}

async function performOnce(
  parts: ScanOnceParts,
  once: ScanOnce,
  scanner: BuiltInScanner,
): Promise<ScanEnd> {
  const began = performance.now();
  const outputFolder = join(parts.outputFolder, once.runId);
  await mkdir(outputFolder, { recursive: true, mode: 0o700 });
  try {
    const { unit, material, signal, onLine } = once;
    const ended = await scanner.perform(unit, material, { outputFolder, signal, onLine });
    const durationMs = Math.round(performance.now() - began);
    const result = { ...ended, outputFolder, durationMs };
    const verdict = await verdictOf(once, result, (brief) => scanner.judge({ ...brief, result }));
    return { result, verdict };
  } finally {
    await rm(outputFolder, { recursive: true, force: true });
  }
}

async function runOnce(
  { runner, questions }: ScanOnceParts,
  once: ScanOnce,
  scanner: ToolScanner,
): Promise<ScanEnd> {
  const { unit, material, runId, signal, onLine } = once;
  const planned = await scanner.plan(unit, material);
  const run = material.addresses.some(isLoopback)
    ? { ...planned, loopback: true as const }
    : planned;
  const question = scanner.question?.(unit);
  const answer = question ? await questions.ask(question, { runId, signal }) : null;
  const result = await runner.run(run, { runId, signal, onLine });
  const lesser = signal.aborted ? null : (scanner.lesser?.(run, result) ?? null);
  if (!lesser) return judgeOnce(once, scanner, { run, result, answer, lacking: [] });
  await rm(result.outputFolder, { recursive: true, force: true });
  for (const { what, why } of lesser.lacking) onLine(`Once more without ${what}: ${why}`);
  const second = await runner.run(lesser.run, { runId: `${runId}-l`, signal, onLine });
  return judgeOnce(once, scanner, { ...lesser, result: second, answer });
}

async function judgeOnce(
  once: ScanOnce,
  scanner: ToolScanner,
  given: Pick<ToolJudged, 'run' | 'result' | 'answer' | 'lacking'>,
): Promise<ScanEnd> {
  const { result } = given;
  try {
    const log = scanner.log ? await textOf(join(result.outputFolder, scanner.log)) : null;
    const judge = (brief: ReportBrief) => scanner.judge({ ...brief, ...given, log });
    const correct = async (report: string) => scanner.correct?.(report, log);
    return { result, verdict: await verdictOf(once, result, judge, correct) };
  } finally {
    await rm(result.outputFolder, { recursive: true, force: true });
  }
}

async function verdictOf(
  { scanner, signal, take }: ScanOnce,
  result: RunResult,
  judge: (brief: ReportBrief) => ScanVerdict,
  correct?: (report: string) => Promise<void>,
): Promise<ScanVerdict> {
  const report =
    signal.aborted || result.ended === 'not_started'
      ? null
      : await findReport(result.outputFolder, scanner.reports);
  if (report === null) return judge(NOTHING);
  // Otherwise all folders scanned in containers would have the same name.
  await replaceInFile(
    report,
    (result.renamed ?? []).map(({ seen, real }) => [inJson(seen), inJson(real)]),
  );
  await correct?.(report);
  let verdict: ScanVerdict | null = null;
  await take(report, (brief) => {
    verdict = judge(brief);
    return verdict;
  });
  return verdict ?? judge(NOTHING);
}

const inJson = (text: string) => JSON.stringify(text).slice(1, -1);

/** The first name that is a regular, non-empty file in the folder. */
async function findReport(folder: string, names: readonly string[]): Promise<string | null> {
  for (const name of names) {
    const path = join(folder, name);
    const info = await lstat(path).catch(() => null);
    if (info?.isFile() && info.size > 0) return path;
  }
  return null;
}

/** The log's last `MAX_LOG` bytes; null if there is none. */
async function textOf(path: string): Promise<string | null> {
  const info = await lstat(path).catch(() => null);
  if (!info?.isFile()) return null;
  const start = Math.max(0, info.size - MAX_LOG);
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(path, { start })) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
