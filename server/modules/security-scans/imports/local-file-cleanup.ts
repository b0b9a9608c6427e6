import { removeOldFiles } from '../../../platform/blobs/remove-old-files.js';
import type { Clock } from '../../../platform/clock.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import type { Retention } from '../../../platform/retention/retention.js';

export interface LocalFileCleanupDeps {
  /** Temporary files of all hosts that share it, and of earlier releases. */
  folder: string;
  retention: Pick<Retention, 'purgeLocalFiles'>;
  clock: Clock;
  log: Logger;
}

const DAY_MS = 86_400_000;
const LEFT_OVER_MS = 8 * DAY_MS;

/** Removes old files of this host, which a scheduled purge on another host does not see. */
export class LocalFileCleanup {
  #nextAtMs = 0;

  constructor(private readonly deps: LocalFileCleanupDeps) {}

  /** At most once a day: removes expired files and leftovers of killed processes. */
  async runMaintenance(): Promise<void> {
    const { folder, retention, clock, log } = this.deps;
    const nowMs = clock.now().getTime();
    if (nowMs < this.#nextAtMs) return;
    this.#nextAtMs = nowMs + DAY_MS;
    let removed = await retention.purgeLocalFiles();
    removed += await removeOldFiles(folder, new Date(nowMs - LEFT_OVER_MS));
    if (removed > 0) log.info({ files: removed }, 'old local files deleted');
  }
}
