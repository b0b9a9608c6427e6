import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../cli/run.js';
import { built, packageRoot } from '../package-root.js';
import { testIo } from './test-io.js';

export { SAMPLE } from './recent-sample.js';

function builtProgram(): string {
  const program = built('server', 'cspm.js');
  if (existsSync(program)) return program;
  throw new Error('not built: run “npm run build”, or “npm test”');
}

export const FIXTURES = join(packageRoot, 'server/scanners/tools/prowler/fixtures');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  stdin?: string;
  /** Runs on a terminal of this width: both outputs are merged, in colours unless NO_COLOR is set. */
  columns?: number;
}

/** A temporary folder in which `cspm` runs, within the test or as the real executable. */
export class CliFolder {
  private constructor(readonly path: string) {}

  static async make(): Promise<CliFolder> {
    return new CliFolder(await mkdtemp(join(tmpdir(), 'cspm-cli-')));
  }

  get env(): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '',
      HOME: this.path,
      TMPDIR: join(this.path),
      DATA_DIR: join(this.path, 'data'),
      ...movedClock(),
    };
  }

  /** Runs a command within this process; `runProcess` starts a separate one. */
  async run(
    args: readonly string[],
    env: Record<string, string> = {},
    { stdin, columns }: RunOptions = {},
  ): Promise<Ended> {
    const given = { env: { ...this.env, ...env }, cwd: this.path, stdin, columns };
    const { io, exited, stdout, stderr } = testIo(given);
    const code = await Promise.race([run(args, io), exited]);
    return { code, stdout: stdout(), stderr: stderr() };
  }

  /** Starts the executable; its output is a pipe. */
  start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
    return this.#spawn(process.execPath, [builtProgram(), ...args], env);
  }

  /** Runs the executable to its end. */
  runProcess(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
    return ended(this.start(args, env));
  }

  /** Runs a shell line in which `cspm` is the executable. */
  shell(line: string, env: Record<string, string> = {}): Promise<Ended> {
    const cspm = `cspm() { '${process.execPath}' '${builtProgram()}' "$@"; }`;
    return ended(this.#spawn('bash', ['-c', `${cspm}\n${line}`], env));
  }

  /** Runs the executable on a terminal of this width; both outputs are merged. */
  terminal(columns: number, args: readonly string[], env: Record<string, string> = {}) {
    const words = [process.execPath, builtProgram(), ...args].map((word) => `'${word}'`).join(' ');
    const line = `stty cols ${columns} rows 50; ${words}`;
    return ended(
      this.#spawn('script', ['-qec', line, '/dev/null'], { TERM: 'xterm-256color', ...env }),
    );
  }

  #spawn(program: string, args: readonly string[], env: Record<string, string>): ChildProcess {
    return spawn(program, args, {
      cwd: this.path,
      env: { ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Temporary files left beside the data folder. */
  async leftovers(): Promise<string[]> {
    const names = await readdir(this.path);
    return names.filter((name) => name.startsWith('cspm-'));
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}

/** Started processes have the clock of the tests, see `clock-ahead.mjs`. */
function movedClock(): Record<string, string> {
  const { CSPM_TEST_DAYS_AHEAD: days, NODE_OPTIONS: options } = process.env;
  return days && options ? { CSPM_TEST_DAYS_AHEAD: days, NODE_OPTIONS: options } : {};
}

export function ended(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
