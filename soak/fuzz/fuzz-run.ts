import { type ChildProcess, fork } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { built } from '../../server/package-root.js';
import type { Report } from './fuzz-process.js';
import { mutantOf } from './mutate.js';
import type { Seed } from './seed.js';

/** Without a report for this long, an input hangs its reader. */
const MAX_SILENT_MS = 30_000;
/** Inputs have at most 2 MB. */
const MAX_HEAP_MB = 384;
const MAX_FAILURES = 20;
const MAX_PROBLEM = 600;

export interface FuzzRun {
  /** One line for each input that fails. */
  failures: string[];
  inputs: number;
  refused: number;
  maxRssMb: number;
  slowestMs: number;
}

interface Wanted {
  reader: string;
  seeds: readonly Seed[];
  run: number;
  inputs: number;
  /** Failing inputs are written here. */
  folder: string;
}

/** Reads the inputs in a process apart, and starts another one behind an input that hangs or ends it. */
export async function fuzz({ reader, seeds, run, inputs, folder }: Wanted): Promise<FuzzRun> {
  const result: FuzzRun = { failures: [], inputs: 0, refused: 0, maxRssMb: 0, slowestMs: 0 };
  let from = 0;
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${nameOf(reader)}.seeds`);
  await writeFile(file, serialize(seeds));
  const fail = async (at: number, problem: string) => {
    const { bytes, fileName, steps } = await mutantOf(seeds, run, at);
    const name = `${nameOf(reader)}-${run}-${at}-${fileName}`;
    await writeFile(join(folder, name), bytes);
    const failure = `${name} (${steps.join(', ')}): ${problem.slice(0, MAX_PROBLEM)}`;
    console.log(failure);
    result.failures.push(failure);
  };
  while (from < inputs && result.failures.length < MAX_FAILURES) {
    const ended = await part([reader, run, from, inputs, file].map(String), fail);
    result.refused += ended.refused;
    result.maxRssMb = Math.max(result.maxRssMb, ended.maxRssMb);
    result.slowestMs = Math.max(result.slowestMs, ended.slowestMs);
    if (ended.lost !== null) await fail(ended.at, ended.lost);
    from = ended.at + 1;
  }
  result.inputs = from;
  await rm(file);
  return result;
}

const nameOf = (reader: string) => reader.replace(/\W+/g, '-');

/** Until the end, or the input on which the process hangs or ends. */
function part(args: string[], fail: (at: number, problem: string) => Promise<void>) {
  const execArgv = [`--max-old-space-size=${MAX_HEAP_MB}`];
  const child = fork(built('tools', 'fuzz-process.js'), args, { execArgv, silent: true });
  const found = { at: Number(args[2]), maxRssMb: 0, slowestMs: 0, refused: 0 };
  let lost: string | null = 'the process ended';
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors = `${errors}${chunk}`.slice(-2_000);
  });
  const failing: Promise<void>[] = [];
  let timer = watch(child);
  return new Promise<typeof found & { lost: string | null }>((resolve) => {
    child.on('message', (report: Report) => {
      clearTimeout(timer);
      timer = watch(child);
      if ('ended' in report) {
        Object.assign(found, report);
        lost = null;
      } else if ('problem' in report) failing.push(fail(report.at, report.problem));
      else found.at = report.at;
    });
    child.once('exit', async (code, signal) => {
      clearTimeout(timer);
      await Promise.all(failing);
      if (lost !== null) {
        const isSilent = signal === 'SIGKILL';
        lost = isSilent ? 'it hangs' : `it ends its process (${code ?? signal}): ${errors}`;
      }
      resolve({ ...found, lost });
    });
  });
}

function watch(child: ChildProcess): NodeJS.Timeout {
  return setTimeout(() => child.kill('SIGKILL'), MAX_SILENT_MS);
}
