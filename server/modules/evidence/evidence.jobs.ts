import { z } from 'zod';
import type { Platform } from '../../platform/platform.js';
import { type JobQueue, jobType } from '../../platform/queue/job-queue.js';
import { TeamSchedule } from '../../platform/scheduler/team-schedule.js';
import type { UnifiedLifecycleScheduler } from '../../platform/scheduler/unified-lifecycle-scheduler.js';
import type { EvidenceCollector } from './collection/evidence-collector.js';
import type { EvidenceMaintenance } from './collection/evidence-maintenance.js';
import type { PackagesService } from './packages/packages.service.js';

/** Retries soon and often: the announced import is about to finish. */
const collectImport = jobType('evidence.collect', z.object({ importId: z.string() }), {
  attempts: 10,
  backoffMs: 1_000,
  maxBackoffMs: 60_000,
});
const collectStatements = jobType('evidence.collect-statements', z.object({}));
const BUILD_TRIES = 2;
const buildPackage = jobType('evidence.build-package', z.object({ packageId: z.string() }), {
  attempts: BUILD_TRIES,
});
const EXPIRE_EVERY_MS = 10 * 60_000;

export interface JobsDeps {
  queue: JobQueue;
  collector: EvidenceCollector;
  packages: PackagesService;
  maintenance: Pick<EvidenceMaintenance, 'run'>;
  /** The teams with a run of the engine since then. */
  teamsRunSince: (instant: string) => Promise<string[]>;
  platform: Pick<Platform, 'teams' | 'leases' | 'clock' | 'log'>;
}

/** The background work of the module. Every handler may run twice. */
export class EvidenceJobs {
  readonly #maintenance: TeamSchedule;

  constructor(private readonly deps: JobsDeps) {
    const { queue, maintenance, platform } = deps;
    this.#maintenance = new TeamSchedule(
      { queue, leases: platform.leases, log: platform.log },
      {
        id: 'evidence.expire',
        title: 'Collect missed evidence and mark expired evidence',
        owner: 'evidence',
        everyMs: EXPIRE_EVERY_MS,
        teams: () => platform.teams.ids(),
        run: (team) => maintenance.run(team),
      },
    );
  }

  async announceImport(teamId: string, importId: string): Promise<void> {
    const payload = { importId };
    await this.deps.queue.enqueue(collectImport, {
      teamId,
      payload,
      dedupeKey: importId,
      delayMs: 500,
    });
  }

  async announceStatements(teamId: string): Promise<void> {
    const request = { teamId, payload: {}, dedupeKey: 'all', delayMs: 500 };
    await this.deps.queue.enqueue(collectStatements, request);
  }

  define(scheduler: Pick<UnifiedLifecycleScheduler, 'define'>): Promise<void> {
    return this.#maintenance.define(scheduler);
  }

  /** The teams whose evidence an earlier process may have missed; the schedule has collected from older runs. */
  async catchUp(): Promise<void> {
    const since = new Date(this.deps.platform.clock.now().getTime() - 2 * EXPIRE_EVERY_MS);
    await this.#maintenance.enqueue(await this.deps.teamsRunSince(since.toISOString()));
  }

  work(): void {
    const { queue, collector, packages } = this.deps;
    queue.work(collectImport, async ({ teamId, payload }) => {
      const collected = await collector.collectImport({ teamId }, payload.importId);
      if (collected === null) throw new Error('the import is not evaluated yet');
    });
    queue.work(collectStatements, ({ teamId }) => collector.collectStatements({ teamId }));
    queue.work(buildPackage, async ({ teamId, payload, attempt }, { signal, progress }) => {
      const isLastTry = attempt >= BUILD_TRIES;
      await packages.run({ teamId }, payload.packageId, progress, { signal, isLastTry });
    });
    this.#maintenance.workHere();
  }
}

export async function enqueueBuild(
  queue: JobQueue,
  { teamId, id }: { teamId: string; id: string },
): Promise<void> {
  await queue.enqueue(buildPackage, { teamId, payload: { packageId: id }, dedupeKey: id });
}
