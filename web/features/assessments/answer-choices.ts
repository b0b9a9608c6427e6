import { ANSWER_VALUES, type Answer, type AnswerValue } from '../../../contract/assessments.js';
import { words } from '../../ui/format.js';

/** A value, or a step of a question that has four. */
export type Choice = AnswerValue | `step-${number}`;

const VALUE_OF_STEP: readonly AnswerValue[] = ['no', 'partially', 'partially', 'yes'];

export function choicesOf(
  steps: readonly string[] | undefined,
): { value: Choice; label: string }[] {
  if (!steps) return ANSWER_VALUES.map((value) => ({ value, label: words(value) }));
  return [
    ...steps.map((label, step) => ({ value: `step-${step}` as const, label })),
    { value: 'not_applicable', label: words('not_applicable') },
  ];
}

export function choiceOf(
  { value, step }: Pick<Answer, 'value' | 'step'>,
  steps: readonly string[] | undefined,
): Choice {
  return steps && step !== undefined ? `step-${step}` : value;
}

export function answerValueOf(choice: Choice | undefined): AnswerValue | undefined {
  const { step } = stepOf(choice);
  return step === undefined ? (choice as AnswerValue | undefined) : VALUE_OF_STEP[step];
}

/** The step of a choice as a request has it. */
export function stepOf(choice: Choice | undefined): { step?: number } {
  return choice?.startsWith('step-') ? { step: Number(choice.slice(5)) } : {};
}
