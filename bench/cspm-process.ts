import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { built } from '../server/package-root.js';
import { signInByLink } from '../server/testing/signed-in-fetch.js';

const PROGRAM = built('server', 'cspm.js');
const REPORT_PEAK = pathToFileURL(built('tools', 'report-peak-memory.js')).href;
const READY = /is ready at \S*?(http:\/\/[\w.:[\]]+)/;
const READY_MS = 60_000;

export interface Finished {
  /** From the start of the process to its end. */
  ms: number;
  /** The most memory that the process ever held at once. */
  peakMb: number;
  output: string;
}

/** Runs `cspm …` as a separate process, on this data folder. */
export function runCspm(args: readonly string[], dataDir: string): Promise<Finished> {
  return runScript(PROGRAM, args, { env: { DATA_DIR: dataDir } });
}

/** Runs `cspm map …`, which needs no data folder, over these lines. */
export function runMap(args: readonly string[], lines: readonly string[]): Promise<Finished> {
  return runScript(PROGRAM, ['map', ...args], { input: lines.join('\n') });
}

interface ScriptOptions {
  env?: Record<string, string>;
  /** Its standard input. */
  input?: string;
}

/** Runs a script to its end. Throws with its error output when it fails. */
export async function runScript(
  script: string,
  args: readonly string[],
  { env = {}, input = '' }: ScriptOptions = {},
): Promise<Finished> {
  const started = performance.now();
  const child = spawn(process.execPath, ['--import', REPORT_PEAK, script, ...args], {
    env: { ...process.env, NO_COLOR: '1', ...env },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(input);
  const [output, problems, peak, [code]] = await Promise.all([
    textOf(child.stdout as Readable),
    textOf(child.stderr as Readable),
    textOf(child.stdio[3] as Readable),
    once(child, 'exit'),
  ]);
  const ms = performance.now() - started;
  if (code !== 0) throw new Error(`${script} ${args.join(' ')} exited with ${code}: ${problems}`);
  return { ms, peakMb: Number(peak) / 1024 ** 2, output };
}

export interface ServeOptions {
  role?: 'all' | 'api' | 'worker';
  env?: Record<string, string>;
}

/** `cspm serve` on a free port. */
export class CspmServer {
  private constructor(
    readonly url: string,
    /** From the start of the process to its ready line. */
    readonly readyLineMs: number,
    /** From the start of the process to the first 200 of `/api/health/ready`. */
    readonly readyMs: number,
    private readonly child: ChildProcess,
  ) {}

  static async start(dataDir: string, { role = 'all', env = {} }: ServeOptions = {}) {
    const started = performance.now();
    const quiet = { NO_COLOR: '1', LOG_LEVEL: 'error', REQUESTS_PER_MINUTE: '10000000' };
    const own = { ...quiet, PORT: '0', DATA_DIR: dataDir };
    const child = spawn(process.execPath, [PROGRAM, 'serve', '--role', role], {
      env: { ...process.env, ...own, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const { url, text } = await readyAddress(child.stdout);
      const readyLineMs = performance.now() - started;
      const answer = await fetch(`${url}/api/health/ready`);
      if (!answer.ok)
        throw new Error(`printed its ready line, but answered ${await answer.text()}`);
      const readyMs = performance.now() - started;
      await signInByLink(url, text);
      return new CspmServer(url, readyLineMs, readyMs, child);
    } catch (error) {
      child.kill();
      throw error;
    }
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}

/** The address in the ready line, and all output so far. */
async function readyAddress(output: Readable): Promise<{ url: string; text: string }> {
  const timer = setTimeout(() => output.destroy(new Error('not ready in time')), READY_MS);
  let text = '';
  try {
    for await (const chunk of output.iterator({ destroyOnReturn: false })) {
      text += chunk;
      const address = READY.exec(text)?.[1];
      if (address) return { url: address, text };
    }
  } finally {
    clearTimeout(timer);
    output.resume();
  }
  throw new Error(`cspm serve exited before it was ready: ${text}`);
}

async function textOf(stream: Readable): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}
