import type { Leases } from '../../../platform/leases/leases.js';
import type { Logger } from '../../../platform/log/structured-logging.js';
import type { JobQueue } from '../../../platform/queue/job-queue.js';
import { TeamSchedule } from '../../../platform/scheduler/team-schedule.js';
import { type ForwardTrail, forwardLease } from './forward-trail.js';

export interface ForwardJobsDeps {
  queue: JobQueue;
  trail: ForwardTrail;
  platform: { leases: Leases; log: Logger };
}

const EVERY_MS = 15_000;

/** Sends the trails of teams that are behind, one job per team. */
export function forwardSchedule({ queue, trail, platform }: ForwardJobsDeps): TeamSchedule {
  const { leases, log } = platform;
  return new TeamSchedule(
    { queue, leases, log },
    {
      id: 'identity.forward-audit',
      title: 'Forward new entries of the audit trail',
      owner: 'identity',
      everyMs: EVERY_MS,
      teams: () => trail.teamsBehind(),
      lease: forwardLease,
      run: (team, { signal }) => trail.send(team, undefined, signal),
    },
  );
}
