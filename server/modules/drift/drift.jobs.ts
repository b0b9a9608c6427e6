import type { TeamScope } from '../../platform/database/collection.js';
import type { Platform } from '../../platform/platform.js';
import type { JobQueue } from '../../platform/queue/job-queue.js';
import { TeamSchedule } from '../../platform/scheduler/team-schedule.js';
import type { UnifiedLifecycleScheduler } from '../../platform/scheduler/unified-lifecycle-scheduler.js';
import type { ComplianceDriftDetectionService } from './episodes/compliance-drift-detection.service.js';
import type { Outbox } from './routing/outbox.js';
import { driftLease, type SnapshotsService } from './snapshots/snapshots.service.js';

const DETECT_EVERY_MS = 10 * 60_000;

export interface DriftJobsDeps {
  queue: JobQueue;
  detection: ComplianceDriftDetectionService;
  outbox: Pick<Outbox, 'release'>;
  snapshots: SnapshotsService;
  /** The teams with a run of the engine since then. */
  teamsRunSince: (instant: string) => Promise<string[]>;
  platform: Pick<Platform, 'teams' | 'leases' | 'clock' | 'log'>;
}

/** Detects drift that only time causes or whose event was lost, one job per team. */
export class DriftJobs {
  readonly #detect: TeamSchedule;
  readonly #thin: TeamSchedule;

  constructor(private readonly deps: DriftJobsDeps) {
    const { queue, snapshots, platform } = deps;
    const parts = { queue, leases: platform.leases, log: platform.log };
    const teams = () => platform.teams.ids();
    this.#detect = new TeamSchedule(parts, {
      id: 'drift.detect',
      title: 'Detect drift, including expired evidence, and send held-back notifications',
      owner: 'drift',
      everyMs: DETECT_EVERY_MS,
      teams,
      lease: driftLease,
      run: (team) => this.detect(team),
    });
    this.#thin = new TeamSchedule(parts, {
      id: 'drift.thin-snapshots',
      title: 'Thin out unnamed snapshots',
      owner: 'drift',
      cron: '50 3 * * *',
      teams,
      run: (team) => snapshots.thin(team),
    });
  }

  async define(scheduler: Pick<UnifiedLifecycleScheduler, 'define'>): Promise<void> {
    await this.#detect.define(scheduler);
    await this.#thin.define(scheduler);
  }

  work(): void {
    this.#detect.workHere();
    this.#thin.workHere();
  }

  /** The teams whose last look an earlier process may have missed; the schedule has looked at older runs. */
  async catchUp(): Promise<void> {
    const since = new Date(this.deps.platform.clock.now().getTime() - 2 * DETECT_EVERY_MS);
    await this.#detect.enqueue(await this.deps.teamsRunSince(since.toISOString()));
  }

  /** The same as a team's job. */
  async detect(team: TeamScope): Promise<void> {
    await this.deps.detection.detect(team);
    await this.deps.outbox.release(team);
  }
}
