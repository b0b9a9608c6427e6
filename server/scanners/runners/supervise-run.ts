import type { RunResult, ToolRun } from '../runs/tool-run.js';
import { hasRoom, settle } from './output-folder.js';
import { OutputTail } from './output-tail.js';
import { faultIn, type RunPaths, withPaths } from './prepare-run.js';
import type { RunFolder, RunFolders } from './run-folders.js';
import { RunGuard, type Stop } from './run-guard.js';
import type { RunOptions } from './runner.js';
import { type Unreadable, unreadableIn } from './unreadable.js';

/** How a run ended, as the backend saw it; where the guard ended it, the guard knows why. */
export type Ending =
  | { kind: 'exited'; exitCode: number }
  | { kind: 'signalled'; signal: string }
  | { kind: 'out_of_memory'; exitCode: number | null }
  | { kind: 'not_started'; problem: string }
  | { kind: 'lost'; problem: string };

export interface Started {
  folder: RunFolder;
  guard: RunGuard;
  stdout: OutputTail;
  stderr: OutputTail;
}

/** The part of a backend: where its tools find their folders, and how it starts and ends them. */
export interface Backend {
  folders: RunFolders;
  pathsOf: (folder: RunFolder) => RunPaths;
  /** As whom tools read; null: as this process. */
  user: { uid: number; gid: number } | null;
  /** Starts the tool, ends it when the guard says so, and returns when no process of it is left. */
  execute: (started: Started) => Promise<Ending>;
}

/** What all backends share: folders, limits, output, and a result in every case. */
export async function superviseRun(
  { folders, pathsOf, user, execute }: Backend,
  run: ToolRun,
  { runId, signal, onLine }: RunOptions,
): Promise<RunResult> {
  const began = performance.now();
  const stdout = new OutputTail(onLine);
  const stderr = new OutputTail(onLine);
  const name = folders.nameFor(runId);
  let stop: Stop | null = null;
  let isFull = false;
  let renamed: { seen: string; real: string }[] = [];
  const unreadable: Unreadable = { count: 0, examples: [] };
  let ending: Ending;
  try {
    const folder = await folders.open(name, run);
    const paths = pathsOf(folder);
    renamed = run.mounts
      .map((each) => ({ seen: withPaths(`{input}/${each.name}`, paths), real: each.hostPath }))
      .filter(({ seen, real }) => seen !== real);
    const fault = faultIn(run);
    if (fault) ending = { kind: 'not_started', problem: `The run cannot be started: ${fault}.` };
    else {
      await folders.fill(folder, run, paths);
      const guard = new RunGuard(run.limits, signal, folder.written);
      try {
        if (guard.stopped) ending = { kind: 'not_started', problem: guard.stopped.problem };
        else {
          const looking = run.mounts.map(({ hostPath }) => unreadableIn(hostPath, user));
          ending = await execute({ folder, guard, stdout, stderr });
          for (const { count, examples } of await Promise.all(looking)) {
            unreadable.count += count;
            unreadable.examples.push(...examples);
          }
        }
        await guard.measure();
      } finally {
        guard.release();
        stop = guard.stopped;
      }
    }
    isFull = !(await hasRoom(folder.output));
    await settle(folder.output);
  } catch (error) {
    ending = { kind: 'not_started', problem: problemOf(error) };
  } finally {
    await folders.close(name);
  }
  stdout.end();
  stderr.end();
  const texts = { stdout: stdout.text(), stderr: stderr.text() };
  return {
    ...outcomeOf(ending, stop, texts.stderr, isFull),
    ...texts,
    outputFolder: folders.outputOf(name),
    durationMs: Math.round(performance.now() - began),
    ...(renamed.length > 0 ? { renamed } : {}),
    ...(unreadable.count > 0 ? { unreadable } : {}),
  };
}

type Outcome = Pick<RunResult, 'exitCode' | 'ended' | 'problem'>;

const DISK_FULL =
  /\bENOSPC\b|No space left on device|Disk quota exceeded|There is not enough space/i;

/** `isFull`: not every tool says why it could not write. */
export function outcomeOf(
  ending: Ending,
  stop: Stop | null,
  stderr: string,
  isFull = false,
): Outcome {
  const exitCode = 'exitCode' in ending ? ending.exitCode : null;
  if (stop) return { exitCode: null, ended: stop.ended, problem: stop.problem };
  const full =
    isFull || DISK_FULL.test(stderr) ? 'The disk is full: the tool could not write.' : null;
  switch (ending.kind) {
    case 'not_started':
      return { exitCode, ended: 'not_started', problem: ending.problem };
    case 'out_of_memory':
      return {
        exitCode,
        ended: 'out_of_memory',
        problem: 'The tool needed more memory than it may.',
      };
    case 'signalled':
      return { exitCode, ended: 'killed', problem: full ?? signalled(ending.signal) };
    case 'lost':
      return { exitCode, ended: 'killed', problem: ending.problem };
    case 'exited':
      return { exitCode, ended: 'exited', problem: exitCode === 0 ? null : full };
  }
}

function signalled(signal: string): string {
  return signal === 'SIGKILL'
    ? 'The tool was ended by force from outside, perhaps by the system for lack of memory.'
    : `The tool was ended by signal ${signal}.`;
}

function problemOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'The disk is full: free some space.';
  return `The run could not be prepared: ${error instanceof Error ? error.message : String(error)}.`;
}
