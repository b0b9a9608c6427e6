import { stepText, supportNote } from '../../contract/answer-words.js';
import type { AssessmentQuestion } from '../../contract/assessments.js';
import { usageError } from './usage-error.js';

/** An answer in a table, with what it lacks to count in full. */
export function answerText({
  answer,
  steps,
}: Pick<AssessmentQuestion, 'answer' | 'steps'>): string {
  if (!answer) return '-';
  const said = stepText(answer, steps) ?? answer.value;
  const notes = [answer.auto ? 'auto' : null, supportNote(answer)].filter(Boolean);
  return notes.length === 0 ? said : `${said} (${notes.join(', ')})`;
}

/** `passwordMinLength=14`, as the API takes numbers. */
export function numbersFrom(pairs: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, name = '', value = ''] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
      if (name === '' || Number.isNaN(Number(value)))
        throw usageError(`--number must look like passwordMinLength=14, not ${pair}`);
      return [name, Number(value)];
    }),
  );
}
