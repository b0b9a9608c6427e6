import { z } from 'zod';
import { AppError } from '../../../platform/errors.js';
import { isOutage } from '../../../platform/outages/outage.js';
import type { Platform } from '../../../platform/platform.js';
import {
  type JobContext,
  type JobQueue,
  jobType,
  PermanentJobError,
} from '../../../platform/queue/job-queue.js';
import type { UnifiedLifecycleScheduler } from '../../../platform/scheduler/unified-lifecycle-scheduler.js';
import type { AutonomousComplianceEngine } from './autonomous-compliance-engine.js';
import type { StateVerification } from './state-verification.service.js';

export const expireEvidence = jobType('compliance.expire-evidence', z.object({}), { attempts: 1 });
export const checkDrift = jobType('compliance.check-drift', z.object({}), { attempts: 1 });

const owner = 'compliance';

export interface EngineJobsDeps extends Pick<Platform, 'teams' | 'log'> {
  engine: AutonomousComplianceEngine;
  verification: StateVerification;
}

/** The engine's periodic work, for all teams. */
export class EngineJobs {
  constructor(private readonly deps: EngineJobsDeps) {}

  async define(scheduler: Pick<UnifiedLifecycleScheduler, 'define'>): Promise<void> {
    await scheduler.define({
      id: 'compliance.expire-evidence',
      title: 'Re-evaluate controls whose evidence or decisions have expired',
      owner,
      job: expireEvidence,
      payload: {},
      everyMs: 60_000,
      overlap: 'skip',
    });
    await scheduler.define({
      id: 'compliance.check-drift',
      title: 'Compare stored control states with a full computation',
      owner,
      job: checkDrift,
      payload: {},
      cron: '30 3 * * *',
      overlap: 'skip',
    });
  }

  work(queue: JobQueue): void {
    const { engine, verification } = this.deps;
    queue.work(expireEvidence, (_job, context) =>
      this.#forEachTeam(context, async (teamId) => {
        await engine.catchUp({ teamId });
        return null;
      }),
    );
    queue.work(checkDrift, (_job, context) =>
      this.#forEachTeam(context, (teamId) => verification.verify(teamId)),
    );
  }

  /** A team's failure does not stop the others. Fails at the end with the problems of all teams. */
  async #forEachTeam(
    { signal }: JobContext,
    work: (teamId: string) => Promise<string | null>,
  ): Promise<void> {
    const problems: string[] = [];
    for (const { id } of await this.deps.teams.list()) {
      signal.throwIfAborted();
      try {
        const problem = await work(id);
        if (problem) problems.push(problem);
      } catch (error) {
        // The job waits for the store, and then begins again.
        if (isOutage(error)) throw error;
        this.deps.log.error({ err: error, teamId: id }, 'engine schedule failed for a team');
        const why = error instanceof AppError ? error.message : 'see the server log';
        problems.push(`the team ${id} failed: ${why}`);
      }
    }
    if (problems.length > 0) throw new PermanentJobError(problems.join('\n'));
  }
}
