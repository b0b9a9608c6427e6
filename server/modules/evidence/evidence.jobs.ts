import { z } from 'zod';
import { type JobQueue, jobType } from '../../platform/queue/job-queue.js';
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
const expire = jobType('evidence.expire', z.object({}), { attempts: 1 });

export interface JobsDeps {
  queue: JobQueue;
  collector: EvidenceCollector;
  packages: PackagesService;
  maintenance: Pick<EvidenceMaintenance, 'run'>;
}

/** The background work of the module. Every handler may run twice. */
export class EvidenceJobs {
  constructor(private readonly deps: JobsDeps) {}

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

  async define(scheduler: Pick<UnifiedLifecycleScheduler, 'define'>): Promise<void> {
    await scheduler.define({
      id: 'evidence.expire',
      title: 'Collect missed evidence and mark expired evidence',
      owner: 'evidence',
      job: expire,
      payload: {},
      everyMs: 10 * 60_000,
      overlap: 'skip',
    });
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
    queue.work(expire, (_job, { signal }) => this.deps.maintenance.run(signal));
  }
}

export async function enqueueBuild(
  queue: JobQueue,
  { teamId, id }: { teamId: string; id: string },
): Promise<void> {
  await queue.enqueue(buildPackage, { teamId, payload: { packageId: id }, dedupeKey: id });
}
