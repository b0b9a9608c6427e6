import type { ScanRequest } from '../../../../contract/orchestration.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import type { StoredSubJob } from '../sub-jobs/stored-sub-job.js';
import type { ScanPlan } from './fan-out.rules.js';
import { medianOf, noFindings } from './scan-status.rules.js';
import type { ScanStores } from './scan-stores.js';
import type { StoredScan } from './stored-scan.js';

export interface ScanRecordsDeps {
  stores: ScanStores;
  clock: Clock;
  newId: NewId;
}

/** A requested scan before it is stored. */
export interface PlannedScan {
  plan: ScanPlan;
  request: ScanRequest;
  trigger: StoredScan['trigger'];
}

const ESTIMATE_FROM = 10;

/** Creates, finds and reopens the stored scans of a team. */
export class ScanRecords {
  constructor(private readonly deps: ScanRecordsDeps) {}

  /** Throws ConflictError that names the active scan of this target. */
  async create(
    actor: Actor,
    { plan, request, trigger }: PlannedScan,
  ): Promise<{ scan: StoredScan; subJobs: StoredSubJob[] }> {
    const { stores, clock, newId } = this.deps;
    const now = clock.now().toISOString();
    const scan: StoredScan = {
      id: newId('scan'),
      teamId: actor.teamId,
      kind: request.kind,
      target: plan.target,
      targetKey: plan.targetKey,
      activeKey: plan.targetKey,
      request,
      status: 'queued',
      trigger,
      requestedBy: actor.userId,
      cancelRequested: false,
      round: 1,
      createdAt: now,
      queuedAt: now,
      startedAt: null,
      finishedAt: null,
      durationMs: null,
      estimateMs: (await this.estimate(actor, plan)).estimateMs,
      problem: null,
      results: 0,
      findings: noFindings(),
      subJobCounts: { queued: plan.units.length },
    };
    await this.#activate(actor, plan.targetKey, () => stores.scans.add(scan));
    const subJobs = plan.units.map((unit, place) =>
      newSubJob(scan, { unit, place, id: newId('sub') }),
    );
    await stores.subJobs.addMany(actor, subJobs);
    return { scan, subJobs };
  }

  async get(scope: TeamScope, scanId: string): Promise<StoredScan> {
    const scan = await this.deps.stores.scans.get(scope, scanId);
    if (!scan) throw new NotFoundError('no such scan', { scanId });
    return scan;
  }

  subJobsOf(scope: TeamScope, scanId: string): Promise<StoredSubJob[]> {
    return this.deps.stores.subJobs.ofScan(scope, scanId);
  }

  activeOf(scope: TeamScope, targetKey: string): Promise<StoredScan | null> {
    return this.deps.stores.scans.activeOf(scope, targetKey);
  }

  /** Null when it has ended, or was retried meanwhile. */
  requestCancel(scope: TeamScope, { id, round }: StoredScan): Promise<StoredScan | null> {
    const only = { round, finishedAt: null };
    return this.deps.stores.scans.update(scope, id, { cancelRequested: true }, only);
  }

  /** Opens the next round of an ended scan; null when it was opened meanwhile. Throws ConflictError like `create`. */
  reopen(scope: TeamScope, { id, targetKey, round, status }: StoredScan) {
    const set = {
      status: 'queued',
      activeKey: targetKey,
      round: round + 1,
      queuedAt: this.deps.clock.now().toISOString(),
      startedAt: null,
      finishedAt: null,
      durationMs: null,
      problem: null,
      cancelRequested: false,
    };
    const only = { status, round };
    return this.#activate(scope, targetKey, () =>
      this.deps.stores.scans.update(scope, id, set, only),
    );
  }

  /** From earlier scans of the target with as many sub-jobs. */
  async estimate(scope: TeamScope, { targetKey, units }: ScanPlan) {
    const last = await this.deps.stores.scans.lastOf(scope, targetKey, ESTIMATE_FROM * 2);
    const alike = last.filter(
      ({ subJobCounts, round }) =>
        round === 1 && Object.values(subJobCounts).reduce((a, b) => a + b, 0) === units.length,
    );
    const durations = alike.slice(0, ESTIMATE_FROM).flatMap(({ durationMs }) => durationMs ?? []);
    return { estimateMs: medianOf(durations), basedOn: durations.length };
  }

  /** The database allows one active scan per target, across all processes. */
  async #activate<T>(scope: TeamScope, key: string, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      const active = await this.activeOf(scope, key);
      if (!active) throw error;
      throw new ConflictError(`the scan ${active.id} of this target is running`, {
        scanId: active.id,
      });
    }
  }
}

function newSubJob(
  { id: scanId, teamId, round }: StoredScan,
  { unit, place, id }: Pick<StoredSubJob, 'unit' | 'place' | 'id'>,
): StoredSubJob {
  return {
    ...{ id, teamId, scanId, place, unit, round },
    name: unit.name,
    status: 'queued',
    attempt: 0,
    requeued: 0,
    jobId: null,
    token: null,
    progress: 0,
    problem: null,
    outcome: null,
    coverage: null,
    results: 0,
    findings: noFindings(),
    importId: null,
    startedAt: null,
    finishedAt: null,
    durationMs: null,
    log: [],
  };
}
