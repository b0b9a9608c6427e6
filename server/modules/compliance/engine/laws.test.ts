import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ControlDecision, ControlStatus } from '../../../../contract/compliance.js';
import { SEVERITIES } from '../../../../contract/severity.js';
import { Catalogue, type Control } from '../../catalogue/common-controls/catalogue.js';
import { gainOf, postureOf } from '../posture/posture.rules.js';
import { type ControlEvidence, statusOf } from './control-status.rules.js';
import {
  type CheckTally,
  type Counts,
  DEFAULT_STATUS_SETTINGS,
  type TallyMatch,
  totalOf,
} from './evidence.rules.js';
import type { ProofReading } from './proof-checklist.rules.js';

const now = '2026-06-01T00:00:00.000Z';
const IDS = ['GOV-01', 'GOV-02', 'GOV-03', 'GOV-04'];
const SCOPE = ['111', '222'];

/** Four controls in two frameworks, with shared, single and empty sets. */
const catalogue = new Catalogue({
  domains: [],
  version: 'test',
  controls: IDS.map(
    (id, at): Control => ({
      id,
      domain: 'GOV',
      title: id,
      intent: id,
      weight: [10, 3, 7, 1][at] ?? 1,
      kind: 'technology',
      cadence: 'annual',
      keywords: [],
      negative: [],
    }),
  ),
  frameworks: ['one', 'two'].map((id, odd) => ({
    id,
    name: id,
    version: '1',
    publisher: 'us',
    about: 'test',
    sections: [],
    requirements: [[0], [0, 1], [1, 2, 3], [odd], [2 + odd, 0], []].map((set, at) => ({
      id: `${at}`,
      section: 's',
      title: 't',
      attestation: set.length === 0 || (at + odd) % 3 === 0,
      controls: set.map((control) => ({
        controlId: IDS[control] ?? '',
        relation: 'equal' as const,
        method: 'curated' as const,
      })),
    })),
  })),
});

const count = fc.integer({ min: 0, max: 4 });
const counts: fc.Arbitrary<Counts> = fc.oneof(
  fc.constant({}),
  fc.record({ low: count }),
  fc.record(Object.fromEntries(SEVERITIES.map((severity) => [severity, count]))),
);
const tally: fc.Arbitrary<TallyMatch> = fc
  .record({
    checkId: fc.constantFrom('a', 'b', 'c'),
    accountId: fc.constantFrom(...SCOPE, '333'),
    complete: fc.boolean(),
    pass: counts,
    fail: fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: counts }),
    unknown: fc.constantFrom(0, 0, 1),
    tier: fc.constantFrom(1, 2, 3, 4),
    relation: fc.constantFrom(undefined, 'subset', 'intersects'),
  })
  .map(({ tier, relation, ...rest }) => ({
    match: {
      ...{ tier: tier as 1 | 2 | 3 | 4, confidence: 0.5, text: '', edges: [], tokens: [] },
      relation: relation as 'subset' | 'intersects' | undefined,
    },
    tally: { tool: 't', title: '', lastSeenAt: now, exempt: 0, ...rest },
  }));
const decision: fc.Arbitrary<ControlDecision | null> = fc.option(
  fc.record({
    kind: fc.constantFrom('override', 'answer'),
    status: fc.constantFrom('implemented', 'partial', 'not_implemented'),
    justification: fc.constant('because'),
    actor: fc.constant('ana'),
    at: fc.constant(now),
    expiresAt: fc.constant(null),
  }),
  { freq: 3 },
);
const proofOf = (isProven: boolean): ProofReading => ({
  ...{ isProven, lapsedAt: null, by: 'scans', items: [], shown: 0 },
  ...{ without: [], unsurveyed: [], unconcerned: new Set<string>(), facts: [] },
});
const proof = fc.constantFrom(proofOf(true), proofOf(true), proofOf(false));
const evidence = fc.record({ tallies: fc.array(tally, { maxLength: 6 }), decision, proof }).map(
  (given): ControlEvidence => ({
    ...given,
    scope: SCOPE,
    now,
    settings: DEFAULT_STATUS_SETTINGS,
  }),
);
/** The evidence of each of the four controls, and the attested requirements. */
const world = fc.record({
  controls: fc.tuple(evidence, evidence, evidence, evidence),
  attested: fc.array(fc.integer({ min: 0, max: 5 })),
});

type World = { controls: ControlEvidence[]; attested: number[] };

function scores({ controls, attested }: World) {
  const states = new Map<string, ControlStatus>();
  controls.forEach((given, at) => {
    states.set(IDS[at] ?? '', statusOf(given).status);
  });
  const inputs = {
    catalogue,
    statusOf: (id: string) => states.get(id),
    attested: (_: string, id: string) => attested.includes(Number(id)),
  };
  const postures = [...catalogue.frameworks.values()].map((each) => postureOf(each, inputs));
  return { postures, inputs, states };
}

function withoutDecisions({ controls, attested }: World): World {
  return { attested, controls: controls.map((each) => ({ ...each, decision: null })) };
}

/** The value of a control in a score. */
function worth(given: ControlEvidence): number {
  const { status } = statusOf(given);
  return status === 'implemented' ? 1 : status === 'partial' ? 0.5 : 0;
}

/** Changes one tally of one control; no control and no framework may end up higher. */
function neverRaises(
  change: (tally: CheckTally) => CheckTally,
  { every = false, undecided = false } = {},
) {
  fc.assert(
    fc.property(world, fc.nat(3), fc.nat(5), (drawn, control, at) => {
      const before: World = undecided ? withoutDecisions(drawn) : drawn;
      const after: World = structuredClone(before);
      const given = after.controls[control];
      if (given === undefined) return;
      given.tallies = given.tallies.map((each, index) =>
        every || index === at ? { ...each, tally: change(each.tally) } : each,
      );
      const was = before.controls[control];
      if (was !== undefined) expect(worth(given)).toBeLessThanOrEqual(worth(was));
      const raised = scores(after).postures;
      scores(before).postures.forEach(({ score }, framework) => {
        expect(raised[framework]?.score).toBeLessThanOrEqual(score ?? 0);
      });
    }),
    { numRuns: 400 },
  );
}

describe('no score is raised by', () => {
  it.each(SEVERITIES)('a further %s fail', (severity) =>
    neverRaises((of) => ({
      ...of,
      fail: { ...of.fail, [severity]: (of.fail[severity] ?? 0) + 1 },
    })),
  );
  it('muting, suppressing or accepting fails', () =>
    neverRaises((of) => ({ ...of, exempt: totalOf(of.fail) })));
  it('a pass that becomes unknown', () =>
    neverRaises((of) => ({ ...of, pass: {}, unknown: of.unknown + totalOf(of.pass) })));
  it('another unknown result', () => neverRaises((of) => ({ ...of, unknown: of.unknown + 1 })));
  it('one check of an account losing its passes', () => neverRaises((of) => ({ ...of, pass: {} })));
  it('an account losing its passes', () =>
    neverRaises((of) => (of.accountId === '111' ? { ...of, pass: {} } : of), { every: true }));
  it('truncating a report', () => neverRaises((of) => ({ ...of, complete: false })));
  it('truncating the only reports, whatever is lost', () =>
    neverRaises((of) => ({ ...of, complete: false, fail: {} }), {
      every: true,
      undecided: true,
    }));

  it('a failing check of an account without results before', () => {
    fc.assert(
      fc.property(evidence, tally, (given, { tally: more, match }) => {
        const fail = { ...more.fail, low: (more.fail.low ?? 0) + 1 };
        const added = { match, tally: { ...more, pass: {}, fail } };
        const after = { ...given, tallies: [...given.tallies, added] };
        expect(worth(after)).toBeLessThanOrEqual(worth(given));
      }),
    );
  });
});

describe('a control', () => {
  it('is never implemented by text or domain alone', () => {
    fc.assert(
      fc.property(fc.array(tally), (tallies) => {
        const weak = tallies.map(({ tally: each, match }) => ({
          tally: each,
          match: { ...match, tier: match.tier > 2 ? match.tier : (3 as const) },
        }));
        const settings = DEFAULT_STATUS_SETTINGS;
        const given = {
          tallies: weak,
          scope: SCOPE,
          decision: null,
          now,
          settings,
          proof: proofOf(true),
        };
        expect(worth(given)).toBe(0);
      }),
    );
  });

  it('is never implemented by checks that merely touch it', () => {
    fc.assert(
      fc.property(fc.array(tally), (tallies) => {
        const touching = tallies.map(({ tally: each, match }) => ({
          tally: each,
          match: { ...match, relation: 'intersects' as const },
        }));
        const settings = DEFAULT_STATUS_SETTINGS;
        const decided = { decision: null, now, settings, proof: proofOf(true) };
        const given = { tallies: touching, scope: SCOPE, ...decided };
        expect(statusOf(given).status).toBe('not_assessed');
      }),
    );
  });

  it('does not depend on the order of results', () => {
    fc.assert(
      fc.property(evidence, (given) => {
        const turned = { ...given, tallies: [...given.tallies].reverse(), scope: ['222', '111'] };
        const { explanation, ...verdict } = statusOf(given);
        const { explanation: other, ...same } = statusOf(turned);
        expect(same).toEqual(verdict);
        expect(other.whatWouldChangeIt).toEqual(explanation.whatWouldChangeIt);
      }),
    );
  });
});

describe('a score', () => {
  it('is at most the ceiling, and meets it exactly at full coverage', () => {
    fc.assert(
      fc.property(world, (given) => {
        for (const { score, ceiling, coverage, requirementPostures } of scores(given).postures) {
          expect(score ?? 0).toBeLessThanOrEqual(ceiling ?? 0);
          if (coverage === 100) expect(score).toBe(ceiling);
          else expect(score).toBeLessThan(ceiling ?? 0);
          for (const each of requirementPostures) {
            expect(each.value === each.ceiling).toBe(each.coverage === 1);
          }
        }
      }),
    );
  });

  it('gains the predicted points when a control becomes implemented', () => {
    fc.assert(
      fc.property(world, fc.constantFrom(...IDS), (given, controlId) => {
        const { postures, inputs, states } = scores(given);
        const gains = gainOf(controlId, inputs);
        states.set(controlId, 'implemented');
        [...catalogue.frameworks.values()].forEach((framework, at) => {
          const after = postureOf(framework, inputs).score ?? 0;
          const gain = gains.find(({ id }) => id === framework.id)?.gain ?? 0;
          expect(Math.abs(after - (postures[at]?.score ?? 0) - gain)).toBeLessThan(0.12);
        });
      }),
    );
  });
});
