import { z } from 'zod';
import { ASSESSMENT_STATUSES } from '../../../contract/assessments.js';
import { choiceParam, textParam } from '../../app/search-params.js';

export const assessmentsSearch = z.object({ status: choiceParam(ASSESSMENT_STATUSES) });

export const assessmentSearch = z.object({
  category: textParam,
  show: choiceParam(['unanswered', 'auto', 'conflicts', 'expired']),
  q: textParam,
});
export type AssessmentSearch = z.infer<typeof assessmentSearch>;
