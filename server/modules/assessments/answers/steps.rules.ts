import type { AnswerValue } from '../../../../contract/assessments.js';
import { InvalidInputError } from '../../../platform/errors.js';
import type { FormQuestion } from '../questionnaires/form.rules.js';

/** The worth of the four steps, as SAMM has them. */
export const STEP_WORTH = [0, 0.25, 0.5, 1] as const;

const VALUE_OF_STEP = ['no', 'partially', 'partially', 'yes'] as const;
const STEP_OF_VALUE = { no: 0, partially: 2, yes: 3 } as const;

interface Given {
  value: AnswerValue;
  step?: number | undefined;
}

/** The value and step of an answer to a question with steps; a value alone means its highest step. */
export function answeredStep({ steps }: FormQuestion, { value, step }: Given): Given {
  if (!steps) {
    if (step === undefined) return { value };
    const message = 'the question has no steps';
    const errors = [{ path: 'body.step', message }];
    throw new InvalidInputError(`body.step: ${message}`, { errors });
  }
  if (value === 'not_applicable') return { value };
  const reached = step ?? STEP_OF_VALUE[value];
  return { value: VALUE_OF_STEP[reached] ?? value, step: reached };
}
