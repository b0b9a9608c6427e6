import { type JobQueue, SYSTEM_TEAM } from '../queue/job-queue.js';
import type { StoredSchedule } from './schedules.repository.js';

const MAX_READ = 100;
const MAX_NAMED = 3;

/** Why jobs of teams failed since the schedule's last run; null: none did. Undefined while some have not ended. */
export async function problemOfTeams(
  queue: Pick<JobQueue, 'list'>,
  { teamJob, lastRunAt }: Pick<StoredSchedule, 'teamJob' | 'lastRunAt'>,
): Promise<string | null | undefined> {
  const ofTeams = { type: teamJob ?? undefined, teamId: SYSTEM_TEAM };
  for (const state of ['waiting', 'delayed', 'active'] as const) {
    if ((await queue.list({ ...ofTeams, state, limit: 1 })).items.length > 0) return undefined;
  }
  const { items } = await queue.list({ ...ofTeams, state: 'failed', limit: MAX_READ });
  const since = lastRunAt ?? '';
  const errors = items.flatMap(({ finishedAt, error }) =>
    (finishedAt ?? '') >= since ? [error ?? 'a job of a team failed'] : [],
  );
  if (errors.length === 0) return null;
  const more = errors.length - MAX_NAMED;
  const named = [...errors.slice(0, MAX_NAMED), ...(more > 0 ? [`and ${more} more teams`] : [])];
  return named.join('\n');
}
