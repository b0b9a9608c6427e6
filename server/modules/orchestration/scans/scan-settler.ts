import type { Audit } from '../../../platform/audit/audit.js';
import type { Clock } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import type { Events } from '../../../platform/events/events.js';
import type { SecurityScans } from '../../security-scans/index.js';
import type { LiveScans } from '../live/live-scans.js';
import { scanCompleted, scanStarted } from '../orchestration.events.js';
import type { StoredSubJob, SubJobsRepository } from '../sub-jobs/sub-jobs.repository.js';
import { isEnded, problemOfScan, statusOfScan, sumOf } from './scan-status.rules.js';
import { scannedAccountOf } from './scanned-account.rules.js';
import { ACTIVE, type ScansRepository, type StoredScan } from './scans.repository.js';

export interface ScanSettlerDeps {
  scans: ScansRepository;
  subJobs: SubJobsRepository;
  scannedPlaces: Pick<SecurityScans['scannedPlaces'], 'record'>;
  live: LiveScans;
  audit: Audit;
  events: Events;
  clock: Clock;
}

/** Brings a scan to what its sub-jobs say. Whoever changes one calls it; so does the reaper, so that no end is missed. */
export class ScanSettler {
  constructor(private readonly deps: ScanSettlerDeps) {}

  /** Answers the scan as it is afterwards. */
  async settle(scope: TeamScope, scanId: string): Promise<StoredScan | null> {
    const { scans, subJobs, live } = this.deps;
    // A sub-job may end between the look and the write: then what is written is looked at again.
    for (;;) {
      const scan = await scans.get(scope, scanId);
      if (!scan || isEnded(scan.status)) return scan;
      const its = await subJobs.ofScan(scope, scanId);
      const status = statusOfScan(its.map((subJob) => subJob.status));
      const changed = isEnded(status)
        ? await this.#end(scan, its)
        : await this.#goOn(scan, its, status);
      live.changed(scanId);
      if (changed === null) continue;
      const after = await subJobs.ofScan(scope, scanId);
      if (isEnded(status) || statusOfScan(after.map((one) => one.status)) === status)
        return changed;
    }
  }

  async #goOn(
    scan: StoredScan,
    subJobs: readonly StoredSubJob[],
    status: StoredScan['status'],
  ): Promise<StoredScan | null> {
    const { scans, events, clock } = this.deps;
    const { id, teamId, kind, round } = scan;
    const begins = status === 'running' && scan.startedAt === null;
    const startedAt = begins ? clock.now().toISOString() : scan.startedAt;
    const set = { status, startedAt, ...sumOf(subJobs) };
    const only = { status: scan.status, round };
    const changed = await scans.update(scan, id, set, only);
    if (changed && begins) await events.emit(scanStarted, { teamId, scanId: id, kind });
    return changed;
  }

  /** One process of those that try succeeds, and only that one tells. */
  async #end(scan: StoredScan, subJobs: readonly StoredSubJob[]): Promise<StoredScan | null> {
    const { scans, scannedPlaces, audit, events, clock } = this.deps;
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
    // Before it is ended, so that a process that dies in between does it again.
    const account = scannedAccountOf(scan, subJobs);
    if (account) await scannedPlaces.record(scan, { ...account, importIds });
    const ended = await scans.update(scan, id, set, { status: { in: ACTIVE }, round });
    if (!ended) return null;
    const actor = { teamId, userId: SCANNER.userId };
    await audit.record(actor, 'scan.ended', id, { status, target: scan.target });
    await events.emit(scanCompleted, { teamId, scanId: id, kind, status, importIds });
    return ended;
  }
}

/** Who imports what scans find, and ends them. */
export const SCANNER = { userId: 'scanner', name: 'Scanner' } as const;
