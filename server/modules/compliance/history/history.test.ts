import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../../platform/errors.js';
import { propertyRuns } from '../../../testing/property-runs.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { type ControlChange, engineRan } from '../compliance.events.js';
import { EngineRunsRepository } from '../engine/engine-runs.repository.js';
import { ScoreHistoryRepository } from './score-history.repository.js';

let core: TestCore;
beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
});
afterAll(() => core.close());

const CONTROL = 'CRY-09';
const HOUR = 1 / 24;
const none = { accounts: [], environments: [], tags: [] };
const inDays = (days: number) =>
  new Date(core.clock.now().getTime() + days * 86_400_000).toISOString();
const now = () => core.clock.now().toISOString();

const step = fc.oneof(
  fc.record({
    rows: fc.array(
      fc.record({
        check: fc.constantFrom('kms_cmk_are_used', 's3_bucket_object_versioning'),
        resource: fc.constantFrom('a', 'b'),
        account: fc.constantFrom('111', '222'),
        status: fc.constantFrom('PASS', 'FAIL'),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  }),
  fc.record({
    decide: fc.constantFrom('override', 'answer', 'withdraw'),
    days: fc.constantFrom(0.5, 3),
  }),
  fc.record({ attest: fc.constantFrom(0.3, 2) }),
  fc.record({ scope: fc.constantFrom('111', '222', null) }),
  fc.record({ wait: fc.constantFrom(HOUR, 0.6, 60) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function perform(team: TestTeam, todo: Step, at: number): Promise<void> {
  const { controls, engine, attestations, scopes } = core.compliance;
  if ('rows' in todo) {
    const unique = new Map(
      todo.rows.map((row) => [`${row.check} ${row.resource} ${row.account}`, row]),
    );
    await team.import([...unique.values()] as Parameters<TestTeam['import']>[0], { at });
  } else if ('decide' in todo) {
    const input = {
      status: 'partial',
      justification: 'we do it',
      expiresAt: inDays(todo.days),
    } as const;
    if (todo.decide === 'withdraw') await controls.withdraw(team.actor, CONTROL).catch(() => {});
    else await controls.decide(team.actor, CONTROL, { kind: todo.decide as 'answer', ...input });
  } else if ('attest' in todo) {
    const { frameworkId, requirementId } = await attestable(team);
    const given = { statement: 'it is so', expiresAt: inDays(todo.attest) };
    await attestations.attest(team.actor, frameworkId, requirementId, given);
  } else if ('scope' in todo) {
    const { frameworkId } = await attestable(team);
    const accounts = todo.scope ? [`aws/${todo.scope}`] : [];
    const definition = { include: { ...none, accounts }, exclude: none };
    await scopes.setScope(team.actor, frameworkId, definition);
  } else {
    core.clock.moveDays(todo.wait);
    await engine.catchUp(team.actor);
  }
}

async function attestable(team: TestTeam) {
  for (const { id: frameworkId } of await core.compliance.posture.frameworks(team.actor)) {
    const { requirementStates } = await core.compliance.posture.framework(team.actor, frameworkId);
    const open = requirementStates.find(({ attestationNeeded }) => attestationNeeded);
    if (open) return { frameworkId, requirementId: open.id };
  }
  throw new Error('no requirement needs an attestation');
}

async function shownNow(team: TestTeam) {
  const { frameworks, controls } = await core.compliance.posture.overview(team.actor);
  const summaries = frameworks.map(
    ({ id, name, version, band, score, coverage, ceiling, passing, requirements }) => {
      return { id, name, version, band, score, coverage, ceiling, passing, requirements };
    },
  );
  return { controls, frameworks: summaries.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

async function shownAt(team: TestTeam, at: string) {
  const { frameworks, controls } = await core.compliance.history.postureAt(team.actor, at);
  const summaries = frameworks.map(
    ({ frameworkId: id, name, version, band, passing, ...figures }) => {
      const { score, coverage, ceiling, requirements } = figures;
      return { id, name, version, band, score, coverage, ceiling, passing, requirements };
    },
  );
  return { controls, frameworks: summaries.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

describe('the posture of a past moment', () => {
  it('equals what was shown then, whatever happened since; a full run changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 7 }), async (steps) => {
        const team = new TestTeam(core);
        await core.compliance.engine.catchUp(team.actor);
        const shown: [string, Awaited<ReturnType<typeof shownNow>>][] = [];
        for (const [at, todo] of steps.entries()) {
          core.clock.moveDays(HOUR);
          await perform(team, todo, at);
          await core.compliance.engine.catchUp(team.actor);
          shown.push([now(), await shownNow(team)]);
        }
        await core.compliance.engine.sync(team.actor);
        for (const [at, then] of shown) expect(await shownAt(team, at)).toEqual(then);
        expect(await core.compliance.engine.verify(team.actor)).toEqual([]);
      }),
      { numRuns: propertyRuns(6, 3) },
    );
  }, 300_000);

  it('is rejected for the future, and empty before the first run', async () => {
    const team = new TestTeam(core);
    const { history } = core.compliance;
    await expect(history.postureAt(team.actor, inDays(1))).rejects.toThrow(InvalidInputError);
    await core.compliance.engine.catchUp(team.actor);
    expect((await history.postureAt(team.actor, inDays(-1))).frameworks).toEqual([]);
  });
});

describe('a series of scores', () => {
  it('holds each score until the next, at evenly spaced moments', async () => {
    const team = new TestTeam(core);
    const from = now();
    const key = { check: 'kms_cmk_are_used', resource: 'a' };
    await team.import([{ ...key, status: 'PASS' }], { at: from });
    const before = await team.scores();
    core.clock.moveDays(1);
    await team.import([{ ...key, status: 'FAIL' }], { at: now() });
    const after = await team.scores();
    core.clock.moveDays(1);
    const [framework] = Object.keys(before).filter((id) => before[id] !== after[id]);
    if (!framework) throw new Error('no score moved');
    const { history } = core.compliance;
    const items = await history.series(team.actor, { framework, from, points: 5 });
    expect(items.map(({ score }) => score)).toEqual(
      [before, before, after, after, after].map((scores) => scores[framework]),
    );
    const changes = await history.series(team.actor, { framework, from });
    expect(changes.map(({ score }) => score)).toEqual([before[framework], after[framework]]);
  });
});

describe('the share of passing results', () => {
  const framework = 'nist-800-53-r5';
  const key = (resource: string, status: 'PASS' | 'FAIL') =>
    ({ check: 'kms_cmk_are_used', severity: 'Critical', resource, status }) as const;

  it('is recorded with each fix, also where it moves no score', async () => {
    const team = new TestTeam(core);
    const from = now();
    const import_ = (b: 'PASS' | 'FAIL') =>
      team.import([key('a', 'FAIL'), key('b', b)], { at: now() });
    await import_('FAIL');
    core.clock.moveDays(1);
    await import_('PASS');
    const [finding] = await team.findings({ status: ['open'] });
    core.clock.moveDays(1);
    await team.triage(finding?.id ?? '', 'suppressed');
    const items = await core.compliance.history.series(team.actor, { framework, from });
    const [first] = items;
    expect(items.map(({ score }) => score)).toEqual([first?.score, first?.score]);
    expect(items.map(({ passing }) => passing)).toEqual([0, 50]);
  });

  it('is unknown for points of earlier releases', async () => {
    const team = new TestTeam(core);
    const [point] = await core.compliance.history.series(team.actor, { framework });
    const from = now();
    core.clock.moveDays(1);
    await team.import([key('a', 'FAIL')], { at: now() });
    const scores = core.platform.repositories.create(ScoreHistoryRepository);
    const { passing: _, ...older } = { ...point, frameworkId: framework, at: from };
    type Stored = Parameters<ScoreHistoryRepository['append']>[2][number];
    await scores.append(team.actor, from, [{ ...older, until: now(), active: true } as Stored]);
    const items = await core.compliance.history.series(team.actor, { framework, from });
    expect(items.map(({ passing }) => passing)).toEqual([null, 0]);
  });
});

describe('the cause of a change', () => {
  it('is recorded as results, decisions or time, and never as the team after an update', async () => {
    const team = new TestTeam(core);
    const seen: Pick<ControlChange, 'cause'>['cause'][] = [];
    core.platform.events.on(engineRan, ({ teamId, changes }) => {
      if (teamId !== team.actor.teamId) return;
      const own = changes.find(({ controlId }) => controlId === CONTROL);
      if (own && own.from?.status !== own.to.status) seen.push(own.cause);
    });
    const { controls, engine } = core.compliance;
    await team.import([{ check: 'kms_cmk_are_used', resource: 'a', status: 'FAIL' }]);
    const input = { justification: 'seen to it', expiresAt: inDays(0.5) };
    await controls.decide(team.actor, CONTROL, {
      kind: 'override',
      status: 'implemented',
      ...input,
    });
    core.clock.moveDays(0.6);
    await engine.catchUp(team.actor);
    expect(seen).toEqual(['evidence', 'decision', 'expiry']);
    const log = await core.compliance.decided.log(team.actor, CONTROL, 10);
    expect(log.items.map(({ action, actor, at }) => [action, actor, at])).toEqual([
      ['expired', 'system', input.expiresAt],
      ['decided', team.actor.name, expect.any(String)],
    ]);
  });

  it('is the definition when rules changed and results did not', async () => {
    const team = new TestTeam(core);
    const causes = new Set<string>();
    await team.import([{ check: 'kms_cmk_are_used', resource: 'a', status: 'FAIL' }]);
    const states = core.compliance.states;
    const state = await states.get(team.actor, CONTROL);
    if (!state) throw new Error('nothing was computed');
    // As if older rules had evaluated the same results.
    await states.put(team.actor, [{ ...state, status: 'partial', standingHash: 'by older rules' }]);
    const runs = core.platform.repositories.create(EngineRunsRepository);
    const memory = await runs.get(team.actor);
    if (!memory) throw new Error('there is no engine memory');
    await runs.put(team.actor, { ...memory, ruleVersion: 'older' });
    core.platform.events.on(engineRan, ({ teamId, changes, definitionChanged }) => {
      if (teamId !== team.actor.teamId) return;
      expect(definitionChanged).toBe(true);
      for (const { cause } of changes) causes.add(cause);
    });
    await core.compliance.engine.catchUp(team.actor);
    expect([...causes]).toEqual(['definition']);
    const { items } = await core.compliance.history.definitionChanges(team.actor, 10);
    expect(items).toMatchObject([
      {
        from: 'older',
        controlsTotal: 1,
        controls: [{ controlId: CONTROL, from: 'partial', to: 'not_implemented' }],
      },
    ]);
  });
});

describe('a wrong state in a scope', () => {
  it('is found by the full comparison, and corrected', async () => {
    const team = new TestTeam(core);
    await team.import([
      { check: 'kms_cmk_are_used', resource: 'a', account: '111', status: 'FAIL' },
    ]);
    const { frameworkId } = await attestable(team);
    const include = { ...none, accounts: ['aws/111'] };
    const { scopes, states, engine } = core.compliance;
    const { scopeId } = await scopes.setScope(team.actor, frameworkId, {
      include,
      exclude: none,
    });
    const state = await states.get(team.actor, CONTROL, scopeId);
    if (!state) throw new Error('the scope was not computed');
    await states.put(team.actor, [{ ...state, status: 'implemented' }], scopeId);
    expect(await engine.verify(team.actor)).toMatchObject([{ controlId: CONTROL, scopeId }]);
    expect(await engine.verify(team.actor)).toEqual([]);
  });
});

describe('decisions in force', () => {
  it('are listed with contradicting evidence; not applicable needs an approver', async () => {
    const team = new TestTeam(core);
    const { controls, decided } = core.compliance;
    await team.import([{ check: 'kms_cmk_are_used', resource: 'a', status: 'FAIL' }]);
    const justification = 'another tool does it';
    await controls.decide(team.actor, CONTROL, {
      kind: 'override',
      status: 'implemented',
      justification,
    });
    const approver = 'Ada Approver';
    await controls.decide(team.actor, 'BCD-12', {
      kind: 'not_applicable',
      justification,
      approver,
    });
    expect(await decided.inForce(team.actor)).toMatchObject([
      {
        controlId: CONTROL,
        contradicted: true,
        against: [{ checkId: 'kms_cmk_are_used', fail: 1 }],
      },
      { controlId: 'BCD-12', contradicted: false, approver, against: [] },
    ]);
    expect(await decided.inForce(team.actor, { contradicted: true })).toHaveLength(1);
    const own = { kind: 'not_applicable', justification, approver: team.actor.name } as const;
    await expect(controls.decide(team.actor, 'BCD-13', own)).rejects.toThrow(/a second person/);
    await controls.withdraw(team.actor, CONTROL);
    const { items } = await decided.log(team.actor, CONTROL, 10);
    expect(items.map(({ action }) => action).sort()).toEqual(['decided', 'withdrawn']);
  });
});
