import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { ANSWER_VALUES, type AnswerValue } from '../../../../contract/assessments.js';
import { propertyRuns } from '../../../testing/property-runs.js';
import type { Form, FormQuestion } from '../questionnaires/form.rules.js';
import { type Answers, scoresOf } from './score.rules.js';

const NOW = '2030-01-01T00:00:00.000Z';
const LATER = '2100-01-01T00:00:00.000Z';
const PRACTICES = ['P', 'Q'];
const STREAMS = ['A', 'B'];

const questions = PRACTICES.flatMap((category) =>
  STREAMS.flatMap((stream) =>
    [1, 2, 3].map((level) => ({
      ...{ id: `${category}-${stream}-${level}`, category, level, title: 'A question', weight: 5 },
      ...{ kind: 'item' as const, help: null, controls: [], attestation: false },
    })),
  ),
) satisfies FormQuestion[];
const ids = questions.map(({ id }) => id);
const form = {
  questionnaire: { scoring: 'samm' },
  level: null,
  categories: PRACTICES.map((id) => ({ id, title: id })),
  questions,
} as unknown as Form;

const EXPLAINED = {
  ...{ explanation: 'As agreed.', evidence: [], auto: false, path: [], expiresAt: LATER },
};
type Given = Record<string, AnswerValue | null>;
const scored = (given: Given) => {
  const answers: Answers = new Map(
    Object.entries(given).map(([id, value]) => [id, { ...EXPLAINED, value }]),
  );
  return scoresOf(form, answers, NOW);
};
const maturity = (given: Given) => scored(given).total.maturity;
const all = (value: AnswerValue, only: (id: string) => boolean): Given =>
  Object.fromEntries(ids.filter(only).map((id) => [id, value]));

const given: fc.Arbitrary<Given> = fc
  .tuple(...ids.map(() => fc.constantFrom(...ANSWER_VALUES, null)))
  .map((values) => Object.fromEntries(ids.map((id, at) => [id, values[at] ?? null])));
const runs = { numRuns: propertyRuns(1_000) };

it('a level where nothing applies adds nothing to its practice', () => {
  const inP = { ...all('yes', (id) => id.startsWith('P') && id.endsWith('1')) };
  const rest = all('not_applicable', (id) => id.startsWith('P') && !id.endsWith('1'));
  const { categories } = scored({ ...inP, ...rest });
  expect(categories[0]?.score.maturity).toBe(1);
});

it('averages over the streams that apply, and leaves out a practice where nothing does', () => {
  const one = all('yes', (id) => id.startsWith('P-A'));
  const other = all('not_applicable', (id) => id.startsWith('P-B') || id.startsWith('Q'));
  expect(maturity({ ...one, ...other })).toBe(3);
  expect(maturity(all('not_applicable', () => true))).toBeNull();
});

test('a “not applicable” never scores more than a yes to the same question', () => {
  fc.assert(
    fc.property(given, fc.constantFrom(...ids), (answers, id) => {
      const without = scored({ ...answers, [id]: 'not_applicable' });
      const agreed = scored({ ...answers, [id]: 'yes' });
      const isOfPractice = (each: string) => each[0] === id[0];
      const practice = ({ categories }: typeof agreed) =>
        categories.find((category) => isOfPractice(category.id))?.score.maturity ?? 0;
      expect(practice(without)).toBeLessThanOrEqual(practice(agreed));
      // After the last one of a practice, the practice is left out of the average.
      const isLast = ids.every(
        (each) => each === id || !isOfPractice(each) || answers[each] === 'not_applicable',
      );
      if (isLast) return;
      expect(without.total.maturity ?? 0).toBeLessThanOrEqual(agreed.total.maturity ?? 0);
    }),
    runs,
  );
});

test('a practice is left out once its last question does not apply', () => {
  const rest = all('not_applicable', (id) => id.startsWith('P') && id !== 'P-A-1');
  const others = { ...rest, ...all('yes', (id) => id.startsWith('Q')) };
  expect(maturity({ ...others, 'P-A-1': 'yes' })).toBe(2);
  expect(maturity({ ...others, 'P-A-1': 'not_applicable' })).toBe(3);
});

test('a level where nothing applies scores no more than a no to all of it', () => {
  fc.assert(
    fc.property(
      given,
      fc.constantFrom(...PRACTICES),
      fc.constantFrom('1', '2', '3'),
      (answers, practice, level) => {
        const isOfLevel = (id: string) => id.startsWith(practice) && id.endsWith(level);
        const without = scored({ ...answers, ...all('not_applicable', isOfLevel) });
        const denied = scored({ ...answers, ...all('no', isOfLevel) });
        const of = ({ categories }: typeof denied) =>
          categories.find(({ id }) => id === practice)?.score.maturity ?? 0;
        expect(of(without)).toBeLessThanOrEqual(of(denied));
      },
    ),
    runs,
  );
});

test('the points of expired answers are the difference from the score before', () => {
  const before = '2029-12-31T00:00:00.000Z';
  fc.assert(
    fc.property(given, fc.subarray(ids), (values, expired) => {
      const answers: Answers = new Map(
        Object.entries(values).map(([id, value]) => {
          const expiresAt = expired.includes(id) ? NOW : LATER;
          return [id, { ...EXPLAINED, value, expiresAt }];
        }),
      );
      const floorAt = (now: string) => scoresOf(form, answers, now).total.floor ?? 0;
      const { expiredPoints = 0 } = scoresOf(form, answers, NOW).total;
      expect(expiredPoints).toBeCloseTo(floorAt(before) - floorAt(NOW), 6);
    }),
    runs,
  );
});
