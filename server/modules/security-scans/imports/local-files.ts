import { removeOldFiles } from '../../../platform/blobs/remove-old-files.js';
import type { Clock } from '../../../platform/clock.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import type { Retention } from '../../../platform/retention/retention.js';

export interface LocalFilesDeps {
  /** Uploads that wait, and rows between reading and applying. */
  folders: readonly string[];
  retention: Pick<Retention, 'purgeRawReports'>;
  clock: Clock;
  log: Logger;
}

const DAY_MS = 86_400_000;
/** Longer than an upload waits for its host. */
const LEFT_OVER_MS = 8 * DAY_MS;

/** The files of this host, which a scheduled purge on another one does not see. */
export class LocalFiles {
  #nextAtMs = 0;

  constructor(private readonly deps: LocalFilesDeps) {}

  /** Once a day: removes raw reports that are too old, and what processes left that were killed. */
  async lookAfter(): Promise<void> {
    const { folders, retention, clock, log } = this.deps;
    const nowMs = clock.now().getTime();
    if (nowMs < this.#nextAtMs) return;
    this.#nextAtMs = nowMs + DAY_MS;
    let removed = await retention.purgeRawReports();
    for (const folder of folders) {
      removed += await removeOldFiles(folder, new Date(nowMs - LEFT_OVER_MS));
    }
    if (removed > 0) log.info({ files: removed }, 'old local files deleted');
  }
}
