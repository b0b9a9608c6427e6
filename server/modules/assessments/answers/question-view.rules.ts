import type {
  Answer,
  AnswerConflict,
  AssessmentQuestion,
} from '../../../../contract/assessments.js';
import { type Catalogue, currentRequirementId } from '../../catalogue/index.js';
import { wordOf } from '../mapping/answer-words.js';
import type { ControlFact } from '../mapping/control-mapping-engine.js';
import { compose, inverse } from '../mapping/relation.rules.js';
import type { FormQuestion } from '../questionnaires/form.rules.js';
import type { StoredAnswer } from './answer.js';
import { supportOf } from './answer-support.rules.js';

const MAX_ALSO = 60;

/** A question as shown: with its answer, what that answers elsewhere, and conflicts. */
export function viewOf(
  question: FormQuestion,
  answer: StoredAnswer | undefined,
  {
    catalogue,
    facts,
    now,
  }: { catalogue: Catalogue; facts: ReadonlyMap<string, readonly ControlFact[]>; now: string },
): AssessmentQuestion {
  const { id, category, title, help, level, weight, kind } = question;
  return {
    ...{ id, category, title, help, level, weight, kind },
    ...(question.numbers ? { numbers: question.numbers } : {}),
    ...(question.steps ? { steps: [...question.steps] } : {}),
    ...(question.criteria ? { criteria: [...question.criteria] } : {}),
    controls: question.controls.map(({ controlId, relation }) => ({
      id: controlId,
      title: catalogue.controls.get(controlId)?.title ?? controlId,
      relation,
    })),
    alsoAnswers: alsoAnsweredBy(question, catalogue),
    answer: answer ? answerOf(answer, now) : null,
    conflicts: conflictsOf(question, answer && isValid(answer, now) ? answer : undefined, facts),
  };
}

export function answerOf(answer: StoredAnswer, now: string): Answer | null {
  const {
    value,
    explanation,
    evidence,
    owner,
    auto,
    confidence,
    path,
    by,
    at,
    expiresAt,
    history,
  } = answer;
  if (!value) return null;
  const expired = expiresAt <= now;
  return {
    value,
    explanation,
    evidence,
    owner,
    auto,
    confidence,
    path,
    by,
    at,
    expiresAt,
    expired,
    history,
    support: supportOf(answer),
    ...(answer.values ? { values: answer.values } : {}),
    ...(answer.step === undefined ? {} : { step: answer.step }),
  };
}

export function isValid({ value, expiresAt }: StoredAnswer, now: string): boolean {
  return value !== null && expiresAt > now;
}

/** Requirements of other frameworks to which an answer here counts, with their relation; most certain first. */
export function alsoAnsweredBy(
  question: FormQuestion,
  catalogue: Catalogue,
): AssessmentQuestion['alsoAnswers'] {
  const order = ['equal', 'subset', 'superset', 'intersects'];
  const found = new Map<string, AssessmentQuestion['alsoAnswers'][number]>();
  for (const { controlId, relation: questionToControl } of question.controls) {
    for (const { framework, requirement, relation } of catalogue.requirementsOf(controlId)) {
      const { frameworkId = '', requirementId = '' } = question;
      const own = currentRequirementId(frameworkId, requirementId);
      if (framework.id === frameworkId && requirement.id === own) continue;
      const composed = compose(relation, inverse(questionToControl));
      const key = `${framework.id}/${requirement.id}`;
      const known = found.get(key);
      if (known && order.indexOf(known.relation) <= order.indexOf(composed)) continue;
      found.set(key, {
        framework: framework.id,
        frameworkName: framework.name,
        requirement: requirement.id,
        relation: composed,
      });
    }
  }
  return [...found.values()]
    .sort((a, b) => order.indexOf(a.relation) - order.indexOf(b.relation))
    .slice(0, MAX_ALSO);
}

/** Certain facts about the question's own control that contradict the answer or each other. */
export function conflictsOf(
  question: FormQuestion,
  answer: StoredAnswer | undefined,
  facts: ReadonlyMap<string, readonly ControlFact[]>,
): AnswerConflict[] {
  return question.controls.flatMap(({ controlId, relation }): AnswerConflict[] => {
    const proofs = (facts.get(controlId) ?? []).filter(({ proves }) => proves);
    const isAbout = relation === 'equal' || (relation === 'superset' && answer?.value === 'yes');
    const against =
      answer?.value && !answer.auto && isAbout
        ? proofs.find(({ value }) => value !== answer.value)
        : undefined;
    if (against && answer?.value) {
      const text = `Here “${wordOf(answer.value)}”, but ${against.statement.what}.`;
      return [{ kind: against.statement.from === 'answer' ? 'answers' : 'scan', controlId, text }];
    }
    const [one, other] = [proofs[0], proofs.find(({ value }) => value !== proofs[0]?.value)];
    if (!one || !other) return [];
    const kind =
      one.statement.from === 'answer' && other.statement.from === 'answer' ? 'answers' : 'scan';
    return [
      { kind, controlId, text: sentence(`${one.statement.what}, but ${other.statement.what}.`) },
    ];
  });
}

const sentence = (text: string) =>
  text.charAt(0).toUpperCase() +
  text
    .slice(1)
    .replaceAll('.,', ',')
    .replace(/(?<!\.)\.+$/, '.');
