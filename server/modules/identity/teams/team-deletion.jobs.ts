import { z } from 'zod';
import { type JobQueue, jobType, SYSTEM_TEAM } from '../../../platform/queue/job-queue.js';
import type { TeamsRepository } from '../../../platform/teams/teams.repository.js';

const deleteTeamJob = jobType('identity.delete-team', z.object({ teamId: z.string() }), {
  attempts: 5,
});

/** Asks for the deletion of a marked team: a job of no team, so that it is not cancelled with the others. */
export async function requestDeletion(queue: JobQueue, teamId: string): Promise<void> {
  const job = { teamId: SYSTEM_TEAM, payload: { teamId }, dedupeKey: `delete/${teamId}` };
  await queue.enqueue(deleteTeamJob, job);
}

/** Deletes marked teams in this process. */
export function workOnDeletions(queue: JobQueue, run: (teamId: string) => Promise<void>): void {
  queue.work(deleteTeamJob, ({ payload }) => run(payload.teamId));
}

/** Continues what an earlier process left. */
export async function catchUpDeletions(queue: JobQueue, teams: TeamsRepository): Promise<void> {
  for (const { id, deletion } of await teams.list()) {
    if (deletion) await requestDeletion(queue, id);
  }
}
