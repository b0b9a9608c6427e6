import type { AssessmentDetail, AssessmentQuestion } from '../../../../contract/assessments.js';

/** What a document is made from: the assessment as it stands, and nothing of when it is asked for. */
export interface Report {
  team: string;
  assessment: AssessmentDetail;
  questions: readonly AssessmentQuestion[];
}
