import type { TeamScope } from '../../../platform/database/collection.js';
import type {
  AssessmentsRepository,
  StoredAssessment,
} from '../assessments/assessments.repository.js';
import type { StoredAnswer } from './answer.js';
import type { AnswersRepository } from './answers.repository.js';

export interface ValidAnswer {
  answer: StoredAnswer;
  assessment: StoredAssessment;
}

/** People's currently valid answers, in assessments that no later period replaced; and all assessments. */
export async function validAnswers(
  team: TeamScope,
  { assessments, answers }: { assessments: AssessmentsRepository; answers: AnswersRepository },
  now: string,
): Promise<{ byId: Map<string, StoredAssessment>; valid: ValidAnswer[] }> {
  const [all, given] = await Promise.all([assessments.all(team), answers.ofPeople(team)]);
  const byId = new Map(all.map((assessment) => [assessment.id, assessment]));
  const superseded = new Set(all.flatMap(({ previousId }) => previousId ?? []));
  const valid = given.flatMap((answer): ValidAnswer[] => {
    const assessment = byId.get(answer.assessmentId);
    if (!assessment || !answer.value || answer.expiresAt <= now) return [];
    return superseded.has(assessment.id) ? [] : [{ answer, assessment }];
  });
  return { byId, valid };
}
