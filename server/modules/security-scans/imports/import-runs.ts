import { setTimeout as pause } from 'node:timers/promises';
import type { Actor } from '../../../platform/auth/actor.js';
import type { BlobStore } from '../../../platform/blobs/blob-store.js';
import type { Clock } from '../../../platform/clock.js';
import type { Lease } from '../../../platform/leases/held-lease.js';
import { outageIn } from '../../../platform/outages/outage.js';
import type { ImportLine } from './import-line.js';
import type { FinishImport } from './import-records.js';
import type { ImportOptions, ImportWork } from './import-work.js';
import type { ImportsRepository, StoredImport } from './imports.repository.js';

export interface ImportRunsDeps {
  imports: ImportsRepository;
  line: ImportLine;
  work: ImportWork;
  incoming: Pick<BlobStore, 'has' | 'remove' | 'withFile'>;
  /** For copies of uploads that are kept elsewhere. */
  workFolder: string;
  clock: Clock;
}

/** How long an upload waits for its host to return before its import fails. */
const MAX_ABSENCE_MS = 7 * 86_400_000;
/** An import that ends its process again and again is given up. */
const MAX_STARTS = 5;
const REGAIN_EVERY_MS = 500;
/** How long a command waits for the store. */
const MAX_OUTAGE_MS = 120_000;

/** Runs an import in this process when its turn comes, from its beginning or from where another process left it. */
export class ImportRuns {
  constructor(private readonly deps: ImportRunsDeps) {}

  get runner(): string {
    return this.deps.line.runner;
  }

  /** Whether another process that lives has it. */
  async isElsewhere({ runner }: StoredImport): Promise<boolean> {
    const { line } = this.deps;
    return runner !== null && runner !== line.runner && (await line.isAlive(runner));
  }

  /** Whether this process has it. */
  isHere({ id }: StoredImport): boolean {
    return this.deps.line.has(id);
  }

  /** Stores an import of this process; until `run`, others see that its process is alive. */
  async add(actor: Actor, item: StoredImport): Promise<void> {
    const { imports, line } = this.deps;
    // First: other processes would immediately take over an import whose process they do not see.
    await line.enter(item.id);
    try {
      await imports.add(actor, item);
    } catch (error) {
      line.leave(item.id);
      throw error;
    }
  }

  /** Null when another process has taken it over, or is left to do it. Without a path: this process does not have the file. */
  run(
    item: StoredImport,
    path: string | null,
    options: ImportOptions = {},
    signal?: AbortSignal,
  ): Promise<StoredImport | null> {
    const { imports, line, work } = this.deps;
    const store = async (lease: Lease) => {
      await work.prepare(item, lease);
      const known = await imports.get(item, item.id);
      if (known?.runner !== line.runner) return null;
      return this.#continue(known, path, options, lease);
    };
    return line.join(item, store, async (finish) => (finish ? finish() : null), signal);
  }

  /**
   * Like `run`, but also brings the import to its end after its lease was lost, unless another process does, and after
   * an outage of a store. Throws when that takes too long, or when the disk is full.
   */
  async runToEnd(item: StoredImport, path: string, options: ImportOptions): Promise<StoredImport> {
    const { line } = this.deps;
    // Also between its attempts others see that this process lives.
    const place = `${item.id}/attempts`;
    await line.enter(place);
    try {
      return await this.#tryToEnd(item, path, options);
    } finally {
      line.leave(place);
    }
  }

  async #tryToEnd(item: StoredImport, path: string, options: ImportOptions): Promise<StoredImport> {
    const { imports, line } = this.deps;
    let awaySince: number | null = null;
    for (let isFirst = true; ; isFirst = false) {
      try {
        const current = isFirst ? item : await imports.get(item, item.id);
        if (!current || current.finishedAt !== null) return current as StoredImport;
        if (current.runner === line.runner && (isFirst || !line.has(item.id))) {
          if (!isFirst) await line.enter(item.id);
          const ended = await this.run(current, path, options);
          if (ended) return ended;
        }
        awaySince = null;
      } catch (error) {
        const away = outageIn(error);
        awaySince ??= performance.now();
        const isTooLong = performance.now() - awaySince > MAX_OUTAGE_MS;
        if (!away || away.store === 'disk' || isTooLong) throw error;
      }
      await pause(REGAIN_EVERY_MS);
    }
  }

  /**
   * Takes over an upload, or a local file of a process that died, and brings it to its end. What that process stored
   * of it is undone; one whose results are all stored is only finished. Returns whether it still waits: another host
   * has the file.
   */
  async takeOver(item: StoredImport, signal?: AbortSignal): Promise<boolean> {
    const { imports, line, incoming, workFolder } = this.deps;
    const isStored = item.stored && (item.followUp || item.identical);
    const isHere = await incoming.has(item.id);
    // Nothing is stored that the return of the other host would change.
    const waits = item.uploaded && !isHere && !this.#isOverdue(item);
    if (waits && item.changedFrom === undefined && !item.stored) return true;
    await line.enter(item.id);
    try {
      // Only one process succeeds.
      const starts = (item.starts ?? 0) + (isHere ? 1 : 0);
      const mine = await imports.update(item, { runner: line.runner, starts }).catch(() => null);
      if (!mine) return false;
      const ended =
        isHere && !isStored
          ? await incoming.withFile(item.id, workFolder, (path) => this.run(mine, path, {}, signal))
          : await this.run(mine, null, {}, signal);
      if (ended && isHere) await incoming.remove(item.id);
      return ended === null && waits;
    } finally {
      line.leave(item.id);
    }
  }

  #isOverdue({ createdAt }: StoredImport): boolean {
    return this.deps.clock.now().getTime() - Date.parse(createdAt) > MAX_ABSENCE_MS;
  }

  async #continue(
    item: StoredImport,
    path: string | null,
    options: ImportOptions,
    lease: Lease,
  ): Promise<FinishImport | null> {
    const { work } = this.deps;
    if (item.stored && (item.followUp || item.identical)) return work.follow(item, lease);
    if ((item.starts ?? 0) > MAX_STARTS) {
      const problem = `the process ended ${MAX_STARTS} times during this import; the report may need too much memory`;
      return work.giveUp(item, problem, lease);
    }
    if (path !== null) return work.do(item, path, options, lease);
    if (!item.uploaded) {
      const problem = 'the process ended during this import; import the file again';
      return work.giveUp(item, problem, lease);
    }
    if (!this.#isOverdue(item)) return null;
    return work.giveUp(
      item,
      'the server that has the file did not come back; upload it again',
      lease,
    );
  }
}
