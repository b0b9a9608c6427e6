import { z } from 'zod';
import { ASSESSMENT_STATUSES } from '../../../contract/assessments.js';
import { choiceParam, textParam } from '../../app/search-params.js';

export const assessmentsSearch = z.object({
  status: choiceParam([...ASSESSMENT_STATUSES, 'deleted']),
  /** An assessment that was just deleted. */
  undo: textParam,
});
export type AssessmentsFilter = z.infer<typeof assessmentsSearch>['status'];

export const assessmentSearch = z.object({
  category: textParam,
  show: choiceParam(['unanswered', 'auto', 'conflicts', 'expired']),
  q: textParam,
});
export type AssessmentSearch = z.infer<typeof assessmentSearch>;
