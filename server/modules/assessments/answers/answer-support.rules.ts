import type { AnswerSupport } from '../../../../contract/assessments.js';
import type { StoredAnswer } from './answer.js';

type Supported = Pick<StoredAnswer, 'value' | 'explanation' | 'evidence' | 'auto' | 'path'>;

/** What an answer rests on. */
export function supportOf({ value, explanation, evidence, auto, path }: Supported): AnswerSupport {
  if (auto) {
    const isLent = path.some((step) => step.from === 'answer' && step.proves);
    return value === 'yes' && isLent ? 'other_answer' : 'facts';
  }
  const isEmpty = explanation.trim() === '' && evidence.length === 0;
  return isEmpty && value !== 'no' ? 'none' : 'person';
}

/** Whether a yes counts as partial only: nothing supports it, or it was filled in from another answer. */
export function isPartialAtMost(answer: Supported): boolean {
  const support = supportOf(answer);
  return answer.value === 'yes' && (support === 'none' || support === 'other_answer');
}
