import { z } from 'zod';
import type { TeamScope } from '../../../platform/database/collection.js';
import { logContext, withLogContext } from '../../../platform/log/log-context.js';
import { type JobQueue, jobType } from '../../../platform/queue/job-queue.js';
import type { ImportRuns } from './import-runs.js';
import type { ImportsRepository } from './imports.repository.js';

const importReport = jobType('security-scans.import-report', z.object({ importId: z.string() }), {
  // Repeated until the import ends: an outage of the store is not the report's fault.
  attempts: 1_000,
  backoffMs: 1_000,
  maxBackoffMs: 30_000,
  leaseMs: 15_000,
  endsAtShutdown: true,
});

export interface ImportJobsDeps {
  queue: JobQueue;
  imports: Pick<ImportsRepository, 'get' | 'nextUpload' | 'update'>;
  runs: Pick<ImportRuns, 'isElsewhere' | 'takeOver'>;
}

/**
 * Uploads as jobs, which any worker takes: one of a team at a time, in their order, and one of each team side by
 * side. Only the team's oldest upload has a job; when it ends, the next one gets its own.
 */
export class ImportJobs {
  #isWorking = false;

  constructor(private readonly deps: ImportJobsDeps) {}

  /** Lets the team's oldest waiting upload be imported, unless it already is. */
  async request({ teamId }: TeamScope): Promise<void> {
    const { queue, imports } = this.deps;
    const next = await imports.nextUpload({ teamId });
    if (!next) return;
    const payload = { importId: next.id };
    await queue.enqueue(importReport, { teamId, payload, dedupeKey: next.id });
  }

  /** Runs imports in this process from now on. */
  work(): void {
    this.#isWorking = true;
    this.deps.queue.work(importReport, async ({ teamId, payload }, { signal }) => {
      await this.#import({ teamId }, payload.importId, signal);
      await this.request({ teamId });
    });
  }

  /** Whether a job waits or runs, in any process; false where this one runs none. */
  async isBusy(): Promise<boolean> {
    if (!this.#isWorking) return false;
    const all = await this.deps.queue.counts();
    return all.some(
      ({ queue, waiting, active }) => queue === importReport.name && waiting + active > 0,
    );
  }

  async #import(team: TeamScope, importId: string, signal: AbortSignal): Promise<void> {
    const { imports, runs } = this.deps;
    const item = await imports.get(team, importId);
    if (item?.finishedAt !== null) return;
    if (await runs.isElsewhere(item)) throw new Error('another process has the import');
    const context = { ...logContext(), requestId: item.requestId };
    const isAway = await withLogContext(context, () => runs.takeOver(item, signal));
    const now = await imports.get(team, importId);
    if (now?.finishedAt !== null) return;
    if (!isAway) throw new Error('the import did not end in this process');
    // Later uploads do not wait for the host that has the file: it resumes this one.
    await imports.update(now, { awaitsFile: true, runner: null });
  }
}
