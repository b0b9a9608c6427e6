import type { AssessmentDetail, AssessmentQuestion } from '../../../../contract/assessments.js';
import type { FrameworkSummary } from '../../../../contract/framework.js';

/** The input of a document: the current assessment, without the time of export. */
export interface Report {
  team: string;
  assessment: AssessmentDetail;
  questions: readonly AssessmentQuestion[];
  /** The framework that the questionnaire asks about, as evaluated; null for one without a framework. */
  framework: FrameworkSummary | null;
}
