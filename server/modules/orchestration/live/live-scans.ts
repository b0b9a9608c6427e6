import { z } from 'zod';
import type { Broadcast } from '../../../platform/broadcast/broadcast.js';
import {
  type SharedStatus,
  STATUS_KEPT_MS,
} from '../../../platform/shared-status/shared-status.js';

/** The current state of a running sub-job, ahead of the database. */
export interface LiveSubJob {
  progress: number;
  /** The last lines of the tool. */
  log: readonly string[];
}

/** Which sub-job is running, and which of its workers reports: one that lost it may still do so. */
export interface RunningSubJob {
  id: string;
  scanId: string;
  token: string | null;
}

/** Sent between processes: a scan has changed. */
const Message = z.object({ scanId: z.string() });
const Shared = z.object({
  token: z.string(),
  progress: z.number().min(0).max(1),
  log: z.array(z.string()).max(200),
});

const CHANNEL = 'live-scans';
const MAX_LINES = 200;
const MAX_LINE_LENGTH = 500;

interface Entry {
  live: { progress: number; log: string[] };
  /** Changed since it was last shared. */
  isBehind: boolean;
  sharedAtMs: number;
  sharing: Promise<boolean>;
}

/**
 * Running sub-jobs, and the watchers of their scans. Ahead of the database, which has the same at the latest when the
 * sub-job ends: this process's in memory, those of others in Redis, where there is one.
 */
export class LiveScans {
  readonly #subJobs = new Map<string, Entry>();
  readonly #watchers = new Map<string, Set<() => void>>();

  constructor(
    private readonly broadcast: Broadcast,
    private readonly shared: SharedStatus,
  ) {
    broadcast.listen(CHANNEL, (message) => {
      const received = Message.safeParse(message);
      if (received.success) this.#wake(received.data.scanId);
    });
  }

  begin({ id }: RunningSubJob): void {
    const live = { progress: 0, log: [] };
    const sharing = Promise.resolve(false);
    this.#subJobs.set(id, { live, isBehind: true, sharedAtMs: 0, sharing });
  }

  line({ id, scanId }: RunningSubJob, line: string): void {
    const entry = this.#subJobs.get(id);
    if (!entry) return;
    const { log } = entry.live;
    log.push(line.slice(0, MAX_LINE_LENGTH));
    if (log.length > MAX_LINES) log.shift();
    entry.isBehind = true;
    this.#wake(scanId);
  }

  progress({ id, scanId }: RunningSubJob, progress: number): void {
    const entry = this.#subJobs.get(id);
    if (!entry || entry.live.progress >= progress) return;
    entry.live.progress = progress;
    entry.isBehind = true;
    this.#wake(scanId);
  }

  /** Call every second. Shares what has changed, and repeats it in time; false where nothing is shared. */
  share(subJob: RunningSubJob): Promise<boolean> {
    const entry = this.#subJobs.get(subJob.id);
    if (!entry) return Promise.resolve(false);
    if (entry.isBehind || performance.now() - entry.sharedAtMs > STATUS_KEPT_MS / 3) {
      entry.isBehind = false;
      entry.sharedAtMs = performance.now();
      entry.sharing = entry.sharing.then(() => this.#put(subJob, entry.live));
    }
    return entry.sharing;
  }

  /** The running ones of these sub-jobs that are known, of one scan. */
  async of(
    scanId: string,
    subJobs: readonly (RunningSubJob & { status: string })[],
  ): Promise<ReadonlyMap<string, LiveSubJob>> {
    const running = subJobs.filter(({ status }) => status === 'running');
    const isElsewhere = running.some(({ id }) => !this.#subJobs.has(id));
    const shared = isElsewhere ? await this.shared.of(scanId) : new Map<string, unknown>();
    return new Map(
      running.flatMap(({ id, token }): [string, LiveSubJob][] => {
        const here = this.#subJobs.get(id);
        if (here) return [[id, here.live]];
        const { success, data } = Shared.safeParse(shared.get(id));
        return success && data.token === token ? [[id, data]] : [];
      }),
    );
  }

  /** Call after its outcome is stored. */
  async end({ id, scanId }: RunningSubJob): Promise<void> {
    const entry = this.#subJobs.get(id);
    this.#subJobs.delete(id);
    await entry?.sharing;
    await this.shared.remove(scanId, id);
  }

  /** Call after the scan has changed in the database. */
  changed(scanId: string): void {
    this.#wake(scanId);
    this.broadcast.publish(CHANNEL, { scanId });
  }

  /** Returns a function that stops watching. */
  watch(scanId: string, notify: () => void): () => void {
    const watchers = this.#watchers.get(scanId) ?? new Set();
    watchers.add(notify);
    this.#watchers.set(scanId, watchers);
    return () => {
      watchers.delete(notify);
      if (watchers.size === 0 && this.#watchers.get(scanId) === watchers) {
        this.#watchers.delete(scanId);
      }
    };
  }

  async #put({ id, scanId, token }: RunningSubJob, live: LiveSubJob): Promise<boolean> {
    const isShared = await this.shared.put(scanId, id, { token, ...live });
    if (isShared) this.broadcast.publish(CHANNEL, { scanId });
    return isShared;
  }

  #wake(scanId: string): void {
    for (const notify of this.#watchers.get(scanId) ?? []) notify();
  }
}
