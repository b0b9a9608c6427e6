import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { ANSWER_VALUES } from '../../../../contract/assessments.js';
import { propertyRuns } from '../../../testing/property-runs.js';
import { type Answers, scoresOf } from '../assessments/score.rules.js';
import type { Form, FormQuestion, Subject } from '../questionnaires/form.rules.js';
import { ControlMappingEngine, type Statement } from './control-mapping-engine.js';

const WEIGHTS: Record<string, number> = { 'AAA-01': 10, 'AAA-02': 5, 'AAA-03': 3, 'AAA-04': 1 };
const engine = new ControlMappingEngine({
  weightOf: (id) => WEIGHTS[id] ?? 5,
  autoSatisfyShare: 0.8,
});
const LATER = '2100-01-01T00:00:00.000Z';
const NOW = '2030-01-01T00:00:00.000Z';

const links = fc.uniqueArray(
  fc.record({
    controlId: fc.constantFrom(...Object.keys(WEIGHTS)),
    relation: fc.constantFrom(
      'equal' as const,
      'subset' as const,
      'superset' as const,
      'intersects' as const,
    ),
  }),
  { selector: ({ controlId }) => controlId, maxLength: 4 },
);
const statement: fc.Arbitrary<Statement> = fc.record({
  from: fc.constantFrom('scan' as const, 'decision' as const, 'answer' as const),
  value: fc.constantFrom(...ANSWER_VALUES),
  confidence: fc.double({ min: 0.1, max: 1, noNaN: true }),
  what: fc.constantFrom('one', 'two', 'three'),
  assessmentId: fc.constantFrom(null, 'a', 'b'),
  controls: links,
});
const questions: fc.Arbitrary<FormQuestion[]> = fc
  .array(fc.tuple(links, fc.boolean(), fc.integer({ min: 1, max: 10 })), {
    minLength: 1,
    maxLength: 4,
  })
  .map((all) =>
    all.map(([controls, attestation, weight], at) => ({
      ...{ id: `q${at}`, kind: 'requirement', category: 'c', title: 'A question' },
      ...{ help: null, level: null, controls, attestation, weight },
    })),
  );

/** The floor of an assessment of these questions, with the answers that follow from the statements. */
function floorOf(asked: readonly FormQuestion[], known: readonly Statement[]): number | null {
  const facts = engine.facts(known);
  const answers: Answers = new Map(
    asked.flatMap((question) => {
      const { outcome, value, why, path } = engine.project(question, facts);
      if (outcome !== 'answer') return [];
      const answer = { explanation: why, evidence: [], auto: true, path, expiresAt: LATER };
      return [[question.id, { ...answer, value }] as const];
    }),
  );
  const form = { questionnaire: { scoring: 'share' }, categories: [], questions: asked };
  return scoresOf(form as unknown as Form, answers, NOW).total.floor;
}

const unapproved = (controls: Statement['controls']): Statement => ({
  ...{ from: 'answer', value: 'not_applicable', confidence: 1, assessmentId: 'z', controls },
  what: 'one person said that it does not apply',
});
const asks = (...controls: Subject['controls']): Subject => ({
  ...{ kind: 'requirement', controls, attestation: false },
});
const equal = (controlId: string) => ({ controlId, relation: 'equal' as const });
const projected = (subject: Subject, ...given: Statement[]) =>
  engine.project(subject, engine.facts(given));

test('one person’s “not applicable” never raises the floor of another assessment', () => {
  fc.assert(
    fc.property(questions, fc.array(statement, { maxLength: 8 }), links, (asked, given, about) => {
      const before = floorOf(asked, given);
      const after = floorOf(asked, [...given, unapproved(about)]);
      // Without applicable questions there is no floor, and there must have been none before.
      if (before !== null) expect(after ?? 101).toBeLessThanOrEqual(before);
    }),
    { numRuns: propertyRuns(2_000) },
  );
});

it('is suggested elsewhere while one person says so, and answers once a second has approved', () => {
  const alone = projected(asks(equal('AAA-01')), unapproved([equal('AAA-01')]));
  expect(alone).toMatchObject({ outcome: 'suggestion', value: 'not_applicable' });
  expect(alone.path).toMatchObject([{ proves: false, value: 'not_applicable' }]);
  const decided = { ...unapproved([equal('AAA-01')]), from: 'decision' as const };
  const carried = { outcome: 'answer', value: 'not_applicable' };
  expect(projected(asks(equal('AAA-01')), decided)).toMatchObject(carried);
  expect(projected(asks(equal('AAA-01')), decided, unapproved([equal('AAA-01')]))).toMatchObject(
    carried,
  );
});

it('removes no control from the share while nobody has approved it', () => {
  const two = asks({ controlId: 'AAA-01', relation: 'subset' }, equal('AAA-02'));
  const yes: Statement = { ...unapproved([equal('AAA-01')]), value: 'yes', what: 'a yes' };
  const none = unapproved([equal('AAA-02')]);
  expect(projected(two, yes, none)).toMatchObject({ outcome: 'suggestion', share: 10 / 15 });
  const decided = { ...none, from: 'decision' as const };
  expect(projected(two, yes, decided)).toMatchObject({ outcome: 'answer', share: 1 });
});

it('conflicts with a yes elsewhere', () => {
  const yes: Statement = { ...unapproved([equal('AAA-01')]), value: 'yes', what: 'a yes' };
  expect(projected(asks(equal('AAA-01')), yes, unapproved([equal('AAA-01')]))).toMatchObject({
    outcome: 'conflict',
  });
});
