import type { AutofillProposal } from '../../../../contract/assessments.js';
import { isUnapproved } from '../answers/approval.rules.js';
import { isValid } from '../answers/question-view.rules.js';
import type { StoredAnswer } from '../answers/stored-answer.js';
import type {
  ControlFact,
  ControlMappingEngine,
  Projection,
} from '../mapping/control-mapping-engine.js';
import type { Form } from '../questionnaires/form.rules.js';

/**
 * What is to be done to each question, in the form's order; questions to which nothing is to be done are left out.
 * A person's valid answer is never touched: that another would follow is said, no more.
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
    /** Answers of the period before, by question. */
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
    const { outcome: _, ...told } = projection;
    return [
      {
        ...told,
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
  // An answer that was filled in, and no longer follows, goes. One that a person took from a suggestion stays.
  if (standing && !isAccepted(standing)) return 'clear';
  if (outcome === 'conflict') return 'conflict';
  return outcome === 'suggestion' && standing === null ? 'suggest' : null;
}

function isWordOfOne(answer: StoredAnswer, now: string): boolean {
  const isThere = isValid(answer, now) && !answer.deletedAt && answer.by !== AUTOFILL;
  return isThere && isUnapproved(answer);
}

/** One person's word of the period before, that nobody else stood behind: somebody must say it anew. */
function notApplicableBefore({ by, explanation }: StoredAnswer): Projection {
  return {
    outcome: 'suggestion',
    value: 'not_applicable',
    confidence: BEFORE_CONFIDENCE,
    share: 0,
    why: `In the period before, ${by} answered “not applicable”, and nobody else approved it: ${explanation}`,
    path: [],
  };
}

/** Set by a person who took a suggestion: `by` names the person. */
function isAccepted({ by }: StoredAnswer): boolean {
  return by !== AUTOFILL;
}

/** As sure as one person's word that a year may have changed. */
const BEFORE_CONFIDENCE = 0.5;

/** Who fills in what follows. */
export const AUTOFILL = 'Auto-fill';
