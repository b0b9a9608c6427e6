import type { ScanKind, ScanRun } from '../../../../contract/orchestration.js';
import type { TeamScope } from '../../../platform/database/collection.js';
import { NotFoundError } from '../../../platform/errors.js';
import type { Events } from '../../../platform/events/events.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import type { TeamsRepository } from '../../../platform/teams/teams.repository.js';
import { scanCompleted, scanStarted } from '../orchestration.events.js';
import type { ScanOrchestrationService } from '../scans/scan-orchestration.service.js';

/** A scan in its current state, without its sub-jobs. */
export type FollowedScan = Omit<ScanRun, 'subJobs'>;

export interface ScanFollowerDeps {
  scans: Pick<ScanOrchestrationService, 'get' | 'list'>;
  events: Events;
  teams: Pick<TeamsRepository, 'list'>;
  log: Logger;
}

const CATCH_UP_EVERY_MS = 10 * 60_000;
const LOOK_BACK = 100;

/**
 * Passes scans of some kinds to a module that tracks their targets: each scan when it starts and when it
 * ends. Events only reach the process in which a scan ends, so the last scans of every team are passed again
 * periodically. The same scan is passed many times, so `take` must be idempotent.
 */
export class ScanFollower {
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly deps: ScanFollowerDeps,
    private readonly kinds: readonly ScanKind[],
    private readonly take: (scope: TeamScope, scan: FollowedScan) => Promise<void>,
  ) {
    const follow = async (event: { teamId: string; scanId: string; kind: string }) => {
      if (!kinds.some((kind) => kind === event.kind)) return;
      const scope = { teamId: event.teamId };
      await take(scope, await deps.scans.get(scope, event.scanId));
    };
    deps.events.on(scanStarted, follow);
    deps.events.on(scanCompleted, follow);
  }

  async start(): Promise<void> {
    const tick = () =>
      this.catchUp().catch((error) => this.deps.log.error({ err: error }, 'scan follower failed'));
    await tick();
    this.#timer = setInterval(tick, CATCH_UP_EVERY_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The last scans of every team, oldest first. */
  async catchUp(): Promise<void> {
    const { scans, teams, log } = this.deps;
    for (const { id: teamId } of await teams.list()) {
      const { items } = await scans.list({ teamId }, { kind: [...this.kinds] }, LOOK_BACK);
      for (const scan of items.reverse()) {
        try {
          await this.take({ teamId }, scan);
        } catch (error) {
          if (error instanceof NotFoundError) continue; // deleted meanwhile
          log.error({ err: error, scanId: scan.id }, 'scan follower failed for a scan');
        }
      }
    }
  }
}
