import type { AssessmentDetail, AssessmentQuestion } from '../../../../contract/assessments.js';

/** The input of a document: the current assessment, without the time of export. */
export interface Report {
  team: string;
  assessment: AssessmentDetail;
  questions: readonly AssessmentQuestion[];
}
