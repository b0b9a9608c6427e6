import type { AutofillProposal } from '../../../../contract/assessments.js';
import type { StoredAnswer } from '../answers/answer.js';
import { isUnapproved } from '../answers/approval.rules.js';
import { isValid } from '../answers/question-view.rules.js';
import type {
  ControlFact,
  ControlMappingEngine,
  Projection,
} from '../mapping/control-mapping-engine.js';
import type { Form } from '../questionnaires/form.rules.js';

/**
 * The proposal for each question, in the form's order, without unchanged questions. A person's valid answer is never
 * changed; a differing derived answer is only reported.
 */
export function proposalsOf(
  form: Form,
  answers: ReadonlyMap<string, StoredAnswer>,
  {
    engine,
    facts,
    before,
    now,
  }: {
    engine: ControlMappingEngine;
    facts: ReadonlyMap<string, readonly ControlFact[]>;
    /** Answers of the previous period, by question. */
    before: ReadonlyMap<string, StoredAnswer>;
    now: string;
  },
): AutofillProposal[] {
  return form.questions.flatMap((question) => {
    const answer = answers.get(question.id);
    const standing = answer && isValid(answer, now) ? answer : null;
    const projected = engine.project(question, facts);
    const earlier = before.get(question.id);
    const projection =
      projected.outcome === 'none' && earlier && isWordOfOne(earlier, now)
        ? notApplicableBefore(earlier)
        : projected;
    const action = actionFor(projection, standing);
    if (!action) return [];
    const { outcome: _, ...derived } = projection;
    return [
      {
        ...derived,
        ...{ questionId: question.id, title: question.title, category: question.category },
        action,
        current: standing?.value ?? null,
      },
    ];
  });
}

function actionFor(
  { outcome, value, confidence }: Projection,
  standing: StoredAnswer | null,
): AutofillProposal['action'] | null {
  const isPersons = standing !== null && !standing.auto;
  if (isPersons) {
    if (outcome === 'conflict') return 'conflict';
    return outcome === 'answer' && value !== standing.value ? 'kept' : null;
  }
  if (outcome === 'answer') {
    const isSame = standing?.value === value && standing?.confidence === confidence;
    return isSame ? null : 'set';
  }
  // An autofilled answer that no longer follows is removed. A suggestion that a person accepted stays.
  if (standing && !isAccepted(standing)) return 'clear';
  if (outcome === 'conflict') return 'conflict';
  return outcome === 'suggestion' && standing === null ? 'suggest' : null;
}

function isWordOfOne(answer: StoredAnswer, now: string): boolean {
  const isThere = isValid(answer, now) && !answer.deletedAt && answer.by !== AUTOFILL;
  return isThere && isUnapproved(answer);
}

/** A “not applicable” of the previous period that only one person gave: it must be answered again. */
function notApplicableBefore({ by, explanation }: StoredAnswer): Projection {
  return {
    outcome: 'suggestion',
    value: 'not_applicable',
    confidence: BEFORE_CONFIDENCE,
    share: 0,
    why: `In the previous period ${by} answered “not applicable”, and no second person approved it: ${explanation}`,
    path: [],
  };
}

/** A suggestion that a person accepted: `by` names the person. */
function isAccepted({ by }: StoredAnswer): boolean {
  return by !== AUTOFILL;
}

/** Confidence in one person's answer that may be a year old. */
const BEFORE_CONFIDENCE = 0.5;

/** The author of autofilled answers. */
export const AUTOFILL = 'Auto-fill';
