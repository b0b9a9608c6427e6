import type { Audit } from '../../../platform/audit/audit.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Events } from '../../../platform/events/events.js';
import type { LiveScans } from '../live/live-scans.js';
import { scanCompleted, scanStarted } from '../orchestration.events.js';
import type { ScanResults } from '../orchestration-parts.js';
import type { StoredSubJob } from '../sub-jobs/stored-sub-job.js';
import { isEnded, problemOfScan, statusOfScan, sumOf } from './scan-status.rules.js';
import type { ScanStores } from './scan-stores.js';
import { scannedAccountOf } from './scanned-account.rules.js';
import { ACTIVE } from './scans.repository.js';
import type { StoredScan } from './stored-scan.js';

export interface ScanSettlerDeps {
  stores: ScanStores;
  scannedPlaces: Pick<ScanResults['scannedPlaces'], 'record'>;
  live: LiveScans;
  audit: Audit;
  events: Events;
  clock: Clock;
}

/** Derives a scan's status from its sub-jobs. Called after each change of one, and by the reaper, so that no end is missed. */
export class ScanSettler {
  constructor(private readonly deps: ScanSettlerDeps) {}

  /** Returns the updated scan. */
  async settle(scope: TeamScope, scanId: string): Promise<StoredScan | null> {
    const { stores, live } = this.deps;
    const { scans, subJobs } = stores;
    // A sub-job may end between the read and the write: repeat until the written status is right.
    for (;;) {
      const scan = await scans.get(scope, scanId);
      if (!scan || isEnded(scan.status)) return scan;
      const current = await subJobs.ofScan(scope, scanId);
      const status = statusOfScan(current.map((subJob) => subJob.status));
      const changed = isEnded(status)
        ? await this.#end(scan, current)
        : await this.#update(scan, current, status);
      live.changed(scanId);
      if (changed === null) continue;
      const after = await subJobs.ofScan(scope, scanId);
      if (isEnded(status) || statusOfScan(after.map((one) => one.status)) === status)
        return changed;
    }
  }

  async #update(
    scan: StoredScan,
    subJobs: readonly StoredSubJob[],
    status: StoredScan['status'],
  ): Promise<StoredScan | null> {
    const { stores, events, clock } = this.deps;
    const { id, teamId, kind, round } = scan;
    const begins = status === 'running' && scan.startedAt === null;
    const startedAt = begins ? clock.now().toISOString() : scan.startedAt;
    const set = { status, startedAt, ...sumOf(subJobs) };
    const only = { status: scan.status, round };
    const changed = await stores.scans.update(scan, id, set, only);
    if (changed && begins) await events.emit(scanStarted, { teamId, scanId: id, kind });
    return changed;
  }

  /** Only one process succeeds, and only that one emits the event. */
  async #end(scan: StoredScan, subJobs: readonly StoredSubJob[]): Promise<StoredScan | null> {
    const { stores, scannedPlaces, audit, events, clock } = this.deps;
    const { id, teamId, kind, round, startedAt } = scan;
    const now = clock.now();
    const status = statusOfScan(subJobs.map((subJob) => subJob.status));
    const set = {
      status,
      activeKey: null,
      finishedAt: now.toISOString(),
      durationMs: startedAt ? now.getTime() - Date.parse(startedAt) : null,
      problem: subJobs.length === 0 ? 'the scan was never prepared' : problemOfScan(subJobs),
      ...sumOf(subJobs),
    };
    const importIds = subJobs.flatMap(({ importId }) => (importId ? [importId] : []));
    // Before the scan ends, so that it is repeated if this process dies in between.
    const account = scannedAccountOf(scan, subJobs);
    if (account) await scannedPlaces.record(scan, { ...account, importIds });
    const ended = await stores.scans.update(scan, id, set, { status: { in: ACTIVE }, round });
    if (!ended) return null;
    const actor = { teamId, userId: SCANNER.userId };
    await audit.record(actor, 'scan.ended', id, { status, target: scan.target });
    await events.emit(scanCompleted, { teamId, scanId: id, kind, status, importIds });
    return ended;
  }
}

/** The actor that imports the reports of scans, and ends them. */
export const SCANNER = { userId: 'scanner', name: 'Scanner' } as const;
