import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { CONTROL_STATUSES, type ControlStatus } from '../../../../contract/compliance.js';
import { propertyRuns } from '../../../testing/property-runs.js';
import { loadCatalogue } from '../../catalogue/common-controls/catalogue.js';
import type { Attestation } from '../attestations/attestation.js';
import type { ControlStanding } from './control-standing.js';
import { postureOf } from './posture.rules.js';
import { requirementView, type ShownPosture } from './requirement-view.rules.js';
import { teamInputs } from './team-inputs.rules.js';

const catalogue = loadCatalogue();
const frameworkOf = (id: string) => {
  const framework = catalogue.frameworks.get(id);
  if (!framework) throw new Error(`no framework ${id}`);
  return framework;
};
const iso = frameworkOf('iso-27001-2022');
const soc2 = frameworkOf('soc2-tsc-2017');

type Said = Pick<Attestation, 'answer' | 'unsupported' | 'values'>;
const saidTo = (requirementId: string, said: Said, frameworkId = iso.id): Attestation => ({
  ...{ id: requirementId, teamId: 't', frameworkId, requirementId, statement: 'See the policy.' },
  ...{ actor: 'Ada', at: '2026-01-01', expiresAt: '2027-01-01', ...said },
});
const toAll = (said: Said) => iso.requirements.map(({ id }) => saidTo(id, said));
const YES: Said = { answer: 'yes' };
const EMPTY: Said = { answer: 'yes', unsupported: true };

function inputsOf(given: Attestation[], controls: Record<string, Partial<ControlStanding>> = {}) {
  const standings = new Map(
    Object.entries(controls).map(([id, standing]) => [
      id,
      { status: 'not_assessed' as const, incomplete: false, stated: [], ...standing },
    ]),
  );
  const facts = { catalogue, library: catalogue, scopeOf: () => '', given };
  return teamInputs({ ...facts, standings: new Map([['', standings]]) });
}
const scoresOf = (given: Attestation[], controls = {}) => {
  const inputs = inputsOf(given, controls);
  return { iso: postureOf(iso, inputs), soc2: postureOf(soc2, inputs) };
};
const requirementOf = (id: string, inputs: ReturnType<typeof inputsOf>, framework = iso) =>
  postureOf(framework, inputs).requirementPostures.find((each) => each.id === id);

describe('a yes to every requirement of ISO 27001', () => {
  it('with an explanation meets ISO, and SOC 2 in part only', () => {
    const { iso: own, soc2: other } = scoresOf(toAll(YES));
    expect(own).toMatchObject({ score: 100, ceiling: 100 });
    expect(other.score).toBeGreaterThan(10);
    expect(other.score).toBeLessThanOrEqual(50);
    expect(other).toMatchObject({ ceiling: 100, requirements: { satisfied: 0, failing: 0 } });
  });

  it('without explanation and evidence counts as partial there, and for nothing elsewhere', () => {
    const { iso: own, soc2: other } = scoresOf(toAll(EMPTY));
    expect(own).toMatchObject({ score: 50, ceiling: 100, requirements: { satisfied: 0 } });
    expect(other).toMatchObject({ score: 0, coverage: 0 });
  });
});

describe('an answer to a requirement', () => {
  const lifting = /equal|superset/;
  const elsewhereOf = (controlId: string) =>
    catalogue.requirementsOf(controlId).find(({ framework }) => framework.id !== iso.id);
  const requirement = iso.requirements.find(
    ({ controls: all }) =>
      all.length > 1 &&
      all.some((edge) => lifting.test(edge.relation) && elsewhereOf(edge.controlId)),
  );
  const { id = '', controls = [] } = requirement ?? {};
  const [first] = controls.map(({ controlId }) => controlId);

  it('never hides failing evidence, nor what a person decided about a control', () => {
    for (const status of ['not_implemented', 'partial'] as const) {
      const inputs = inputsOf([saidTo(id, YES)], { [first ?? '']: { status } });
      const expected = status === 'partial' ? 'partial' : 'failing';
      expect(requirementOf(id, inputs)?.status).toBe(expected);
    }
  });

  it('counts where evidence passes without proving the whole', () => {
    const unproven = { [first ?? '']: { status: 'partial' as const, incomplete: true } };
    expect(requirementOf(id, inputsOf([saidTo(id, YES)], unproven))?.status).toBe('satisfied');
    expect(requirementOf(id, inputsOf([saidTo(id, EMPTY)], unproven))?.status).toBe('partial');
  });

  it('of no fails it, also where its controls cover it', () => {
    for (const each of iso.requirements) {
      const inputs = inputsOf([saidTo(each.id, { answer: 'no' })]);
      expect(requirementOf(each.id, inputs)?.status).toBe('failing');
    }
  });

  it('is shown with what it decides, here and elsewhere', () => {
    const inputs = inputsOf([saidTo(id, YES)]);
    const view = (framework: typeof iso, requirementId: string) => {
      const asked = framework.requirements.find((each) => each.id === requirementId);
      const shown: ShownPosture = {
        ...{ ...inputs, library: catalogue, outdated: new Map() },
        attestations: new Map([[`${iso.id}/${id}`, saidTo(id, YES)]]),
      };
      if (!asked) throw new Error('no such requirement');
      return requirementView(
        framework,
        asked,
        requirementOf(requirementId, inputs, framework),
        shown,
      );
    };
    expect(view(iso, id)).toMatchObject({
      answer: { value: 'yes', unsupported: false },
      controls: controls.map(() => ({ status: 'not_assessed', countsAs: 'implemented' })),
    });
    const lifted = controls.filter(({ relation }) => lifting.test(relation));
    const [elsewhere] = lifted.flatMap(({ controlId }) => elsewhereOf(controlId) ?? []);
    const there = view(elsewhere?.framework ?? soc2, elsewhere?.requirement.id ?? '');
    expect(there.answer).toBeUndefined();
    expect(there.controls).toContainEqual(
      expect.objectContaining({
        countsAs: 'partial',
        because: `from your answer to ${iso.name} ${id}; partial until somebody confirms it here`,
      }),
    );
  });
});

describe('laws', () => {
  const said = fc.record({
    at: fc.nat(),
    framework: fc.constantFrom(iso, soc2),
    answer: fc.constantFrom('yes' as const, 'partially' as const, 'no' as const),
    unsupported: fc.boolean(),
  });
  const answers = fc.array(said, { maxLength: 40 }).map((all) => [
    ...new Map(
      all.map(({ at, framework, answer, unsupported }) => {
        const id = framework.requirements[at % framework.requirements.length]?.id ?? '';
        const text = unsupported && answer === 'yes' ? { answer, unsupported } : { answer };
        return [`${framework.id}/${id}`, saidTo(id, text, framework.id)] as const;
      }),
    ).values(),
  ]);
  const status = fc.constantFrom<ControlStatus>(...CONTROL_STATUSES);
  const ids = [
    ...new Set(
      [...iso.requirements, ...soc2.requirements].flatMap((r) =>
        r.controls.map((c) => c.controlId),
      ),
    ),
  ];
  const controls = fc.dictionary(
    fc.constantFrom(...ids),
    fc.record({ status, incomplete: fc.boolean() }),
    { maxKeys: 60 },
  );
  const runs = { numRuns: propertyRuns(300, 40) };

  test('an answer never satisfies a requirement of another framework, nor raises its ceiling', () => {
    fc.assert(
      fc.property(answers, controls, (given, states) => {
        const without = postureOf(
          soc2,
          inputsOf(
            given.filter((each) => each.frameworkId === soc2.id),
            states,
          ),
        );
        const after = postureOf(soc2, inputsOf(given, states));
        expect(after.ceiling ?? 0).toBeLessThanOrEqual(without.ceiling ?? 0);
        for (const [at, { status: now }] of after.requirementPostures.entries()) {
          if (now === 'satisfied')
            expect(without.requirementPostures[at]?.status).toBe('satisfied');
        }
      }),
      runs,
    );
  });

  test('the floor is never above the ceiling, and they meet at full coverage', () => {
    fc.assert(
      fc.property(answers, controls, (given, states) => {
        for (const framework of [iso, soc2]) {
          const { score, ceiling, coverage } = postureOf(framework, inputsOf(given, states));
          if (score === null || ceiling === null) continue;
          expect(score).toBeLessThanOrEqual(ceiling);
          if (coverage === 100) expect(score).toBe(ceiling);
        }
      }),
      runs,
    );
  });

  test('an explanation never lowers a score, and an empty answer never counts as an explained one', () => {
    fc.assert(
      fc.property(answers, controls, (given, states) => {
        const explained = given.map(({ unsupported: _, ...rest }) => rest);
        for (const framework of [iso, soc2]) {
          const empty = postureOf(framework, inputsOf(given, states)).score ?? 0;
          const full = postureOf(framework, inputsOf(explained, states)).score ?? 0;
          expect(full).toBeGreaterThanOrEqual(empty);
        }
      }),
      runs,
    );
  });
});
