import type { Answer } from './assessment.js';

/** What an answer lacks to count in full, in the same words everywhere; null when it lacks nothing. */
export function supportNote({ value, support }: Pick<Answer, 'value' | 'support'>): string | null {
  if (support === 'none') return 'without evidence';
  return support === 'other_answer' && value === 'yes'
    ? 'from another answer, not confirmed'
    : null;
}
