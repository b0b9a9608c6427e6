import { z } from 'zod';
import type { TeamScope } from '../database/collection.js';
import type { Leases } from '../leases/leases.js';
import { logContext, withLogContext } from '../log/log-context.js';
import type { Logger } from '../log/structured-logging.js';
import { isOutage } from '../outages/outage.js';
import {
  type Job,
  type JobContext,
  type JobQueue,
  jobType,
  SYSTEM_TEAM,
} from '../queue/job-queue.js';
import type { UnifiedLifecycleScheduler } from './unified-lifecycle-scheduler.js';

/** Work that teams need from time to time. */
export interface TeamWork {
  /** The schedule's id, and the name of the job that finds the teams. */
  id: string;
  title: string;
  owner: string;
  cron?: string;
  everyMs?: number;
  /** The teams that have something to do. */
  teams: () => Promise<readonly string[]>;
  /** May run twice for the same team. */
  run: (team: TeamScope, context: JobContext) => Promise<unknown>;
  /** A lease that the work takes: while another process holds it, the team waits without a worker. */
  lease?: (team: TeamScope) => string;
}

export interface TeamScheduleDeps {
  queue: Pick<JobQueue, 'enqueue' | 'enqueueMany' | 'work'>;
  leases: Pick<Leases, 'isHeld'>;
  log: Logger;
}

const Payload = z.object({ teamId: z.string(), postponed: z.number().optional() });
type Payload = z.infer<typeof Payload>;

const BUSY_DELAY_MS = 2_000;

/**
 * Periodic work as one job per team: a slow or failing team delays no other, and all workers share the teams. The
 * schedule's own job only finds the teams. These jobs belong to the installation, so no team sees them.
 */
export class TeamSchedule {
  readonly #find;
  readonly #each;

  constructor(
    private readonly deps: TeamScheduleDeps,
    private readonly work: TeamWork,
  ) {
    this.#find = jobType(work.id, z.object({}), { attempts: 1 });
    this.#each = jobType(`${work.id}-of-team`, Payload, {
      attempts: 10,
      backoffMs: 2_000,
      maxBackoffMs: 60_000,
      concurrency: 2,
    });
  }

  async define(scheduler: Pick<UnifiedLifecycleScheduler, 'define'>): Promise<void> {
    const { id, title, owner, cron, everyMs } = this.work;
    const job = { job: this.#find, payload: {}, teamJob: this.#each.name };
    await scheduler.define({ id, title, owner, cron, everyMs, ...job, overlap: 'skip' });
  }

  /** Finds the teams and runs their jobs in this process from now on. */
  workHere(): void {
    const { queue } = this.deps;
    queue.work(this.#find, () => this.enqueue());
    queue.work(this.#each, (job, context) => this.#run(job, context));
  }

  /** Enqueues one job per team, unless it has one. Default: the teams that have something to do. */
  async enqueue(teams?: readonly string[]): Promise<void> {
    const { queue, log } = this.deps;
    const found = teams ?? (await this.work.teams());
    if (found.length === 0) return;
    const requests = found.map((teamId) => requestOf({ teamId }));
    await queue.enqueueMany(this.#each, requests);
    log.info({ schedule: this.work.id, teams: found.length }, 'jobs of teams enqueued');
  }

  async #run({ payload }: Job<Payload>, context: JobContext): Promise<void> {
    const { queue, leases, log } = this.deps;
    const { id, lease, run } = this.work;
    const { teamId, postponed = 0 } = payload;
    if (lease && (await leases.isHeld(lease({ teamId })))) {
      const request = requestOf({ teamId, postponed: postponed + 1 });
      await queue.enqueue(this.#each, { ...request, delayMs: BUSY_DELAY_MS });
      return;
    }
    try {
      await withLogContext({ ...logContext(), teamId }, () => run({ teamId }, context));
    } catch (error) {
      // During an outage the job waits, and says so.
      if (!isOutage(error)) {
        log.error({ err: error, teamId, schedule: id }, 'scheduled work of a team failed');
      }
      throw error;
    }
  }
}

/** A postponed job has a key of its own, as the job that enqueues it still has the key of its turn. */
function requestOf(payload: Payload) {
  const { teamId, postponed = 0 } = payload;
  return { teamId: SYSTEM_TEAM, payload, dedupeKey: `${teamId}/${postponed}` };
}
