import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { ANSWER_VALUES, type AnswerValue } from '../../../../contract/assessments.js';
import type { Relation } from '../../../../contract/compliance.js';
import { propertyRuns } from '../../../testing/property-runs.js';
import type { Subject } from '../questionnaires/form.rules.js';
import { ControlMappingEngine, type Statement } from './control-mapping-engine.js';
import { compose, inverse, isCovered } from './relation.rules.js';

const RELATIONS = ['equal', 'subset', 'superset', 'intersects'] as const;
const WEIGHTS: Record<string, number> = { 'AAA-01': 10, 'AAA-02': 5, 'AAA-03': 3, 'AAA-04': 1 };
const engineAt = (autoSatisfyShare = 0.8) =>
  new ControlMappingEngine({ weightOf: (id) => WEIGHTS[id] ?? 5, autoSatisfyShare });

const links = fc.uniqueArray(
  fc.record({
    controlId: fc.constantFrom(...Object.keys(WEIGHTS)),
    relation: fc.constantFrom(...RELATIONS),
  }),
  { selector: ({ controlId }) => controlId, maxLength: 4 },
);
const target: fc.Arbitrary<Subject> = fc.record({
  kind: fc.constant('requirement' as const),
  controls: links,
  attestation: fc.boolean(),
});
const statement: fc.Arbitrary<Statement> = fc.record({
  from: fc.constantFrom('scan' as const, 'decision' as const, 'answer' as const),
  value: fc.constantFrom(...ANSWER_VALUES),
  confidence: fc.double({ min: 0.1, max: 1, noNaN: true }),
  what: fc.constantFrom('one', 'two', 'three'),
  assessmentId: fc.constantFrom(null, 'a', 'b'),
  controls: links,
});
const statements = fc.array(statement, { maxLength: 8 });
const runs = { numRuns: propertyRuns(500) };

const answered = (
  value: AnswerValue,
  controlId: string,
  relation: Relation = 'equal',
): Statement => ({
  from: 'answer',
  value,
  confidence: 1,
  what: 'an answer',
  assessmentId: 'a',
  controls: [{ controlId, relation }],
});
const asks = (controls: Record<string, Relation>, attestation = false): Subject => ({
  kind: 'requirement',
  controls: Object.entries(controls).map(([controlId, relation]) => ({ controlId, relation })),
  attestation,
});
const projected = (subject: Subject, ...given: Statement[]) => {
  const engine = engineAt();
  return engine.project(subject, engine.facts(given));
};

describe('relations', () => {
  /** All non-empty sets over three points; composed relations must hold between them. */
  const SETS = [1, 2, 3, 4, 5, 6, 7];
  const between = (a: number, b: number): Relation | null => {
    if ((a & b) === 0) return null;
    if (a === b) return 'equal';
    if ((a & b) === a) return 'subset';
    return (a & b) === b ? 'superset' : 'intersects';
  };

  it('compose only to relations that hold between sets', () => {
    for (const a of SETS)
      for (const b of SETS)
        for (const c of SETS) {
          const [ab, bc] = [between(a, b), between(b, c)];
          if (!ab || !bc) continue;
          const composed = compose(ab, bc);
          if (composed !== 'intersects') expect(between(a, c)).toBe(composed);
        }
  });

  it('compose as in the table', () => {
    for (const relation of RELATIONS) {
      expect(compose('equal', relation)).toBe(relation);
      expect(compose(relation, 'equal')).toBe(relation);
      expect(compose('intersects', relation)).toBe('intersects');
      expect(inverse(inverse(relation))).toBe(relation);
    }
    expect(compose('subset', 'subset')).toBe('subset');
    expect(compose('subset', 'superset')).toBe('intersects');
  });
});

describe('laws', () => {
  test('a projection never claims more than relations allow', () => {
    fc.assert(
      fc.property(target, statements, (subject, given) => {
        const engine = engineAt();
        const { outcome, value, share } = engine.project(subject, engine.facts(given));
        if (outcome !== 'answer' || value !== 'yes') return;
        expect(share).toBeGreaterThanOrEqual(0.8);
        // A yes covers the target through its relations, or all its controls are met and cover it.
        const yes = given.filter((each) => each.value === 'yes');
        const provenBy = (controlId: string) =>
          yes.some((each) =>
            each.controls.some(
              (link) => link.controlId === controlId && isCovered(inverse(link.relation)),
            ),
          );
        const covered = subject.controls.some(
          ({ controlId, relation }) => isCovered(relation) && provenBy(controlId),
        );
        const applies = ({ controlId }: { controlId: string }) =>
          !given.some(
            (each) =>
              each.value === 'not_applicable' &&
              each.controls.some(
                (link) => link.controlId === controlId && link.relation === 'equal',
              ),
          );
        const whole =
          !subject.attestation &&
          subject.controls.filter(applies).every(({ controlId }) => provenBy(controlId));
        expect(covered || whole).toBe(true);
        const denies = given.some(
          (each) =>
            each.value === 'no' &&
            each.controls.some(
              (link) =>
                link.relation === 'equal' &&
                subject.controls.some(({ controlId }) => controlId === link.controlId),
            ),
        );
        expect(denies).toBe(false);
      }),
      runs,
    );
  });

  test('confidence is never above that of any statement, nor above 1', () => {
    fc.assert(
      fc.property(target, statements, (subject, given) => {
        const engine = engineAt();
        const { confidence, path } = engine.project(subject, engine.facts(given));
        const highest = Math.max(0, ...given.map((each) => each.confidence));
        expect(confidence).toBeLessThanOrEqual(highest + 0.001);
        for (const step of path) expect(step.confidence).toBeLessThanOrEqual(highest + 0.001);
      }),
      runs,
    );
  });

  test('the order and repetition of statements change nothing', () => {
    fc.assert(
      fc.property(target, statements, (subject, given) => {
        const engine = engineAt();
        const once = engine.project(subject, engine.facts(given));
        expect(engine.project(subject, engine.facts([...given].reverse()))).toEqual(once);
        expect(engine.project(subject, engine.facts([...given, ...given]))).toEqual(once);
      }),
      runs,
    );
  });

  test('a higher required share never answers more', () => {
    fc.assert(
      fc.property(target, statements, (subject, given) => {
        const [low, high] = [engineAt(0.5), engineAt(1)];
        const strict = high.project(subject, high.facts(given));
        if (strict.outcome !== 'answer' || strict.value !== 'yes') return;
        expect(low.project(subject, low.facts(given))).toMatchObject({
          outcome: 'answer',
          value: 'yes',
        });
      }),
      runs,
    );
  });

  test('without statements there is no answer', () => {
    fc.assert(
      fc.property(target, (subject) => {
        expect(engineAt().project(subject, new Map())).toMatchObject({
          outcome: 'none',
          value: null,
        });
      }),
      runs,
    );
  });
});

describe('a requirement', () => {
  it('is answered by the control that covers it', () => {
    expect(projected(asks({ 'AAA-01': 'subset' }), answered('yes', 'AAA-01'))).toMatchObject({
      outcome: 'answer',
      value: 'yes',
      share: 1,
      confidence: 0.9,
    });
  });

  it('is at most suggested when its controls do not cover it and a person must attest', () => {
    const touched = asks({ 'AAA-01': 'intersects' }, true);
    expect(projected(touched, answered('yes', 'AAA-01'))).toMatchObject({ outcome: 'none' });
    const whole = projected(asks({ 'AAA-01': 'superset' }, true), answered('yes', 'AAA-01'));
    expect(whole).toMatchObject({ outcome: 'suggestion', value: 'partially' });
  });

  it('is not answered below the share', () => {
    const subject = asks({ 'AAA-01': 'subset', 'AAA-02': 'subset' });
    expect(projected(subject, answered('yes', 'AAA-01'))).toMatchObject({
      outcome: 'suggestion',
      value: 'partially',
    });
    expect(
      engineAt(0.6).project(subject, engineAt().facts([answered('yes', 'AAA-01')])),
    ).toMatchObject({
      outcome: 'answer',
      value: 'yes',
    });
  });

  it('is not answered by an answer to less than its control', () => {
    const from = answered('yes', 'AAA-01', 'subset');
    expect(projected(asks({ 'AAA-01': 'subset' }), from)).toMatchObject({ outcome: 'suggestion' });
    const wider = answered('yes', 'AAA-01', 'superset');
    // A broad answer never proves a specific part.
    const part = projected(asks({ 'AAA-01': 'subset' }), wider);
    expect(part).toMatchObject({ outcome: 'suggestion', value: 'partially' });
    // A question that asks for all of the control and more has it as a part.
    expect(projected(asks({ 'AAA-01': 'superset' }), wider)).toMatchObject({
      outcome: 'answer',
      value: 'yes',
    });
  });

  it('is answered “partially” with an unmet part, and only suggested by a no to more than it asks', () => {
    const two = asks({ 'AAA-01': 'superset', 'AAA-02': 'superset' });
    expect(projected(two, answered('yes', 'AAA-01'), answered('no', 'AAA-02'))).toMatchObject({
      outcome: 'answer',
      value: 'partially',
    });
    expect(projected(asks({ 'AAA-01': 'subset' }), answered('no', 'AAA-01'))).toMatchObject({
      outcome: 'suggestion',
    });
    expect(projected(asks({ 'AAA-01': 'equal' }), answered('no', 'AAA-01'))).toMatchObject({
      outcome: 'answer',
      value: 'no',
    });
  });

  it('is in conflict when statements disagree', () => {
    const other = { ...answered('no', 'AAA-01'), assessmentId: 'b' };
    const { outcome, value, why, path } = projected(
      asks({ 'AAA-01': 'equal' }),
      answered('yes', 'AAA-01'),
      other,
    );
    expect({ outcome, value }).toEqual({ outcome: 'conflict', value: null });
    expect(why).toContain('AAA-01');
    // Both sides, for the person who resolves the conflict.
    expect(path.map((step) => step.value).sort()).toEqual(['no', 'yes']);
  });
});
