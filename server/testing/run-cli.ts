import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built, packageRoot } from '../package-root.js';

const PROGRAM = built('server', 'cspm.js');

export const FIXTURES = join(packageRoot, 'server/scanners/tools/prowler/fixtures');
export const SAMPLE = join(FIXTURES, 'aws-sample.ocsf.json');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A folder of a test's own, in which the real executable runs with an environment of its own. */
export class CliFolder {
  private constructor(readonly path: string) {}

  static async make(): Promise<CliFolder> {
    if (!existsSync(PROGRAM)) throw new Error('not built: run “npm run build”, or “npm test”');
    return new CliFolder(await mkdtemp(join(tmpdir(), 'cspm-cli-')));
  }

  get env(): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '',
      HOME: this.path,
      TMPDIR: join(this.path),
      DATA_DIR: join(this.path, 'data'),
    };
  }

  /** Begins the executable; its output is a pipe. */
  start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
    return spawn(process.execPath, [PROGRAM, ...args], {
      cwd: this.path,
      env: { ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  run(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
    return ended(this.start(args, env));
  }

  /** Runs a line of the shell in which `cspm` is the executable. */
  shell(line: string, env: Record<string, string> = {}): Promise<Ended> {
    const cspm = `cspm() { '${process.execPath}' '${PROGRAM}' "$@"; }`;
    return ended(
      spawn('bash', ['-c', `${cspm}\n${line}`], {
        cwd: this.path,
        env: { ...this.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** The same on a terminal of this width; both outputs come as one. */
  terminal(columns: number, args: readonly string[], env: Record<string, string> = {}) {
    const words = [process.execPath, PROGRAM, ...args].map((word) => `'${word}'`).join(' ');
    const line = `stty cols ${columns} rows 50; ${words}`;
    return ended(
      spawn('script', ['-qec', line, '/dev/null'], {
        cwd: this.path,
        env: { ...this.env, TERM: 'xterm-256color', ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** What was left beside the data folder. */
  async leftovers(): Promise<string[]> {
    const names = await readdir(this.path);
    return names.filter((name) => name.startsWith('cspm-'));
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
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
