import type { ScanKind, ScanRun } from '../../../../contract/orchestration.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { NotFoundError } from '../../../platform/errors.js';
import type { Platform } from '../../../platform/platform.js';
import type { JobQueue } from '../../../platform/queue/job-queue.js';
import { TeamSchedule } from '../../../platform/scheduler/team-schedule.js';
import { scanCompleted, scanStarted } from '../orchestration.events.js';
import type { ScanOrchestrationService } from '../scans/scan-orchestration.service.js';
import type { Scheduler } from '../schedules/system-jobs.service.js';

/** A scan in its current state, without its sub-jobs. */
export type FollowedScan = Omit<ScanRun, 'subJobs'>;

/** What a module follows. */
export interface FollowedScans {
  owner: string;
  title: string;
  kinds: readonly ScanKind[];
  /** Gets the same scan many times. */
  take: (scope: TeamScope, scan: FollowedScan) => Promise<void>;
}

export interface ScanFollowerDeps {
  scans: Pick<ScanOrchestrationService, 'get' | 'list' | 'teamsWithScans'>;
  queue: JobQueue;
  scheduler: Pick<Scheduler, 'define'> | null;
  /** Whether this process runs jobs. */
  work: boolean;
  platform: Pick<Platform, 'events' | 'leases' | 'clock' | 'log'>;
}

const EVERY_MS = 10 * 60_000;
const LOOK_BACK = 100;
const HOUR_MS = 3_600_000;
/** A module may have been unavailable for as long, while scans ended. */
const START_LOOK_BACK_MS = 7 * 24 * HOUR_MS;

/**
 * Passes scans of some kinds to a module that tracks their targets: each scan when it starts and when it
 * ends. Events only reach the process in which a scan ends, so the last scans of every team with new ones are passed
 * again periodically.
 */
export class ScanFollower {
  readonly #schedule: TeamSchedule;

  constructor(
    private readonly deps: ScanFollowerDeps,
    private readonly followed: FollowedScans,
  ) {
    const { scans, queue, platform } = deps;
    const { owner, title, kinds, take } = followed;
    this.#schedule = new TeamSchedule(
      { queue, leases: platform.leases, log: platform.log },
      {
        ...{ id: `${owner}.follow-scans`, title, owner, everyMs: EVERY_MS },
        teams: () => this.#teams(HOUR_MS),
        run: (team) => this.follow(team),
      },
    );
    const onEvent = async (event: { teamId: string; scanId: string; kind: string }) => {
      if (!kinds.some((kind) => kind === event.kind)) return;
      const scope = { teamId: event.teamId };
      await take(scope, await scans.get(scope, event.scanId));
    };
    platform.events.on(scanStarted, onEvent);
    platform.events.on(scanCompleted, onEvent);
  }

  async start(): Promise<void> {
    const { scheduler, work } = this.deps;
    if (scheduler) await this.#schedule.define(scheduler);
    if (work) this.#schedule.workHere();
  }

  /** Requests that the last scans of teams are passed on. */
  async catchUp(): Promise<void> {
    if (this.deps.work) await this.#schedule.enqueue(await this.#teams(START_LOOK_BACK_MS));
  }

  /** Passes on the last scans of a team, oldest first. */
  async follow({ teamId }: TeamScope): Promise<void> {
    const { scans, platform } = this.deps;
    const { kinds, take } = this.followed;
    const { items } = await scans.list({ teamId }, { kind: [...kinds] }, LOOK_BACK);
    for (const scan of items.reverse()) {
      try {
        await take({ teamId }, scan);
      } catch (error) {
        if (error instanceof NotFoundError) continue; // deleted meanwhile
        platform.log.error({ err: error, scanId: scan.id }, 'scan follower failed for a scan');
      }
    }
  }

  #teams(lookBackMs: number): Promise<string[]> {
    const { scans, platform } = this.deps;
    const since = new Date(platform.clock.now().getTime() - lookBackMs).toISOString();
    return scans.teamsWithScans(this.followed.kinds, since);
  }
}
