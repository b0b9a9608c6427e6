import { hostname } from 'node:os';
import type { Clock, NewId } from '../../../platform/clock.js';
import { isRunning, startOf } from '../../../platform/data-folder/process-table.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import type { StoredWorker, WorkersRepository } from './workers.repository.js';

export interface WorkerPresenceDeps {
  workers: WorkersRepository;
  clock: Clock;
  newId: NewId;
  log: Logger;
}

const HEARTBEAT_MS = 5_000;
const DEAD_AFTER_MS = 20_000;
const DELETED_AFTER_MS = 3_600_000;

/**
 * The long-running processes that work on this store's jobs. A command that needs a scan leaves it to them,
 * and runs it itself only if there are none.
 */
export class WorkerPresence {
  #me: StoredWorker | null = null;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> = Promise.resolve();

  constructor(private readonly deps: WorkerPresenceDeps) {}

  /** Registers this process. */
  async begin(): Promise<void> {
    const { clock, newId, workers } = this.deps;
    const now = clock.now();
    this.#me = {
      id: newId('worker'),
      host: hostname(),
      pid: process.pid,
      processStarted: startOf(process.pid),
      startedAt: now.toISOString(),
      seenAt: now.toISOString(),
    };
    await workers.put(this.#me);
    await workers.removeSeenBefore(new Date(now.getTime() - DELETED_AFTER_MS).toISOString());
    this.#timer = setInterval(() => {
      this.#beating = this.#beating.then(() => this.#beat());
    }, HEARTBEAT_MS).unref();
  }

  /** Records where this process serves its health and metrics. */
  async serves(address: string): Promise<void> {
    if (!this.#me) return;
    this.#me = { ...this.#me, address };
    await this.deps.workers.put(this.#me);
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    const me = this.#me;
    this.#me = null;
    if (me) await this.deps.workers.remove(me.id);
  }

  /** Workers with a recent heartbeat; a local process that has ended is excluded. */
  async alive(): Promise<StoredWorker[]> {
    const { clock, workers } = this.deps;
    const since = new Date(clock.now().getTime() - DEAD_AFTER_MS);
    const seen = await workers.seenSince(since.toISOString());
    return seen.filter(
      ({ host, pid, processStarted }) => host !== hostname() || isRunning(pid, processStarted),
    );
  }

  async #beat(): Promise<void> {
    if (!this.#me) return;
    this.#me = { ...this.#me, seenAt: this.deps.clock.now().toISOString() };
    await this.deps.workers.put(this.#me).catch((error: unknown) => {
      this.deps.log.warn({ err: error }, 'worker heartbeat failed');
    });
  }
}
