import type { TeamScope } from '../../../platform/database/collection.js';
import type { Platform } from '../../../platform/platform.js';
import type { JobQueue } from '../../../platform/queue/job-queue.js';
import { TeamSchedule } from '../../../platform/scheduler/team-schedule.js';
import { resultsLease } from '../evidence.service.js';
import type { TriageStore } from '../findings/triage-store.js';
import type { ImportUndoService } from './import-undo.service.js';

export interface TeamRecoveryDeps {
  undo: Pick<ImportUndoService, 'teamsToResume' | 'resumeTeam'>;
  triages: Pick<TriageStore, 'teamsToResume' | 'resumeTeam'>;
  queue: JobQueue;
  /** Whether some process runs jobs. */
  hasWorkers: () => Promise<boolean>;
  platform: Pick<Platform, 'leases' | 'log'>;
}

/** Finishes undos and triages whose process died, one job per team; without workers, in this process. */
export class TeamRecovery {
  readonly #jobs: TeamSchedule;

  constructor(private readonly deps: TeamRecoveryDeps) {
    const { queue, platform } = deps;
    this.#jobs = new TeamSchedule(
      { queue, leases: platform.leases, log: platform.log },
      {
        id: 'security-scans.recover',
        title: 'Finish undos and triages of killed processes',
        owner: 'security-scans',
        teams: () => this.#teams(),
        lease: resultsLease,
        run: (team) => this.recover(team),
      },
    );
  }

  work(): void {
    this.#jobs.workHere();
  }

  async resume(): Promise<void> {
    const teams = await this.#teams();
    if (teams.length === 0) return;
    if (await this.deps.hasWorkers()) return this.#jobs.enqueue(teams);
    const { log } = this.deps.platform;
    const recover = (teamId: string) =>
      this.recover({ teamId }).catch((error: unknown) =>
        log.error({ err: error, teamId }, 'import recovery failed'),
      );
    await Promise.all(teams.map(recover));
  }

  async recover(team: TeamScope): Promise<void> {
    await this.deps.undo.resumeTeam(team);
    await this.deps.triages.resumeTeam(team);
  }

  async #teams(): Promise<string[]> {
    const { undo, triages } = this.deps;
    const found = await Promise.all([undo.teamsToResume(), triages.teamsToResume()]);
    return [...new Set(found.flat())];
  }
}
