import { readdir, rm, rmdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isRunning, startOf } from './process-table.js';

/** A name that says whose a folder is: the host, the process's id and when it started. */
const OWNED = /^(.+)\.(\d+)\.(\d+)(?:-\w+)?$/;
const HOST = hostname().replace(/[^A-Za-z0-9-]/g, '_');

/**
 * Where this process keeps its temporary files: a folder of its own, by whose name any process of this host can tell
 * whether its owner is gone. Folders of other hosts stay: they are deleted by age.
 */
export class WorkFolder {
  readonly path: string;

  constructor(
    readonly root: string,
    private readonly prefix = '',
  ) {
    const started = startOf(process.pid) ?? '0';
    this.path = join(root, `${prefix}${HOST}.${process.pid}.${started}`);
  }

  /** Deletes the folders of processes that were killed; returns their number. */
  async sweep(): Promise<number> {
    let removed = 0;
    for (const name of await readdir(this.root).catch(() => [])) {
      if (!this.#isLeft(name)) continue;
      // Below the folder of the system, another user's stay.
      const isGone = rm(join(this.root, name), { recursive: true, force: true }).then(() => 1);
      removed += await isGone.catch(() => 0);
    }
    return removed;
  }

  /** Deletes this process's own folder, unless it is in use. */
  async end(): Promise<void> {
    const inside = await readdir(this.path).catch(() => []);
    for (const name of inside) await rmdir(join(this.path, name)).catch(() => {});
    await rmdir(this.path).catch(() => {});
  }

  #isLeft(name: string): boolean {
    if (!name.startsWith(this.prefix)) return false;
    const [, host, pid, started] = OWNED.exec(name.slice(this.prefix.length)) ?? [];
    return host === HOST && !isRunning(Number(pid), started === '0' ? null : (started ?? null));
  }
}
