import { type ScanEvent, watchScan as watchEndpoint } from '../../../contract/orchestration.js';
import type { Actor } from '../../platform/auth/actor.js';
import type { EventStreams } from '../../platform/http/event-stream.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import type { Platform } from '../../platform/platform.js';
import { accountJoined, accountLeft } from '../cloud-security/index.js';
import { DeadLettersService } from './dead-letters/dead-letters.service.js';
import { type FollowedScans, ScanFollower } from './followers/scan-follower.jobs.js';
import { LiveScans } from './live/live-scans.js';
import { watchScan } from './live/watch-scan.js';
import { addOrchestrationRoutes } from './orchestration.routes.js';
import type { OrchestrationParts } from './orchestration-parts.js';
import { OwnTargetsRepository } from './own-targets/own-targets.repository.js';
import { OwnTargetsService } from './own-targets/own-targets.service.js';
import { createScans } from './scans/create-scans.js';
import { createSchedules } from './schedules/create-schedules.js';
import { ScheduledJobs } from './schedules/schedules.jobs.js';
import type { Scheduler } from './schedules/system-jobs.service.js';
import { workSubJobs } from './sub-jobs/sub-jobs.jobs.js';
import { ToolHealthService } from './tool-health/tool-health.service.js';
import { WorkerPresence } from './workers/worker-presence.js';
import { WorkersRepository } from './workers/workers.repository.js';

export { byImport, followImports, type ImportedReport } from './followers/import-follower.js';
export type { FollowedScan, ScanFollower } from './followers/scan-follower.jobs.js';
export { ScanImports } from './followers/scan-imports.js';
export { hasResults, isNewer, noTrace } from './followers/scan-trace.rules.js';
export { causedBy, Inventory, type InventoryKind } from './inventories/inventory.js';
export {
  InventoryRepository,
  ITEM_FIELDS,
  PRESENT,
  type StoredItem,
} from './inventories/inventory.repository.js';
export { scanCompleted, scanStarted } from './orchestration.events.js';
export type { OrchestrationParts } from './orchestration-parts.js';
export { type Scheduler, WorkerPresence, WorkersRepository };

const REAP_EVERY_MS = 15_000;

/** Scans: starting, running, watching, repairing and scheduling them. */
export function createOrchestration(platform: Platform, parts: OrchestrationParts) {
  const { repositories, audit, clock, events, log, metrics, newId } = platform;
  const { cloud, queue, scheduler, securityScans, work } = parts;
  const live = new LiveScans(parts.broadcast, parts.sharedStatus);
  const repository = repositories.create(OwnTargetsRepository);
  const ownTargets = new OwnTargetsService({ ownTargets: repository, audit, clock });
  const {
    scans,
    planner,
    runner,
    reaper,
    repositories: stores,
  } = createScans(platform, { ...parts, live, ownTargets });
  const deadLetters = new DeadLettersService({ queue, scans, audit });
  const { accounts } = cloud;
  const schedules = scheduler && createSchedules(platform, { scheduler, planner, accounts, scans });
  const tools = new ToolHealthService({
    scanners: parts.scanners,
    verify: parts.verifyTools,
    clock,
  });
  const { triageExpiry } = securityScans;
  const scheduledScans = schedules?.scheduledScans ?? null;
  const scheduled = new ScheduledJobs({ scheduledScans, reaper, triageExpiry, queue, platform });
  const presence = new WorkerPresence({
    ...{ workers: repositories.create(WorkersRepository), clock, newId, log },
  });
  events.on(accountJoined, async ({ teamId, accountId }) => {
    await schedules?.ofAccounts.defineFor(await accounts.get({ teamId }, accountId));
  });
  events.on(accountLeft, async ({ teamId, accountId, scope }) => {
    await schedules?.ofAccounts.removeOf({ teamId }, accountId);
    await scans.cancelOf({ teamId }, accountId);
    if (scope.kind === 'aws') {
      const account = { provider: scope.kind, accountId: scope.accountId };
      await securityScans.scannedPlaces.forget({ teamId }, account);
    }
  });
  metrics.watchScans({ workers: () => presence.alive(), active: () => stores.scans.countActive() });
  /** Ends open streams, which would otherwise keep a stopping server waiting. */
  const closing = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  return {
    scans,
    deadLetters,
    ownTargets,
    schedules,
    reaper,
    runner,
    repositories: stores,
    watch,
    /** The processes that work on this store's jobs, whether or not this is one of them. */
    workers: () => presence.alive(),
    /** Records where this process serves its health and metrics, if it is a worker. */
    workerServes: (address: string) => presence.serves(address),
    runScansHere,
    /** Passes scans to a module that tracks their targets, from its start on. */
    followScans: (followed: FollowedScans) =>
      new ScanFollower({ scans, queue, scheduler, work, platform }, followed),
    addRoutes: (http: HttpApi & EventStreams) => {
      addOrchestrationRoutes(http, { scans, deadLetters, ownTargets, tools, schedules });
      http.addStream(watchEndpoint, ({ actor, params, signal }) =>
        watch(actor, params.scanId, signal),
      );
    },
    start: async () => {
      await schedules?.systemJobs.defineAll();
      if (scheduler) await scheduled.define(scheduler);
      if (!work) return;
      await presence.begin();
      runScansHere();
      scheduled.work();
    },
    catchUp: async () => schedules?.defineForAccounts(),
    stop: async () => {
      clearInterval(timer);
      closing.abort();
      await presence.end();
    },
  };

  /** Starts working on sub-jobs, once per process. A short-lived command needs nothing else. */
  function runScansHere(): void {
    if (timer) return;
    workSubJobs(queue, (job, context) => runner.run(job, context));
    // In addition to the schedule: scans also end where the scheduler does not run.
    const sweep = () =>
      reaper.sweep().catch((error) => log.error({ err: error }, 'scan reaper failed'));
    timer = setInterval(sweep, REAP_EVERY_MS).unref();
  }

  /** Reads once before the stream starts, so that another team's scan gives a 404 and not an empty stream. */
  async function watch(
    actor: Actor,
    scanId: string,
    signal: AbortSignal,
  ): Promise<AsyncIterable<ScanEvent>> {
    const read = () => scans.get(actor, scanId);
    await read();
    return watchScan(scanId, { live, read, signal: AbortSignal.any([signal, closing.signal]) });
  }
}
export type Orchestration = ReturnType<typeof createOrchestration>;
