import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { propertyRuns } from '../../testing/property-runs.js';
import type { RowSpec } from '../../testing/prowler-rows.js';
import { createTestCore, scansToControlsAnd, type TestCore } from '../../testing/test-core.js';
import { TestTeam } from '../../testing/test-team.js';
import { driftBetween } from './episodes/drift.rules.js';
import { DEFAULT_DRIFT_SETTINGS } from './episodes/drift-settings.repository.js';
import { resolutionOf } from './episodes/resolution.rules.js';
import type { Drift } from './index.js';
import type { Moment } from './state/moment-reader.js';
import { partsOf, stateFrom } from './state/state-parts.js';
import type { ControlSnapshot, TeamState } from './state/team-state.js';

let core: TestCore;
let drift: Drift;
beforeAll(async () => {
  core = await createTestCore(scansToControlsAnd('drift'));
  drift = core.container.get('drift');
});
afterAll(() => core.close());

const CHECKS = ['iam_root_mfa_enabled', 's3_bucket_public_list_acl'];
/** The resources, of three, that fail each check in a report. */
const aReport = fc.tuple(fc.subarray(['a', 'b', 'c']), fc.subarray(['a', 'b', 'c']));

function rowsOf(failing: readonly string[][]): RowSpec[] {
  return CHECKS.flatMap((check, i) =>
    ['a', 'b', 'c'].map(
      (resource): RowSpec => ({
        check,
        resource,
        status: failing[i]?.includes(resource) ? 'FAIL' : 'PASS',
      }),
    ),
  );
}

async function shownEpisodes(team: TestTeam): Promise<string[]> {
  const { items } = await drift.episodes.list(team.actor, {}, { limit: 200 });
  return items
    .map(({ type, subject, status, count, from, to }) =>
      [type, subject, status, count, from, to].join(' '),
    )
    .sort();
}

test('episodes do not depend on how often a report is imported or detection runs', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aReport, { minLength: 1, maxLength: 4 }), async (reports) => {
      const [once, twice] = [new TestTeam(core), new TestTeam(core)];
      for (const [at, report] of reports.entries()) {
        await once.import(rowsOf(report), { at });
        for (let again = 0; again < 2; again += 1) await twice.import(rowsOf(report), { at });
        await drift.detection.detect(twice.actor);
      }
      expect(await shownEpisodes(twice)).toEqual(await shownEpisodes(once));
    }),
    { numRuns: propertyRuns(8, 3) },
  );
}, 300_000);

test('whatever happened before, a clean report leaves no episode open', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(aReport, { minLength: 1, maxLength: 4 }), async (reports) => {
      const team = new TestTeam(core);
      await team.import(rowsOf([]), { at: 0 });
      for (const [at, report] of reports.entries())
        await team.import(rowsOf(report), { at: at + 1 });
      await team.import(rowsOf([]), { at: 9 });
      const { items } = await drift.episodes.list(team.actor, { status: 'open' }, { limit: 200 });
      expect(items).toEqual([]);
    }),
    { numRuns: propertyRuns(8, 3) },
  );
}, 300_000);

const CONTROL = 'IAC-06';
const step = fc.oneof(
  { weight: 1, arbitrary: fc.record({ report: aReport }) },
  {
    weight: 3,
    arbitrary: fc.record({
      decide: fc.constantFrom('implemented', 'not_implemented', 'not_applicable', 'answer', null),
      days: fc.constantFrom(5, 20, null),
    }),
  },
  { weight: 1, arbitrary: fc.record({ attest: fc.constantFrom(5, 40) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      failShare: fc.constantFrom(0.2, 0.5, 0.9),
      evidenceDays: fc.constantFrom(20, 90),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ account: fc.constantFrom('111', '333'), declared: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ aim: fc.constantFrom(0, 1, 5) }) },
  {
    weight: 1,
    arbitrary: fc.record({ triage: fc.constantFrom('accepted', 'suppressed', 'open') }),
  },
  { weight: 3, arbitrary: fc.record({ wait: fc.constantFrom(1, 6, 31, 80) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Does what people and tools do; a rejected step changes nothing. */
async function take(team: TestTeam, todo: Step): Promise<unknown> {
  const { activation } = core.catalogue;
  const { controls, attestations, settings, scopes } = core.compliance;
  const { actor } = team;
  const now = core.clock.now();
  const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString();
  if ('report' in todo) return team.import(rowsOf(todo.report), { at: now.toISOString() });
  if ('decide' in todo) {
    const { decide, days } = todo;
    if (decide === null) return controls.withdraw(actor, CONTROL).catch(() => {});
    const end = days === null ? {} : { expiresAt: inDays(days) };
    const given = { justification: 'decided in a property', ...end };
    if (decide === 'not_applicable') {
      const agreed = { kind: decide, approver: 'somebody else' } as const;
      return controls.decide(actor, CONTROL, { ...agreed, ...given });
    }
    if (decide === 'answer') {
      return controls.decide(actor, CONTROL, { kind: decide, status: 'implemented', ...given });
    }
    return controls.decide(actor, CONTROL, {
      ...{ kind: 'override', status: decide as 'implemented' },
      ...given,
    });
  }
  if ('attest' in todo) {
    const [framework] = await core.compliance.posture.frameworks(actor);
    const { requirementStates } = await core.compliance.posture.framework(
      actor,
      framework?.id ?? '',
    );
    const id = requirementStates.find(({ attestationNeeded }) => attestationNeeded)?.id ?? '';
    const input = { statement: 'it is so', expiresAt: inDays(todo.attest) };
    return attestations.attest(actor, framework?.id ?? '', id, input);
  }
  if ('failShare' in todo) {
    return settings.changeSettings(actor, { ...(await settings.settings(actor)), ...todo });
  }
  if ('account' in todo) {
    const named = { provider: 'aws', accountId: todo.account };
    if (!todo.declared) return scopes.removeProfile(actor, named).catch(() => {});
    return scopes.profile(actor, named, { environment: null, tags: [] });
  }
  if ('aim' in todo) {
    for (const id of Object.keys(await team.scores())) {
      await activation.choose(actor, id, { targetScore: todo.aim });
    }
    return;
  }
  if ('triage' in todo) {
    const [finding] = await team.findings();
    return finding && team.triage(finding.id, todo.triage as 'open').catch(() => {});
  }
  core.clock.moveDays(todo.wait);
}

test('whatever happened, detection after detection finds nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
      const team = new TestTeam(core);
      await team.import(rowsOf([]), { at: core.clock.now().toISOString() });
      for (const todo of steps) {
        await take(team, todo);
        await core.compliance.engine.catchUp(team.actor);
        // One run resolves what is over and opens what replaces it.
        await drift.detection.detect(team.actor);
        const before = await shownEpisodes(team);
        for (let again = 0; again < 2; again += 1) {
          const changes = await drift.detection.detect(team.actor);
          expect([JSON.stringify(todo), changes, await shownEpisodes(team)]).toEqual([
            JSON.stringify(todo),
            0,
            before,
          ]);
        }
      }
    }),
    { numRuns: propertyRuns(10, 4) },
  );
}, 300_000);

const control = (changes: Partial<ControlSnapshot> = {}): ControlSnapshot => ({
  ...{ status: 'implemented', assurance: 'fresh', openFindings: 0, contradicted: false },
  ...{ failing: [], without: [], decision: null },
  ...changes,
});
const state = (changes: Partial<TeamState> = {}): TeamState => ({
  ruleVersion: '1',
  controls: new Map([['IAC-06', control()]]),
  frameworks: new Map(),
  attestations: new Map(),
  judging: null,
  results: null,
  ...changes,
});
const momentOf = (now: TeamState): Moment => ({
  state: now,
  catalogue: core.catalogue.shipped,
  reasons: new Map(),
  lapsed: new Map(),
  oldestEvidence: new Map(),
  targets: new Map([['f', 70]]),
  evidenceDays: 90,
  pending: false,
});
const score = (value: number) =>
  new Map([
    ['f', { name: 'F', score: value, coverage: 100, ceiling: 100, target: 70, requirements: {} }],
  ]);
const at = {
  settings: DEFAULT_DRIFT_SETTINGS,
  since: '',
  now: '2026-03-01T00:00:00.000Z',
  causes: new Map(),
  movedBySettings: new Set<string>(),
};
const compare = (before: TeamState | null, after: TeamState) =>
  driftBetween({ before, moment: momentOf(after), ...at });
const failing = control({ status: 'not_implemented', openFindings: 1, failing: ['t/c'] });

test('a change by a new definition is reported as such, never as a regression', () => {
  const after = state({ ruleVersion: '2', controls: new Map([['IAC-06', failing]]) });
  expect(compare(state(), after)).toMatchObject([
    { type: 'definition_changed', controls: ['IAC-06'], occurs: 'moment' },
  ]);
  expect(compare(state(), state({ ruleVersion: '2' }))).toEqual([]);
  const same = state({ controls: new Map([['IAC-06', failing]]) });
  expect(compare(state(), same).map(({ type }) => type)).toContain('control_regression');
});

test('the first detection finds no change', () => {
  expect(compare(null, state({ controls: new Map([['IAC-06', failing]]) }))).toEqual([]);
});

test('a score below its target opens an episode, resolved two points above the target', () => {
  const [signal] = compare(state({ frameworks: score(70) }), state({ frameworks: score(69.9) }));
  expect(signal).toMatchObject({ type: 'threshold_crossed', subject: 'f', from: '70', to: '69.9' });
  expect(compare(state({ frameworks: score(60) }), state({ frameworks: score(59) }))).toEqual([]);
  const event = {
    type: 'threshold_crossed' as const,
    subject: 'f',
    from: '70',
    cause: signal?.cause,
  };
  const end = (value: number) =>
    resolutionOf(event as Parameters<typeof resolutionOf>[0], {
      ...at,
      moment: momentOf(state({ frameworks: score(value) })),
      before: null,
      definitionChanged: false,
    });
  expect(end(71.9)).toBeNull();
  expect(end(72)?.kind).toBe('evidence');
});

test('an account without reports is lost coverage, not a regression', () => {
  const less = control({ status: 'partial', without: ['aws/2'] });
  const [signal] = compare(state(), state({ controls: new Map([['IAC-06', less]]) }));
  expect(signal).toMatchObject({ type: 'coverage_lost', cause: { accounts: ['aws/2'] } });
  const none = control({ status: 'not_assessed', assurance: 'none' });
  expect(compare(state(), state({ controls: new Map([['IAC-06', none]]) }))).toMatchObject([
    { type: 'coverage_lost' },
  ]);
});

test('a state reassembled from its parts is the same', () => {
  const whole = state({
    frameworks: score(50),
    attestations: new Map([['f/1', '2027-01-01T00:00:00.000Z']]),
    results: new Map([
      ['prowler/aws/1', new Map([['constructor', 2]])],
      ['zap/web/example.org/a', new Map()],
    ]),
  });
  const { manifest, parts } = partsOf(whole, () => 'IAC');
  expect(stateFrom(manifest.ruleVersion, parts)).toEqual(whole);
  expect(partsOf(whole, () => 'IAC').manifest.hash).toBe(manifest.hash);
});
