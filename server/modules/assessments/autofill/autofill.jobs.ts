import { z } from 'zod';
import type { TeamScope } from '../../../platform/database/collection.js';
import { type JobQueue, jobType } from '../../../platform/queue/job-queue.js';
import type { AssessmentsRepository } from '../assessments/assessments.repository.js';
import type { AutofillService } from './autofill.service.js';

export const fillOpenAssessments = jobType('assessments.autofill', z.object({}), { attempts: 3 });

/** News come in swarms: one job takes up all of so long. */
const DEBOUNCE_MS = 3_000;

/** Asks for the team's open assessments to be filled in soon; once, however often it is asked meanwhile. */
export async function requestAutofill(
  queue: JobQueue,
  repository: AssessmentsRepository,
  { teamId }: TeamScope,
): Promise<void> {
  if (!(await repository.hasOpen({ teamId }))) return;
  const request = { teamId, payload: {}, delayMs: DEBOUNCE_MS, dedupeKey: 'open' };
  await queue.enqueue(fillOpenAssessments, request);
}

export function workAutofill(queue: JobQueue, autofill: AutofillService): void {
  queue.work(fillOpenAssessments, ({ teamId }, { signal }) => autofill.fillAll({ teamId }, signal));
}
