import type { Answer, AssessmentDetail, AssessmentScore } from './assessment.js';

/** What an answer lacks to count in full, in the same words everywhere; null when it lacks nothing. */
export function supportNote({ value, support }: Pick<Answer, 'value' | 'support'>): string | null {
  if (support === 'none') return 'without evidence';
  return support === 'other_answer' && value === 'yes'
    ? 'from another answer, not confirmed'
    : null;
}

/** The step of an answer to a question with steps, as text; null without one. */
export function stepText(
  { step }: Pick<Answer, 'step'>,
  steps: readonly string[] = [],
): string | null {
  return step === undefined ? null : (steps[step] ?? null);
}

/** Scores over several categories: business functions, and levels with those below them. */
export function broadScores({
  groups = [],
  levels = [],
}: Pick<AssessmentDetail, 'groups' | 'levels'>): { title: string; score: AssessmentScore }[] {
  return [
    ...groups,
    ...levels.map(({ level, score }) => ({
      title: level === 1 ? 'Level 1' : `Levels 1 to ${level}`,
      score,
    })),
  ];
}
