import type { ScanRequest, ScanRun, ScanSummary } from '../../../../contract/orchestration.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Clock, NewId } from '../../../platform/clock.js';
import type { Filter, Page, TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import type { LiveScans } from '../live/live-scans.js';
import type { SubJobStarter } from '../sub-jobs/sub-job-starter.js';
import type { StoredSubJob, SubJobsRepository } from '../sub-jobs/sub-jobs.repository.js';
import type { ScanPlan } from './fan-out.rules.js';
import type { ScanPlanner } from './scan-planner.js';
import { SCANNER, type ScanSettler } from './scan-settler.js';
import { isEnded, medianOf, noFindings } from './scan-status.rules.js';
import { summaryOf, viewOf } from './scan-view.js';
import type { ScansRepository, StoredScan } from './scans.repository.js';

export interface ScanOrchestrationDeps {
  scans: ScansRepository;
  subJobs: SubJobsRepository;
  planner: ScanPlanner;
  starter: SubJobStarter;
  settler: ScanSettler;
  live: LiveScans;
  audit: Audit;
  clock: Clock;
  newId: NewId;
}

export interface ScanListFilter {
  status?: string[];
  kind?: string[];
  target?: string;
}

const ESTIMATE_FROM = 10;

/** Scans of a team: asked for, watched, stopped, and run again where they failed. */
export class ScanOrchestrationService {
  constructor(private readonly deps: ScanOrchestrationDeps) {}

  /** Throws ConflictError that names the scan of this target that is active. */
  async start(
    actor: Actor,
    request: ScanRequest,
    trigger: StoredScan['trigger'] = 'manual',
  ): Promise<ScanRun> {
    const { scans, subJobs, planner, starter, audit, clock, newId } = this.deps;
    const plan = await planner.plan(actor, request);
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
      estimateMs: (await this.#estimateOf(actor, plan)).estimateMs,
      problem: null,
      results: 0,
      findings: noFindings(),
      subJobCounts: { queued: plan.units.length },
    };
    await this.#activate(actor, plan.targetKey, () => scans.add(scan));
    const its = plan.units.map((unit, place) => newSubJob(scan, { unit, place, id: newId('sub') }));
    await subJobs.addMany(actor, its);
    await audit.record(actor, 'scan.started', scan.id, { kind: scan.kind, target: scan.target });
    await starter.enqueue(its);
    return this.get(actor, scan.id);
  }

  async get(scope: TeamScope, scanId: string): Promise<ScanRun> {
    const { subJobs, live, clock } = this.deps;
    const scan = await this.#stored(scope, scanId);
    return viewOf(scan, await subJobs.ofScan(scope, scanId), { live, now: clock.now() });
  }

  async list(
    scope: TeamScope,
    { status, kind, target }: ScanListFilter,
    limit: number,
    cursor?: string,
  ): Promise<Page<ScanSummary>> {
    const filter: Filter = {
      ...(status ? { status: { in: status } } : {}),
      ...(kind ? { kind: { in: kind } } : {}),
      ...(target === undefined ? {} : { targetKey: target }),
    };
    const page = await this.deps.scans.page(scope, filter, limit, cursor);
    const now = this.deps.clock.now();
    return { ...page, items: page.items.map((scan) => summaryOf(scan, now)) };
  }

  async estimate(scope: TeamScope, request: ScanRequest) {
    const plan = await this.deps.planner.plan(scope, request);
    const active = await this.deps.scans.activeOf(scope, plan.targetKey);
    return {
      target: plan.target,
      subJobs: plan.units.map(({ scanner, name }) => ({ tool: scanner, name })),
      ...(await this.#estimateOf(scope, plan)),
      runningScanId: active?.id ?? null,
    };
  }

  /** What waits never runs; what runs is told to stop. Cancelling twice is cancelling once. */
  async cancel(actor: Actor, scanId: string): Promise<ScanRun> {
    const { scans, subJobs, starter, settler, audit } = this.deps;
    const scan = await this.#stored(actor, scanId);
    const { round } = scan;
    const wanted = isEnded(scan.status)
      ? null
      : await scans.update(actor, scanId, { cancelRequested: true }, { round, finishedAt: null });
    if (!wanted) throw new ConflictError('the scan has ended', { scanId, status: scan.status });
    await audit.record(actor, 'scan.cancelled', scanId);
    for (const subJob of await subJobs.ofScan(actor, scanId)) {
      if (!isEnded(subJob.status)) await starter.cancel(subJob);
    }
    await settler.settle(actor, scanId);
    return this.get(actor, scanId);
  }

  /** Stops the scan of an account that has left; nothing when none is active. */
  async cancelOf({ teamId }: TeamScope, accountId: string): Promise<void> {
    const active = await this.deps.scans.activeOf({ teamId }, `cloud/${accountId}`);
    if (!active) return;
    await this.cancel({ ...SCANNER, teamId, permissions: [] }, active.id).catch((error) => {
      if (!(error instanceof ConflictError)) throw error;
    });
  }

  /** Runs what failed or was cancelled again, or where nothing did what has gaps; or the one sub-job that is named. */
  async retry(actor: Actor, scanId: string, subJobId?: string): Promise<ScanRun> {
    const { scans, subJobs, starter, audit, clock } = this.deps;
    const scan = await this.#stored(actor, scanId);
    if (!isEnded(scan.status)) {
      throw new ConflictError('the scan has not ended', { scanId, status: scan.status });
    }
    const again = toRetry(await subJobs.ofScan(actor, scanId), subJobId);
    const round = scan.round + 1;
    const set = {
      status: 'queued',
      activeKey: scan.targetKey,
      round,
      queuedAt: clock.now().toISOString(),
      startedAt: null,
      finishedAt: null,
      durationMs: null,
      problem: null,
      cancelRequested: false,
    };
    const only = { status: scan.status, round: scan.round };
    const opened = await this.#activate(actor, scan.targetKey, () =>
      scans.update(actor, scanId, set, only),
    );
    if (!opened) throw new ConflictError('the scan has just been taken up again', { scanId });
    await audit.record(actor, 'scan.retried', scanId, { subJobs: again.length });
    await starter.restart(again, round);
    return this.get(actor, scanId);
  }

  async #stored(scope: TeamScope, scanId: string): Promise<StoredScan> {
    const scan = await this.deps.scans.get(scope, scanId);
    if (!scan) throw new NotFoundError('no such scan', { scanId });
    return scan;
  }

  /** The database lets one scan of a target be active, whichever process asks. */
  async #activate<T>(scope: TeamScope, key: string, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      const active = await this.deps.scans.activeOf(scope, key);
      if (!active) throw error;
      throw new ConflictError(`the scan ${active.id} of this target is running`, {
        scanId: active.id,
      });
    }
  }

  /** From scans of the same target and as many parts. */
  async #estimateOf(scope: TeamScope, { targetKey, units }: ScanPlan) {
    const last = await this.deps.scans.lastOf(scope, targetKey, ESTIMATE_FROM * 2);
    const alike = last.filter(
      ({ subJobCounts, round }) =>
        round === 1 && Object.values(subJobCounts).reduce((a, b) => a + b, 0) === units.length,
    );
    const durations = alike.slice(0, ESTIMATE_FROM).flatMap(({ durationMs }) => durationMs ?? []);
    return { estimateMs: medianOf(durations), basedOn: durations.length };
  }
}

function toRetry(subJobs: readonly StoredSubJob[], subJobId?: string): StoredSubJob[] {
  if (subJobId !== undefined) {
    const one = subJobs.find(({ id }) => id === subJobId);
    if (!one) throw new NotFoundError('the scan has no such sub-job', { subJobId });
    if (one.status === 'completed') {
      throw new ConflictError('the sub-job did not fail', { subJobId });
    }
    return [one];
  }
  const of = (...statuses: string[]) => subJobs.filter(({ status }) => statuses.includes(status));
  const bad = of('failed', 'cancelled');
  const again = bad.length > 0 ? bad : of('partial');
  if (again.length === 0) throw new ConflictError('no sub-job of the scan failed');
  return again;
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
