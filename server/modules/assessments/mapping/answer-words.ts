import type { AnswerValue } from '../../../../contract/assessments.js';

export function wordOf(value: AnswerValue): string {
  return value === 'not_applicable' ? 'not applicable' : value;
}
