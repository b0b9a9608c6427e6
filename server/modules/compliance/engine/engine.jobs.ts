import type { Platform } from '../../../platform/platform.js';
import { type JobQueue, PermanentJobError } from '../../../platform/queue/job-queue.js';
import { TeamSchedule } from '../../../platform/scheduler/team-schedule.js';
import type { UnifiedLifecycleScheduler } from '../../../platform/scheduler/unified-lifecycle-scheduler.js';
import { resultsLease } from '../../security-scans/index.js';
import type { AutonomousComplianceEngine } from './autonomous-compliance-engine.js';
import { engineLease } from './engine-lock.js';
import type { EngineRunsRepository } from './engine-runs.repository.js';
import type { StateVerification } from './state-verification.service.js';

export const EXPIRE_EVIDENCE = 'compliance.expire-evidence';
export const CHECK_DRIFT = 'compliance.check-drift';

export interface EngineJobsDeps {
  engine: AutonomousComplianceEngine;
  verification: StateVerification;
  runs: EngineRunsRepository;
  queue: JobQueue;
  platform: Pick<Platform, 'teams' | 'leases' | 'clock' | 'log'>;
}

/** The engine's work that no event causes, one job per team. */
export class EngineJobs {
  readonly #catchUp: TeamSchedule;
  readonly #verify: TeamSchedule;

  constructor(private readonly deps: EngineJobsDeps) {
    const { engine, verification, runs, queue, platform } = deps;
    const parts = { queue, leases: platform.leases, log: platform.log };
    this.#catchUp = new TeamSchedule(parts, {
      id: EXPIRE_EVIDENCE,
      title: 'Re-evaluate controls whose evidence or decisions have expired',
      owner: 'compliance',
      everyMs: 60_000,
      teams: () => this.#due(),
      lease: engineLease,
      run: (team) => engine.catchUp(team),
    });
    this.#verify = new TeamSchedule(parts, {
      id: CHECK_DRIFT,
      title: 'Compare stored control states with a full computation',
      owner: 'compliance',
      cron: '30 3 * * *',
      teams: () => runs.known(),
      lease: resultsLease,
      run: async ({ teamId }) => {
        const problem = await verification.verify(teamId);
        if (problem) throw new PermanentJobError(problem);
      },
    });
  }

  async define(scheduler: Pick<UnifiedLifecycleScheduler, 'define'>): Promise<void> {
    await this.#catchUp.define(scheduler);
    await this.#verify.define(scheduler);
  }

  work(): void {
    this.#catchUp.workHere();
    this.#verify.workHere();
  }

  /** Enqueues the teams that the engine has to look at. */
  catchUp(): Promise<void> {
    return this.#catchUp.enqueue();
  }

  /** By an index of all teams; the list of teams is read only while one of them never had a run. */
  async #due(): Promise<string[]> {
    const { engine, runs, platform } = this.deps;
    const { teams, clock } = platform;
    const due = await runs.due(clock.now().toISOString(), engine.build);
    if ((await runs.countKnown()) >= (await teams.count())) return due;
    const known = new Set(await runs.known());
    return [...due, ...(await teams.ids()).filter((id) => !known.has(id))];
  }
}
