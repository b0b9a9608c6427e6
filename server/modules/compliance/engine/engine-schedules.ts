import { z } from 'zod';
import { AppError } from '../../../platform/errors.js';
import type { Platform } from '../../../platform/platform.js';
import {
  type JobContext,
  type JobQueue,
  jobType,
  PermanentJobError,
} from '../../../platform/queue/job-queue.js';
import type { UnifiedLifecycleScheduler } from '../../../platform/scheduler/unified-lifecycle-scheduler.js';
import type { AutonomousComplianceEngine } from './autonomous-compliance-engine.js';
import type { EngineChecksRepository } from './engine-checks.repository.js';

export const expireEvidence = jobType('compliance.expire-evidence', z.object({}), { attempts: 1 });
export const checkDrift = jobType('compliance.check-drift', z.object({}), { attempts: 1 });

const owner = 'compliance';
const MOST_NAMED = 20;

export interface EngineSchedulesDeps
  extends Pick<Platform, 'teams' | 'audit' | 'metrics' | 'log' | 'clock'> {
  engine: AutonomousComplianceEngine;
  checks: EngineChecksRepository;
}

/** The engine's periodic work, for all teams. */
export class EngineSchedules {
  constructor(private readonly deps: EngineSchedulesDeps) {}

  async define(scheduler: Pick<UnifiedLifecycleScheduler, 'define'>): Promise<void> {
    await scheduler.define({
      id: 'compliance.expire-evidence',
      title: 'Judge controls anew whose evidence or decisions have run out',
      owner,
      job: expireEvidence,
      payload: {},
      everyMs: 60_000,
      overlap: 'skip',
    });
    await scheduler.define({
      id: 'compliance.check-drift',
      title: 'Compare control states with what all evidence together says',
      owner,
      job: checkDrift,
      payload: {},
      cron: '30 3 * * *',
      overlap: 'skip',
    });
  }

  work(queue: JobQueue): void {
    const { engine } = this.deps;
    queue.work(expireEvidence, (_job, context) =>
      this.#forEachTeam(context, async (teamId) => {
        await engine.catchUp({ teamId });
        return null;
      }),
    );
    queue.work(checkDrift, (_job, context) =>
      this.#forEachTeam(context, (teamId) => this.#checkDrift(teamId)),
    );
  }

  /** What was wrong is right afterwards; that it was is told in the log, the metrics, the audit trail and the schedule. */
  async #checkDrift(teamId: string): Promise<string | null> {
    const { engine, checks, audit, metrics, log, clock } = this.deps;
    const found = await engine.verify({ teamId });
    if (!found) return null;
    const first = found.slice(0, MOST_NAMED);
    const at = clock.now().toISOString();
    await checks.record({ teamId }, { at, wrong: found.length, states: first });
    if (found.length === 0) return null;
    metrics.engineDiverged(found.length);
    log.error({ teamId, controls: first }, 'control states diverged and were repaired');
    const controls = Object.fromEntries(
      first.map(({ controlId, scopeId, stored, computed }) => [
        scopeId ? `${controlId} in scope ${scopeId}` : controlId,
        { stored, computed },
      ]),
    );
    const details = { count: found.length, controls };
    await audit.record({ teamId, userId: 'system' }, 'compliance.drift_found', teamId, details);
    const named = found
      .slice(0, 3)
      .map(({ controlId, stored, computed }) => `${controlId} (${stored}; is ${computed})`);
    const count =
      found.length === 1 ? '1 control state was' : `${found.length} control states were`;
    return `${count} wrong in the team ${teamId}, and put right: ${named.join(', ')}`;
  }

  /** One team's trouble does not keep the others from theirs. Fails with what the teams answered, if they did. */
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
        this.deps.log.error({ err: error, teamId: id }, 'scheduled engine run failed');
        const why = error instanceof AppError ? error.message : 'the log has the details';
        problems.push(`the team ${id} failed: ${why}`);
      }
    }
    if (problems.length > 0) throw new PermanentJobError(problems.join('\n'));
  }
}
