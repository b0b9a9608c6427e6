import { type ScanEvent, watchScan as watchEndpoint } from '../../../contract/orchestration.js';
import type { Actor } from '../../platform/auth/actor.js';
import type { EventStreams } from '../../platform/http/event-stream.js';
import type { HttpApi } from '../../platform/http/http-api.js';
import type { Platform } from '../../platform/platform.js';
import { accountJoined, accountLeft } from '../cloud-security/index.js';
import { DeadLettersService } from './dead-letters/dead-letters.service.js';
import { LiveScans } from './live/live-scans.js';
import { watchScan } from './live/scan-watch.js';
import { addOrchestrationRoutes } from './orchestration.routes.js';
import type { OrchestrationParts } from './orchestration-parts.js';
import { OwnTargetsRepository } from './own-targets/own-targets.repository.js';
import { OwnTargetsService } from './own-targets/own-targets.service.js';
import { createScans } from './scans/create-scans.js';
import { ScheduledWork } from './schedules/scheduled-work.js';
import { SchedulesService } from './schedules/schedules.service.js';
import { runSubJob } from './sub-jobs/sub-jobs.jobs.js';
import { ToolHealthService } from './tool-health/tool-health.service.js';
import { WorkerPresence } from './workers/worker-presence.js';
import { WorkersRepository } from './workers/workers.repository.js';

export { type FollowedScan, ScanFollower } from './followers/scan-follower.js';
export {
  hasResults,
  isNews,
  noTrace,
} from './followers/scan-trace.rules.js';
export { Inventory } from './inventories/inventory.js';
export {
  HERE,
  InventoryRepository,
  ITEM_FIELDS,
  type StoredItem,
} from './inventories/inventory.repository.js';
export { scanCompleted, scanStarted } from './orchestration.events.js';
export type { OrchestrationParts } from './orchestration-parts.js';

const REAP_EVERY_MS = 15_000;

/** Scans: asked for, run, watched, looked after, and repeated. */
export function createOrchestration(platform: Platform, parts: OrchestrationParts) {
  const { repositories, audit, clock, events, log, newId } = platform;
  const { cloud, queue, scheduler, securityScans, work } = parts;
  const live = new LiveScans(parts.broadcast);
  const repository = repositories.create(OwnTargetsRepository);
  const ownTargets = new OwnTargetsService({ ownTargets: repository, audit, clock });
  const {
    scans,
    runner,
    reaper,
    repositories: stores,
  } = createScans(platform, { ...parts, live, ownTargets });
  const deadLetters = new DeadLettersService({ queue, scans, audit });
  const schedules = scheduler && new SchedulesService({ scheduler, audit });
  const tools = new ToolHealthService({
    scanners: parts.scanners,
    verify: parts.verifyTools,
    clock,
  });
  const scheduled = new ScheduledWork({
    ...platform,
    scans,
    reaper,
    expireTriage: securityScans.expireTriage,
  });
  const presence = new WorkerPresence({
    ...{ workers: repositories.create(WorkersRepository), clock, newId, log },
  });
  events.on(accountJoined, async ({ teamId, accountId }) => {
    await schedules?.defineFor(await cloud.accounts.get({ teamId }, accountId));
  });
  events.on(accountLeft, async ({ teamId, accountId, scope }) => {
    await schedules?.removeOf(accountId);
    await scans.cancelOf({ teamId }, accountId);
    if (scope.kind === 'aws') {
      const account = { provider: scope.kind, accountId: scope.accountId };
      await securityScans.scannedPlaces.forget({ teamId }, account);
    }
  });
  /** Streams would keep a server that stops waiting for their listeners. */
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
    /** The processes that run this store's jobs, whether or not this is one of them. */
    workers: () => presence.alive(),
    runScansHere,
    addRoutes: (http: HttpApi & EventStreams) => {
      addOrchestrationRoutes(http, { scans, deadLetters, ownTargets, tools, schedules });
      http.addStream(watchEndpoint, ({ actor, params, signal }) =>
        watch(actor, params.scanId, signal),
      );
    },
    start: async () => {
      await schedules?.defineAll(await cloud.accounts.active());
      if (!work) return;
      runScansHere();
      scheduled.work(queue);
      await presence.begin();
    },
    stop: async () => {
      clearInterval(timer);
      closing.abort();
      await presence.end();
    },
  };

  /** Once, for as long as the process lives. Of a command that does not stay nothing else is expected. */
  function runScansHere(): void {
    if (timer) return;
    parts.connections.work(queue, runSubJob, (job, context) => runner.run(job, context));
    // Beside the schedule: scans end also where the scheduler does not run.
    const sweep = () =>
      reaper.sweep().catch((error) => log.error({ err: error }, 'scan reaper failed'));
    timer = setInterval(sweep, REAP_EVERY_MS).unref();
  }

  /** Asks once before the stream begins, so that another team's scan is a 404 and not an empty stream. */
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
