import { randomBytes } from 'node:crypto';
import { statfsSync } from 'node:fs';
import { chown, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { isRunning, startOf } from '../../platform/data-folder/process-table.js';
import { InvalidInputError } from '../../platform/errors.js';
import type { ToolRun } from '../runs/tool-run.js';
import { contentOf, type RunPaths } from './prepare-run.js';

/** The folders of one run; all but `output` are removed when it ends. */
export interface RunFolder {
  name: string;
  output: string;
  /** Private, on disk; what follows lies below it. */
  root: string;
  work: string;
  home: string;
  /** Below `root`, or in memory when a file is secret. */
  input: string;
  /** All that the tool can write to. */
  written: readonly string[];
}

export interface RunFoldersOptions {
  base: string;
  /** A folder in memory for secret files; null: they lie on disk, readable by their owner alone. */
  memory: string | null;
  /** The user that gets the tool's folders; null: they stay the platform's. */
  owner?: { uid: number; gid: number } | null;
}

const MARK = 'run.json';
const BEAT_MS = 10_000;
const STALE_MS = 60_000;
/** An output is read and removed as soon as its run has ended. */
const UNREAD_MS = 86_400_000;
const RUN_ID = /^[A-Za-z0-9][A-Za-z0-9-]{0,100}$/;
const TMPFS = 0x01021994;

/** A folder in memory, where this machine has one. */
export function memoryFolder(path = '/dev/shm'): string | null {
  try {
    return statfsSync(path).type === TMPFS ? path : null;
  } catch {
    return null;
  }
}

/**
 * Lays out runs as `BASE/<name>` (what the tool wrote, its reader's to remove) and, while they run,
 * `BASE/.running/<name>` with a mark of who runs them. A mark whose owner is dead is a leftover.
 */
export class RunFolders {
  readonly base: string;
  readonly #running: string;
  readonly #open = new Set<string>();
  #beat: NodeJS.Timeout | undefined;

  constructor(private readonly options: RunFoldersOptions) {
    this.base = resolve(options.base);
    this.#running = join(this.base, '.running');
  }

  /** A name that no earlier try of the same run has, so that tools never append to old files. */
  nameFor(runId: string): string {
    if (!RUN_ID.test(runId)) throw new InvalidInputError('a run id has letters, digits and dashes');
    return `${runId}-${randomBytes(4).toString('hex')}`;
  }

  outputOf(name: string): string {
    return join(this.base, name);
  }

  async open(name: string, run: ToolRun): Promise<RunFolder> {
    const root = join(this.#running, name);
    const output = this.outputOf(name);
    const secret = run.files.some((file) => file.secret) ? this.#memoryOf(name) : null;
    const input = secret ?? join(root, 'input');
    const [work, home] = [join(root, 'work'), join(root, 'home')];
    await mkdir(this.base, { recursive: true, mode: 0o700 });
    await mkdir(root, { recursive: true, mode: 0o700 });
    const mark = { host: hostname(), pid: process.pid, started: startOf(process.pid) };
    await writeFile(join(root, MARK), JSON.stringify(mark), { mode: 0o600 });
    this.#open.add(name);
    this.#beat ??= setInterval(() => void this.#touch(), BEAT_MS).unref();
    for (const path of [output, work, home, input]) {
      await mkdir(path, { mode: 0o700 });
      await this.#give(path);
    }
    return { name, output, root, work, home, input, written: [output, work, home] };
  }

  /** Writes the run's files, and an empty folder for each mount, which a read-only input needs. */
  async fill({ input }: RunFolder, run: ToolRun, paths: RunPaths): Promise<void> {
    for (const file of run.files) {
      const path = join(input, file.name);
      await writeFile(path, contentOf(file, paths), { mode: 0o600, flag: 'wx' });
      await this.#give(path);
    }
    for (const { name } of run.mounts) await mkdir(join(input, name), { mode: 0o700 });
  }

  /** Removes all but the output; the mark goes last, so that a crash in between is swept. */
  async close(name: string): Promise<void> {
    const memory = this.#memoryOf(name);
    if (memory) await remove(memory);
    await remove(join(this.#running, name));
    this.#open.delete(name);
    if (this.#open.size > 0) return;
    clearInterval(this.#beat);
    this.#beat = undefined;
  }

  /** The names of runs whose owner is gone, and of outputs that their reader did not remove. */
  async leftovers(): Promise<string[]> {
    const names = await readdir(this.#running).catch(() => []);
    const alive = await Promise.all(names.map((name) => this.isAlive(name)));
    const dead = names.filter((_name, index) => !alive[index]);
    return [...dead, ...(await this.#oldOutputs(new Set(names)))];
  }

  async #oldOutputs(running: ReadonlySet<string>): Promise<string[]> {
    const names = await readdir(this.base).catch(() => []);
    const old: string[] = [];
    for (const name of names) {
      if (name.startsWith('.') || running.has(name)) continue;
      const found = await stat(this.outputOf(name)).catch(() => null);
      if (found?.isDirectory() && Date.now() - found.mtimeMs > UNREAD_MS) old.push(name);
    }
    return old;
  }

  async discard(name: string): Promise<void> {
    await remove(this.outputOf(name));
    await this.close(name);
  }

  /** Whether the process of this run is alive: by its id on this machine, else by its heartbeat. */
  async isAlive(name: string): Promise<boolean> {
    if (this.#open.has(name)) return true;
    const path = join(this.#running, name, MARK);
    const found = await stat(path).catch(() => null);
    if (!found) return false;
    const fresh = Date.now() - found.mtimeMs < STALE_MS;
    try {
      const mark: unknown = JSON.parse(await readFile(path, 'utf8'));
      if (!isMark(mark) || mark.host !== hostname()) return fresh;
      return isRunning(mark.pid, mark.started);
    } catch {
      return fresh;
    }
  }

  #memoryOf(name: string): string | null {
    return this.options.memory ? join(this.options.memory, `offload-scan-${name}`) : null;
  }

  async #give(path: string): Promise<void> {
    const { owner } = this.options;
    if (owner) await chown(path, owner.uid, owner.gid);
  }

  async #touch(): Promise<void> {
    const now = new Date();
    const marks = [...this.#open].map((name) => join(this.#running, name, MARK));
    await Promise.allSettled(marks.map((mark) => utimes(mark, now, now)));
  }
}

function isMark(mark: unknown): mark is { host: string; pid: number; started: string | null } {
  return (
    typeof mark === 'object' &&
    mark !== null &&
    'host' in mark &&
    'pid' in mark &&
    'started' in mark
  );
}

async function remove(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 }).catch(
    () => undefined,
  );
}
