import { z } from 'zod';
import type { Platform } from '../../platform/platform.js';
import { type JobContext, type JobQueue, jobType } from '../../platform/queue/job-queue.js';
import type { UnifiedLifecycleScheduler } from '../../platform/scheduler/unified-lifecycle-scheduler.js';
import type { ComplianceDriftDetectionService } from './episodes/compliance-drift-detection.service.js';
import type { Outbox } from './routing/outbox.js';
import type { SnapshotsService } from './snapshots/snapshots.service.js';

export const detectDrift = jobType('drift.detect', z.object({}), { attempts: 1 });
export const thinSnapshots = jobType('drift.thin-snapshots', z.object({}), { attempts: 1 });

export interface DriftJobsDeps extends Pick<Platform, 'teams' | 'log'> {
  detection: ComplianceDriftDetectionService;
  outbox: Pick<Outbox, 'release'>;
  snapshots: SnapshotsService;
}

/** Detects drift that only time causes or whose event was lost. */
export class DriftJobs {
  constructor(private readonly deps: DriftJobsDeps) {}

  async define(scheduler: Pick<UnifiedLifecycleScheduler, 'define'>): Promise<void> {
    const owner = 'drift';
    await scheduler.define({
      id: 'drift.detect',
      title: 'Detect drift, including expired evidence, and send held-back notifications',
      owner,
      job: detectDrift,
      payload: {},
      everyMs: 10 * 60_000,
      overlap: 'skip',
    });
    await scheduler.define({
      id: 'drift.thin-snapshots',
      title: 'Thin out unnamed snapshots',
      owner,
      job: thinSnapshots,
      payload: {},
      cron: '50 3 * * *',
      overlap: 'skip',
    });
  }

  work(queue: JobQueue): void {
    queue.work(detectDrift, (_job, context) => this.detectAll(context));
    queue.work(thinSnapshots, (_job, context) =>
      this.#forEachTeam(context, async (teamId) => {
        await this.deps.snapshots.thin({ teamId });
      }),
    );
  }

  detectAll(context?: JobContext): Promise<void> {
    return this.#forEachTeam(context, async (teamId) => {
      await this.deps.detection.detect({ teamId });
      await this.deps.outbox.release({ teamId });
    });
  }

  /** A team that fails does not stop the others; then the whole fails at the end. */
  async #forEachTeam(
    context: JobContext | undefined,
    work: (teamId: string) => Promise<void>,
  ): Promise<void> {
    const failures: unknown[] = [];
    for (const { id } of await this.deps.teams.list()) {
      context?.signal.throwIfAborted();
      try {
        await work(id);
      } catch (error) {
        this.deps.log.error({ err: error, teamId: id }, 'scheduled drift run failed');
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
