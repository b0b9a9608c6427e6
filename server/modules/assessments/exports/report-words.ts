import { stepText, supportNote } from '../../../../contract/answer-words.js';
import type { Answer, AnswerEvidence, AssessmentScore } from '../../../../contract/assessments.js';
import { expiryText } from '../../../../contract/framework-words.js';
import { wordOf } from '../mapping/answer-words.js';
import type { Report } from './report.js';

/** Texts that both documents share. */

export const percent = (value: number | null) => (value === null ? '-' : `${value} %`);
export const day = (iso: string | null) => (iso ? iso.slice(0, 10) : '-');

export function answerWord(answer: Answer | null, steps?: readonly string[]): string {
  if (!answer) return 'unanswered';
  const word = stepText(answer, steps) ?? wordOf(answer.value);
  const notes = [supportNote(answer), answer.expired ? 'expired' : null].filter(Boolean);
  return notes.length === 0 ? word : `${word} (${notes.join('; ')})`;
}

/** What expired answers and scans took, and what scans show for the framework; as label and text. */
export function besideScore({ assessment, framework }: Report): [string, string][] {
  const { expired, expiredPoints = 0 } = assessment.score;
  const answers: [string, string] = [
    'Expired answers',
    expired === 0 ? 'none' : `${expired} no longer count: ${expiredPoints.toFixed(1)} points`,
  ];
  if (!framework) return [answers];
  const { name, evaluatedAt, passing = null } = framework;
  const share = passing === null ? 'no results' : `${percent(passing)} of the results`;
  return [
    answers,
    ['Passing', `${share} for ${name}, evaluated ${day(evaluatedAt)}`],
    ['Lost by age', expiryText(framework)],
  ];
}

export function evidenceText(evidence: readonly AnswerEvidence[]): string {
  const texts = evidence.map((each) => {
    const where = each.kind === 'url' ? each.url : `evidence ${each.evidenceId}`;
    return each.label ? `${each.label}: ${where}` : where;
  });
  return texts.join('; ');
}

export function sourceOf(answer: Answer | null): string {
  if (!answer) return '';
  if (!answer.auto) return `${answer.by}, ${day(answer.at)}`;
  return `filled in automatically, ${day(answer.at)}, confidence ${answer.confidence.toFixed(2)}`;
}

export function pathText(answer: Answer | null): string {
  return (answer?.path ?? [])
    .map((step) => `${step.controlId} (${step.relation}, ${step.from}): ${step.what}`)
    .join('; ');
}

export function maturityText({ maturity }: AssessmentScore, highest: number): string {
  return maturity === null ? '-' : `${maturity} of ${highest}`;
}
