import { describe, expect, it } from 'vitest';
import type { ControlStatus, Relation } from '../../../../contract/compliance.js';
import { Catalogue, loadCatalogue } from '../../catalogue/common-controls/catalogue.js';
import { isCounted } from '../../catalogue/common-controls/counted.rules.js';
import { gainOf, postureOf, requirementOf, weightsOf } from './posture.rules.js';

const shipped = loadCatalogue();
const [someControl] = shipped.controls.values();

/** A framework `f` whose requirements name controls by `A` weight 10, `B` weight 6, `C` weight 2. */
function posture(
  requirements: { set: string; attestation?: boolean }[],
  states: Record<string, ControlStatus>,
  attested = false,
) {
  if (someControl === undefined) throw new Error('no controls');
  const weights: [string, number][] = [
    ['A', 10],
    ['B', 6],
    ['C', 2],
  ];
  const catalogue = new Catalogue({
    version: 'test',
    domains: [],
    controls: weights.map(([id, weight]) => ({ ...someControl, id, weight })),
    frameworks: [
      {
        id: 'f',
        name: 'f',
        version: '1',
        publisher: 'us',
        about: '',
        sections: [],
        requirements: requirements.map(({ set, attestation = false }, at) => ({
          id: `${at + 1}`,
          section: '1',
          title: set,
          attestation,
          controls: [...set].map((controlId) => ({
            controlId,
            relation: 'subset' as Relation,
            method: 'curated' as const,
          })),
        })),
      },
    ],
  });
  const inputs = { catalogue, statusOf: (id: string) => states[id], attested: () => attested };
  const framework = catalogue.frameworks.get('f');
  if (framework === undefined) throw new Error('no framework');
  return { ...postureOf(framework, inputs), inputs, framework };
}

describe('a requirement', () => {
  it.each<[string, Record<string, ControlStatus>, string]>([
    ['satisfied', { A: 'implemented', B: 'implemented' }, 'AB'],
    ['failing', { A: 'implemented', B: 'not_implemented' }, 'AB'],
    ['partial', { A: 'implemented', B: 'partial' }, 'AB'],
    ['partial', { A: 'implemented' }, 'AB'],
    ['not_assessed', {}, 'AB'],
    ['satisfied', { A: 'implemented', B: 'not_applicable' }, 'AB'],
    ['not_applicable', { A: 'not_applicable' }, 'A'],
    ['not_assessed', {}, 'A'],
  ])('is %s with %j', (status, states, set) => {
    expect(posture([{ set }], states).requirementPostures[0]?.status).toBe(status);
  });

  it('is the weighted mean of its set, and weighs as its heaviest control', () => {
    const [only] = posture([{ set: 'AB' }], { A: 'implemented', B: 'partial' }).requirementPostures;
    expect(only).toMatchObject({ value: 13 / 16, ceiling: 13 / 16, coverage: 1, weight: 10 });
  });

  it('has a needed attestation as a member of weight 5', () => {
    const requirements = [{ set: 'A', attestation: true }];
    const open = posture(requirements, { A: 'implemented' }).requirementPostures[0];
    expect(open).toMatchObject({ status: 'partial', value: 10 / 15, ceiling: 1 });
    const done = posture(requirements, { A: 'implemented' }, true).requirementPostures[0];
    expect(done).toMatchObject({ status: 'satisfied', value: 1, coverage: 1 });
  });

  it('without controls weighs 5 and needs its attestation', () => {
    const [only] = posture([{ set: '', attestation: true }], {}).requirementPostures;
    expect(only).toMatchObject({ status: 'not_assessed', weight: 5, value: 0, ceiling: 1 });
  });

  it('whose controls are all not applicable still needs its attestation', () => {
    const [only] = posture([{ set: 'A', attestation: true }], {
      A: 'not_applicable',
    }).requirementPostures;
    expect(only).toMatchObject({ status: 'not_assessed', coverage: 0 });
  });
});

describe('a framework', () => {
  it('is scored over all its requirements, with the unknown as 0 and as 1', () => {
    const all = posture([{ set: 'A' }, { set: 'B' }, { set: 'C' }], {
      A: 'implemented',
      B: 'partial',
    });
    expect(all).toMatchObject({ score: 72.2, coverage: 88.9, ceiling: 83.3, band: 'green' });
    expect(all.requirements).toMatchObject({ total: 3, satisfied: 1, partial: 1, notAssessed: 1 });
  });

  it('excludes what is not applicable, and has no score when nothing remains', () => {
    const some = posture([{ set: 'A' }, { set: 'B' }], { A: 'not_applicable', B: 'implemented' });
    expect(some).toMatchObject({ score: 100, coverage: 100, ceiling: 100 });
    const none = posture([{ set: 'A' }], { A: 'not_applicable' });
    expect(none).toMatchObject({ score: null, coverage: null, ceiling: null, band: 'none' });
  });

  it.each<[string, ControlStatus | undefined]>([
    ['none', undefined],
    ['red', 'not_implemented'],
    ['amber', 'partial'],
    ['green', 'implemented'],
  ])('is %s when its only control is %s', (band, status) => {
    expect(posture([{ set: 'A' }], status ? { A: status } : {}).band).toBe(band);
  });

  it('is 100 only for a perfect score', () => {
    const many = Array.from({ length: 4_000 }, () => ({ set: 'A' }));
    const states: Record<string, ControlStatus> = { A: 'implemented', C: 'partial' };
    expect(posture([...many, { set: 'C' }], states).score).toBe(99.9);
    expect(posture(many, states).score).toBe(100);
  });
});

describe('the gain of a control', () => {
  it('is the points its implementation adds', () => {
    const { inputs, framework } = posture([{ set: 'A' }, { set: 'AB' }], { B: 'implemented' });
    const [gain] = gainOf('A', inputs);
    expect(gain?.id).toBe('f');
    const fixed = { ...inputs, statusOf: () => 'implemented' as const };
    const before = postureOf(framework, inputs).score ?? 0;
    expect(gain?.gain).toBeCloseTo((postureOf(framework, fixed).score ?? 0) - before, 0);
    expect(gainOf('B', inputs)).toEqual([]);
    expect(gainOf('A', { ...inputs, statusOf: () => 'not_applicable' })).toEqual([]);
  });

  it('is computed for all shipped controls within a second', () => {
    const inputs = { catalogue: shipped, statusOf: () => undefined, attested: () => false };
    const weights = weightsOf(inputs);
    for (const { id } of shipped.controls.values()) {
      const counted = shipped
        .requirementsOf(id)
        .filter(({ requirement }) => isCounted(requirement));
      const served = new Set(counted.map(({ framework }) => framework.id));
      expect(gainOf(id, inputs, weights).length, id).toBe(served.size);
    }
  });

  it('does not change requirements', () => {
    const { inputs, framework } = posture([{ set: 'A' }], {});
    const [first] = framework.requirements;
    if (first === undefined) throw new Error('no requirement');
    gainOf('A', inputs);
    expect(requirementOf(framework, first, inputs).value).toBe(0);
  });
});
