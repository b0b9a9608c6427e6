import { z } from 'zod';
import type { TeamScope } from '../../../platform/database/collection.js';
import { type JobQueue, jobType } from '../../../platform/queue/job-queue.js';
import type { AssessmentsRepository } from '../assessments/assessments.repository.js';
import type { AutofillService } from './autofill.service.js';

export const fillOpenAssessments = jobType('assessments.autofill', z.object({}), { attempts: 3 });

/** Changes arrive in bursts; this debounces them into one job. */
const DEBOUNCE_MS = 3_000;

/** Enqueues autofill of the team's open assessments, once for all requests until it starts. */
export async function requestAutofill(
  queue: JobQueue,
  repository: AssessmentsRepository,
  { teamId }: TeamScope,
): Promise<void> {
  if (await repository.hasOpen({ teamId }))
    await queue.enqueue(fillOpenAssessments, ofTeam(teamId));
}

/** Does the same for teams that have open assessments. */
export async function requestAutofillOf(queue: JobQueue, teams: readonly string[]): Promise<void> {
  await queue.enqueueMany(fillOpenAssessments, teams.map(ofTeam));
}

function ofTeam(teamId: string) {
  return { teamId, payload: {}, delayMs: DEBOUNCE_MS, dedupeKey: 'open' };
}

export function workAutofill(queue: JobQueue, autofill: AutofillService): void {
  queue.work(fillOpenAssessments, ({ teamId }, { signal }) => autofill.fillAll({ teamId }, signal));
}
