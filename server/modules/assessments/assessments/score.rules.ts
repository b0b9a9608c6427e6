import type { AnswerValue, AssessmentScore } from '../../../../contract/assessments.js';
import type { StoredAnswer } from '../answers/answer.js';
import { isPartialAtMost } from '../answers/answer-support.rules.js';
import { STEP_WORTH } from '../answers/steps.rules.js';
import type { Form, FormQuestion } from '../questionnaires/form.rules.js';

/** The part of an answer that counts. */
export type Counted = Pick<
  StoredAnswer,
  'value' | 'explanation' | 'evidence' | 'auto' | 'path' | 'expiresAt' | 'step'
>;
export type Answers = ReadonlyMap<string, Counted>;

const VALUE: Record<Exclude<AnswerValue, 'not_applicable'>, number> = {
  yes: 1,
  partially: 0.5,
  no: 0,
};

interface Scored {
  id: string;
  title: string;
  score: AssessmentScore;
}

export interface Scores {
  total: AssessmentScore;
  categories: Scored[];
  /** Business functions, and levels with those below them, where the questionnaire has such. */
  groups: Scored[];
  levels: { level: number; score: AssessmentScore }[];
  /** When the first counting answer expires. */
  until: string | null;
}

/** Live score: unanswered and expired questions count as not met in the floor and as met in the ceiling. */
export function scoresOf(form: Form, answers: Answers, now: string): Scores {
  const maturityOf = (questions: readonly FormQuestion[], score: AssessmentScore) =>
    form.questionnaire.scoring === 'samm'
      ? sammMaturity(questions, answers, now)
      : shareMaturity(score);
  const scored = (questions: readonly FormQuestion[]): AssessmentScore => {
    const score = scoreOf(questions, answers, now);
    return { ...score, maturity: maturityOf(questions, score) };
  };
  const byCategory = grouped(form.questions);
  const counting = [...answers.values()].filter((each) => each.value && each.expiresAt > now);
  return {
    total: scored(form.questions),
    categories: form.categories.map(({ id, title }) => ({
      id,
      title,
      score: scored(byCategory.get(id) ?? []),
    })),
    groups: (form.groups ?? []).map(({ id, title }) => ({
      id,
      title,
      score: scored(form.questions.filter(({ category }) => category.startsWith(`${id}-`))),
    })),
    levels: levelsOf(form).map((level) => ({
      level,
      score: scored(form.questions.filter((question) => (question.level ?? 1) <= level)),
    })),
    until: counting.map(({ expiresAt }) => expiresAt).sort()[0] ?? null,
  };
}

/** The levels that were chosen, from the first. */
function levelsOf({ questionnaire, level }: Form): number[] {
  const highest = level ?? questionnaire.levels ?? 0;
  return Array.from({ length: highest }, (_, at) => at + 1);
}

function grouped(questions: readonly FormQuestion[]): Map<string, FormQuestion[]> {
  const groups = new Map<string, FormQuestion[]>();
  for (const question of questions) {
    groups.set(question.category, [...(groups.get(question.category) ?? []), question]);
  }
  return groups;
}

function scoreOf(
  questions: readonly FormQuestion[],
  answers: Answers,
  now: string,
): AssessmentScore {
  let weight = 0;
  let known = 0;
  let value = 0;
  // Of the expired answers.
  const lost = { weight: 0, value: 0 };
  const counts = { answered: 0, auto: 0, expired: 0 };
  for (const question of questions) {
    const answer = answers.get(question.id);
    const isOver = answer?.value != null && answer.expiresAt <= now;
    if (answer?.value && isOver) {
      counts.expired += 1;
      if (answer.value === 'not_applicable') lost.weight += question.weight;
      else lost.value += question.weight * worthOf(answer, answer.value);
    }
    const counted = answer?.value && !isOver ? answer.value : null;
    if (counted) {
      counts.answered += 1;
      if (answer?.auto) counts.auto += 1;
    }
    if (counted === 'not_applicable') continue;
    weight += question.weight;
    if (!counted) continue;
    const worth = worthOf(answer, counted);
    // The other half of a claim that nothing supports yet is unknown, as in posture.
    known += question.weight * (answer && isPartialAtMost(answer) ? worth : 1);
    value += question.weight * worth;
  }
  const share = (part: number) => (weight === 0 ? null : percent(part / weight));
  const floor = share(value);
  const kept = weight - lost.weight;
  const unexpired = kept === 0 ? 0 : percent((value + lost.value) / kept);
  return {
    floor,
    coverage: share(known),
    ceiling: share(value + weight - known),
    questions: questions.length,
    ...counts,
    ...(counts.expired > 0
      ? { expiredPoints: Math.round((unexpired - (floor ?? 0)) * 10) / 10 }
      : {}),
    maturity: null,
  };
}

/**
 * SAMM's formula: for each practice, the two streams are averaged at each of the three levels, and the levels added;
 * 0–3. Several practices are averaged. SAMM has no “not applicable”; here it is left out of the average of its level,
 * so that it never gives a practice more than a yes would. A level where nothing applies adds nothing, like a no to
 * all of it. A practice where nothing applies is left out.
 */
function sammMaturity(
  questions: readonly FormQuestion[],
  answers: Answers,
  now: string,
): number | null {
  const applies = ({ id }: FormQuestion) => {
    const answer = answers.get(id);
    return !(answer?.value === 'not_applicable' && answer.expiresAt > now);
  };
  const judged = [...grouped(questions).values()].filter((practice) => practice.some(applies));
  const practices = judged.map((practice) =>
    [1, 2, 3].reduce((sum, level) => {
      const values = practice
        .filter((question) => question.level === level && applies(question))
        .map((question) => {
          const answer = answers.get(question.id);
          const value = answer && answer.expiresAt > now ? answer.value : null;
          return value && value !== 'not_applicable' ? worthOf(answer, value) : 0;
        });
      return sum + (values.length === 0 ? 0 : mean(values));
    }, 0),
  );
  return practices.length === 0 ? null : Math.round(mean(practices) * 100) / 100;
}

/** A yes that nothing supports, or that another answer lent, is worth a part. */
function worthOf(
  answer: Counted | undefined,
  value: Exclude<AnswerValue, 'not_applicable'>,
): number {
  const worth = STEP_WORTH[answer?.step ?? -1] ?? VALUE[value];
  return answer && isPartialAtMost(answer) ? Math.min(worth, VALUE.partially) : worth;
}

/** The minimum floor of each level from 1; the highest needs every question answered. */
const LEVELS = [0.1, 30, 50, 70, 90];

/** 0–5 like capability models: initial, managed, defined, measured, optimising. Our interpretation of the floor. */
function shareMaturity({ floor, coverage }: AssessmentScore): number | null {
  if (floor === null) return null;
  const reached = LEVELS.filter((least) => floor >= least).length;
  return coverage === 100 ? reached : Math.min(reached, 4);
}

export function highestMaturity({ questionnaire }: Form): number {
  return questionnaire.scoring === 'samm' ? 3 : 5;
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** 0–1 → 0–100 with one decimal; 100 only for exactly 1. */
function percent(share: number): number {
  const rounded = Math.round(share * 1000) / 10;
  return rounded === 100 && share < 1 ? 99.9 : rounded;
}
