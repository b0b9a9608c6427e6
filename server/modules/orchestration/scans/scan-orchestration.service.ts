import type {
  ScanKind,
  ScanRequest,
  ScanRun,
  ScanSummary,
} from '../../../../contract/orchestration.js';
import type { Audit } from '../../../platform/audit/audit.js';
import type { Actor } from '../../../platform/auth/actor.js';
import type { Page, TeamScope } from '../../../platform/database/collection.js';
import { ConflictError, NotFoundError } from '../../../platform/errors.js';
import type { StoredSubJob } from '../sub-jobs/stored-sub-job.js';
import type { SubJobStarter } from '../sub-jobs/sub-job-starter.js';
import type { ScanPlanner } from './scan-planner.js';
import type { ScanRecords } from './scan-records.js';
import { SCANNER, type ScanSettler } from './scan-settler.js';
import { isEnded } from './scan-status.rules.js';
import type { ScanListFilter, ScanViews } from './scan-views.js';
import type { StoredScan } from './stored-scan.js';

export interface ScanOrchestrationDeps {
  records: ScanRecords;
  views: ScanViews;
  planner: ScanPlanner;
  starter: SubJobStarter;
  settler: ScanSettler;
  audit: Audit;
}

/** Starts, lists, cancels and retries the scans of a team. */
export class ScanOrchestrationService {
  constructor(private readonly deps: ScanOrchestrationDeps) {}

  /** Throws ConflictError that names the active scan of this target. */
  async start(
    actor: Actor,
    request: ScanRequest,
    trigger: StoredScan['trigger'] = 'manual',
  ): Promise<ScanRun> {
    const { records, planner, starter, audit } = this.deps;
    const plan = await planner.plan(actor, request);
    const { scan, subJobs } = await records.create(actor, { plan, request, trigger });
    await audit.record(actor, 'scan.started', scan.id, { kind: scan.kind, target: scan.target });
    await this.#orGiveUp(actor, scan, () => starter.enqueue(subJobs));
    return this.get(actor, scan.id);
  }

  async get(scope: TeamScope, scanId: string): Promise<ScanRun> {
    return this.deps.views.of(await this.deps.records.get(scope, scanId));
  }

  list(
    scope: TeamScope,
    filter: ScanListFilter,
    limit: number,
    cursor?: string,
  ): Promise<Page<ScanSummary>> {
    return this.deps.views.list(scope, filter, limit, cursor);
  }

  /** The teams with scans of these kinds that are active or ended since then. */
  teamsWithScans(kinds: readonly ScanKind[], since: string): Promise<string[]> {
    return this.deps.views.teamsWithScans(kinds, since);
  }

  async estimate(scope: TeamScope, request: ScanRequest) {
    const { records, planner } = this.deps;
    const plan = await planner.plan(scope, request);
    const active = await records.activeOf(scope, plan.targetKey);
    return {
      target: plan.target,
      subJobs: plan.units.map(({ scanner, name }) => ({ tool: scanner, name })),
      ...(await records.estimate(scope, plan)),
      runningScanId: active?.id ?? null,
    };
  }

  /** Waiting sub-jobs never run; running ones are asked to stop. Idempotent until the scan has ended. */
  async cancel(actor: Actor, scanId: string): Promise<ScanRun> {
    const { records, audit } = this.deps;
    const scan = await records.get(actor, scanId);
    const wanted = isEnded(scan.status) ? null : await records.requestCancel(actor, scan);
    if (!wanted) throw new ConflictError('the scan has ended', { scanId, status: scan.status });
    await audit.record(actor, 'scan.cancelled', scanId);
    await this.#stop(actor, scanId);
    return this.get(actor, scanId);
  }

  async #stop(scope: TeamScope, scanId: string): Promise<void> {
    const { records, starter, settler } = this.deps;
    for (const subJob of await records.subJobsOf(scope, scanId)) {
      if (!isEnded(subJob.status)) await starter.cancel(subJob);
    }
    await settler.settle(scope, scanId);
  }

  /** A scan whose start was answered with an error, because the queue is unreachable, does not run later. */
  async #orGiveUp(scope: TeamScope, scan: StoredScan, enqueue: () => Promise<void>): Promise<void> {
    try {
      await enqueue();
    } catch (error) {
      await this.deps.records.requestCancel(scope, scan);
      await this.#stop(scope, scan.id);
      throw error;
    }
  }

  /** Cancels the active scan, if any, of an account that is no longer scanned. */
  async cancelOf({ teamId }: TeamScope, accountId: string): Promise<void> {
    const active = await this.deps.records.activeOf({ teamId }, `cloud/${accountId}`);
    if (!active) return;
    await this.cancel({ ...SCANNER, teamId, permissions: [] }, active.id).catch((error) => {
      if (!(error instanceof ConflictError)) throw error;
    });
  }

  /** Reruns failed and cancelled sub-jobs; if there are none, those with gaps; or only the given one. */
  async retry(actor: Actor, scanId: string, subJobId?: string): Promise<ScanRun> {
    const { records, starter, audit } = this.deps;
    const scan = await records.get(actor, scanId);
    if (!isEnded(scan.status)) {
      throw new ConflictError('the scan has not ended', { scanId, status: scan.status });
    }
    const again = toRetry(await records.subJobsOf(actor, scanId), subJobId);
    const opened = await records.reopen(actor, scan);
    if (!opened) throw new ConflictError('the scan was retried already', { scanId });
    await audit.record(actor, 'scan.retried', scanId, { subJobs: again.length });
    await this.#orGiveUp(actor, opened, () => starter.restart(again, opened.round));
    return this.get(actor, scanId);
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
