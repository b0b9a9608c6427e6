import { z } from 'zod';
import type { Platform } from '../../platform/platform.js';
import { type JobQueue, jobType } from '../../platform/queue/job-queue.js';
import type { UnifiedLifecycleScheduler } from '../../platform/scheduler/unified-lifecycle-scheduler.js';
import type { EvidenceCollector } from './collection/evidence-collector.js';
import { type ExpiryDeps, expireEvidence } from './collection/evidence-expiry.js';
import type { PackagesService } from './packages/packages.service.js';
import type { AnswersByEvidence } from './reviews/answers-by-evidence.js';

/** Often and soon: the import that was announced is about to be finished. */
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

export interface JobsDeps extends ExpiryDeps, Pick<Platform, 'teams' | 'log'> {
  queue: JobQueue;
  collector: EvidenceCollector;
  packages: PackagesService;
  answers: Pick<AnswersByEvidence, 'settle'>;
  /** Removes package files of this host that are too old. */
  purgeFiles: () => Promise<number>;
}

/** What the module does apart from requests. Every handler may run twice. */
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
      title: 'Collect evidence that was missed, and mark what has expired',
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
      const made = await collector.collectImport({ teamId }, payload.importId);
      if (made === null) throw new Error('the import is not judged yet');
    });
    queue.work(collectStatements, ({ teamId }) => collector.collectStatements({ teamId }));
    queue.work(buildPackage, async ({ teamId, payload, attempt }, { signal, progress }) => {
      const isLastTry = attempt >= BUILD_TRIES;
      await packages.run({ teamId }, payload.packageId, progress, { signal, isLastTry });
    });
    queue.work(expire, (_job, { signal }) => this.runMaintenance(signal));
  }

  /** Every team: what was missed is collected, what is over expires. One team's trouble is not the others'. */
  async runMaintenance(signal?: AbortSignal): Promise<void> {
    const { teams, collector, answers, packages, log, purgeFiles } = this.deps;
    for (const { id: teamId } of await teams.list()) {
      signal?.throwIfAborted();
      try {
        await collector.catchUp({ teamId });
        await expireEvidence(this.deps, { teamId });
        await answers.settle({ teamId });
        await packages.endLost({ teamId });
      } catch (error) {
        log.error({ err: error, teamId }, 'evidence maintenance failed');
      }
    }
    await purgeFiles();
  }
}

export async function enqueueBuild(
  queue: JobQueue,
  { teamId, id }: { teamId: string; id: string },
): Promise<void> {
  await queue.enqueue(buildPackage, { teamId, payload: { packageId: id }, dedupeKey: id });
}
