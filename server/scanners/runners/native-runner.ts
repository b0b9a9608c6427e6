import { type ChildProcess, spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { processIds } from '../../platform/data-folder/process-table.js';
import type { RunResult, ToolId, ToolRun } from '../runs/tool-run.js';
import { programOf } from '../tools/registry.js';
import type { NativeProgram } from '../tools/tool.js';
import { findProgram } from './native-programs.js';
import { environmentOf, type RunPaths, withPaths } from './prepare-run.js';
import { ProcessFamily } from './process-family.js';
import { memoryFolder, type RunFolder, RunFolders } from './run-folders.js';
import type { RunGuard } from './run-guard.js';
import type { Runner, RunOptions, ToolAvailability } from './runner.js';
import { type Ending, type Started, superviseRun } from './supervise-run.js';

export interface NativeRunnerOptions {
  /** Runs write below it; this machine's alone, and each process group of the platform may share it. */
  outputFolder: string;
  /** Where programs are looked for; the platform's own PATH when not given. */
  path?: string;
  /** Null keeps secret files on disk; /dev/shm, where it is in memory, when not given. */
  memoryFolder?: string | null;
  programs?: Partial<Record<ToolId, NativeProgram>>;
}

const GRACE_MS = 5_000;
const WATCH_EVERY_MS = 250;
const VERSION_LIMITS = {
  timeoutMs: 60_000,
  memoryBytes: 2e9,
  cpus: 1,
  pids: 200,
  outputBytes: 100e6,
};

/**
 * Runs a tool as a process of this machine. It shields the platform from a tool that fails, not from
 * one that attacks: the tool has the platform's user and network. Memory and process limits are
 * watched every quarter second and on Linux only; `cpus` only as a low priority.
 */
export class NativeRunner implements Runner {
  readonly id = 'native';
  readonly #folders: RunFolders;
  readonly #path: string;
  readonly #programs: Readonly<Partial<Record<ToolId, NativeProgram>>>;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(options: NativeRunnerOptions) {
    const memory = options.memoryFolder === undefined ? memoryFolder() : options.memoryFolder;
    this.#folders = new RunFolders({ base: options.outputFolder, memory });
    this.#path = options.path ?? process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin';
    this.#programs = options.programs ?? {};
  }

  async availability(tool: ToolId): Promise<ToolAvailability> {
    const { program, versionArgs, version } = this.#programOf(tool);
    const where = await findProgram(program, this.#path);
    const found = { tool, by: 'native' as const, where };
    const missing = this.#missing(tool);
    if (!where) return { ...found, available: false, version: null, missing };
    const answer = await this.run(
      {
        tool,
        args: versionArgs,
        env: {},
        files: [],
        network: 'none',
        mounts: [],
        limits: VERSION_LIMITS,
      },
      { runId: `version-${tool}`, signal: this.#closing.signal },
    );
    await rm(answer.outputFolder, { recursive: true, force: true });
    const named = version.exec(`${answer.stdout}\n${answer.stderr}`)?.[1] ?? null;
    if (answer.ended === 'exited' && named) {
      return { ...found, available: true, version: named, missing: null };
    }
    const why = answer.problem ?? answer.stderr.split('\n').at(-1) ?? '';
    const broken = `${where} does not print its version${why && ` (${why.slice(0, 200)})`}; ${missing}`;
    return { ...found, available: false, version: null, missing: broken };
  }

  async run(run: ToolRun, options: RunOptions): Promise<RunResult> {
    const signal = AbortSignal.any([options.signal, this.#closing.signal]);
    const backend = {
      folders: this.#folders,
      pathsOf: (folder: RunFolder) => pathsOf(run, folder),
      user: null,
      execute: (started: Started) => this.#execute(run, started),
    };
    const running = superviseRun(backend, run, { ...options, signal });
    this.#running.add(running);
    return running.finally(() => this.#running.delete(running));
  }

  async sweep(): Promise<number> {
    const names = await this.#folders.leftovers();
    for (const name of names) {
      await new ProcessFamily(null, name).end();
      await this.#folders.discard(name);
    }
    return names.length;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
  }

  async #execute(run: ToolRun, started: Started): Promise<Ending> {
    const { folder, guard, stdout, stderr } = started;
    const program = await findProgram(this.#programOf(run.tool).program, this.#path);
    if (!program) return { kind: 'not_started', problem: `${this.#missing(run.tool)}.` };
    const paths = pathsOf(run, folder);
    const strangers = processIds();
    const child = spawn(
      program,
      run.args.map((arg) => withPaths(arg, paths)),
      {
        cwd: folder.work,
        env: { ...baseEnvironment(this.#path, folder.home), ...environmentOf(run, paths) },
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    child.stdout.on('data', (chunk: Buffer) => stdout.write(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.write(chunk));
    const ended = endOf(child);
    if (child.pid === undefined) return ended;
    await beGentleToOthers(child.pid);
    const family = new ProcessFamily(child.pid, folder.name, strangers);
    const watch = setInterval(() => watchUsage(family, run, guard), WATCH_EVERY_MS);
    const first = await Promise.race([ended, guard.whenStopped.then(() => null)]);
    if (!first && guard.stopped?.gently) {
      family.signal('SIGTERM');
      await Promise.race([ended, sleep(GRACE_MS, undefined, { ref: false })]);
    }
    clearInterval(watch);
    const gone = await family.end();
    const last = first ?? (await Promise.race([ended, sleep(2_000, null, { ref: false })]));
    await drained(child);
    if (last && gone) return last;
    return { kind: 'lost', problem: 'Some process of the tool could not be ended.' };
  }

  #programOf(tool: ToolId): NativeProgram {
    return this.#programs[tool] ?? programOf(tool).native;
  }

  #missing(tool: ToolId): string {
    const { program, install } = this.#programOf(tool);
    return `${program} is not on PATH; install it: ${install}`;
  }
}

function pathsOf(run: ToolRun, { input, output }: RunFolder): RunPaths {
  return { input, output, mounts: new Map(run.mounts.map((each) => [each.name, each.hostPath])) };
}

/** All that a tool has besides what its run says; its home and temporary files go with the run. */
function baseEnvironment(path: string, home: string): Record<string, string> {
  return { PATH: path, HOME: home, TMPDIR: home, TZ: 'UTC', LANG: 'C.UTF-8' };
}

function endOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid !== undefined) return; // a signal that could not be sent, nothing of the end
      resolve({ kind: 'not_started', problem: `The program did not start: ${error.message}.` });
    });
    child.once('exit', (exitCode, signal) => {
      if (exitCode !== null) resolve({ kind: 'exited', exitCode });
      else resolve({ kind: 'signalled', signal: signal ?? 'unknown' });
    });
  });
}

/** Reads what is still in the pipes, for a moment: a process that got away may hold them open. */
async function drained(child: ChildProcess): Promise<void> {
  const streams = [child.stdout, child.stderr];
  const open = streams.filter((stream) => stream && !stream.closed);
  const closed = open.map((stream) => new Promise((resolve) => stream?.once('close', resolve)));
  await Promise.race([Promise.all(closed), sleep(1_000, undefined, { ref: false })]);
  for (const stream of streams) stream?.destroy();
}

/** Lets the platform go first, for the processor and for memory when the machine runs out of it. */
async function beGentleToOthers(pid: number): Promise<void> {
  try {
    setPriority(pid, 10);
  } catch {
    // It has ended already.
  }
  await writeFile(`/proc/${pid}/oom_score_adj`, '500').catch(() => undefined);
}

function watchUsage(family: ProcessFamily, { limits }: ToolRun, guard: RunGuard): void {
  const { processes, memoryBytes } = family.usage();
  if (memoryBytes > limits.memoryBytes) {
    const megabytes = Math.ceil(limits.memoryBytes / 1_000_000);
    const problem = `The tool needed more than the ${megabytes} MB of memory that it may.`;
    guard.stop({ ended: 'out_of_memory', problem, gently: false });
  } else if (processes > limits.pids) {
    const problem = `The tool started more than the ${limits.pids} processes that it may.`;
    guard.stop({ ended: 'killed', problem, gently: false });
  }
}
