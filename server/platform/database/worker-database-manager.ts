import { UnavailableError } from '../errors.js';
import { CSPMDatabaseManager, type DatabaseSettings } from './database-manager.js';

export interface TaskLimits {
  signal?: AbortSignal;
  timeoutMs?: number;
}

/**
 * Gives each task separate connections and closes them when it ends, throws, exceeds its time limit or
 * is cancelled. A task that continues anyway finds its databases closed.
 */
export class WorkerDatabaseManager {
  readonly #settings: DatabaseSettings;

  constructor(settings: DatabaseSettings) {
    this.#settings = settings;
  }

  async run<R>(
    task: (databases: CSPMDatabaseManager, signal: AbortSignal) => Promise<R>,
    limits: TaskLimits = {},
  ): Promise<R> {
    const ending = new AbortController();
    const onAbort = () => ending.abort(limits.signal?.reason);
    limits.signal?.addEventListener('abort', onAbort, { once: true });
    if (limits.signal?.aborted) onAbort();
    const timer = limits.timeoutMs
      ? setTimeout(() => ending.abort(tooLong(limits.timeoutMs)), limits.timeoutMs)
      : undefined;
    const databases = new CSPMDatabaseManager(this.#settings);
    try {
      ending.signal.throwIfAborted();
      return await Promise.race([task(databases, ending.signal), aborted(ending.signal)]);
    } finally {
      clearTimeout(timer);
      limits.signal?.removeEventListener('abort', onAbort);
      ending.abort(new UnavailableError('the task has ended'));
      await databases.close();
    }
  }
}

function tooLong(timeoutMs: number | undefined): UnavailableError {
  return new UnavailableError(`the task took longer than ${timeoutMs} ms`);
}

function aborted(signal: AbortSignal): Promise<never> {
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  // Rejects at the end of every task, when nothing may be listening.
  ended.catch(() => undefined);
  return ended;
}
