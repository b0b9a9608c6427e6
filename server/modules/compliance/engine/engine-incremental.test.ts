import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { propertyRuns } from '../../../testing/property-runs.js';
import { ocsfReport, type RowSpec } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { engineRan } from '../compliance.events.js';

// A run of the property imports up to six reports.
vi.setConfig({ testTimeout: 300_000 });

let core: TestCore;

beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
});
afterAll(() => core.close());

/** Checks that decide controls alone and together, by statement, text and domain. */
const CHECKS = [
  'kms_cmk_are_used',
  's3_bucket_object_versioning',
  'iam_user_mfa_enabled_console_access',
  'redshift_cluster_encrypted_at_rest',
  'ec2_ebs_default_encryption',
  'ec2_elastic_ip_unassigned',
  'cloudtrail_insights_exist',
  'unheard_of_check',
];
const rows: fc.Arbitrary<RowSpec[]> = fc.array(
  fc.record({
    check: fc.constantFrom(...CHECKS),
    resource: fc.constantFrom('a', 'b'),
    account: fc.constantFrom('111', '111', '222'),
    provider: fc.constantFrom('aws', 'aws', 'aws', 'azure'),
    region: fc.constantFrom('eu-west-1', 'us-east-1'),
    status: fc.constantFrom('FAIL', 'PASS', 'PASS', 'MANUAL'),
    severity: fc.constantFrom('Critical', 'Low'),
    muted: fc.constantFrom(false, false, false, true),
    title: fc.constantFrom(undefined, undefined, 'Bucket versioning is on'),
  }),
  { minLength: 1, maxLength: 12 },
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ rows, cut: fc.constantFrom(1, 1, 0.6) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      nth: fc.nat(8),
      triage: fc.constantFrom('accepted', 'suppressed', 'false_positive', 'open'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      controlId: fc.constantFrom('CRY-09', 'BCD-12', 'IAC-06'),
      decide: fc.constantFrom('not_applicable', 'override', 'answer', 'withdraw'),
      days: fc.constantFrom(5, 40, undefined),
    }),
  },
  { weight: 1, arbitrary: fc.record({ days: fc.constantFrom(1 / 24, 1, 30, 60) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const inDays = (days: number) =>
  new Date(core.clock.now().getTime() + days * 86_400_000).toISOString();

async function perform(team: TestTeam, todo: Step): Promise<void> {
  const { controls, engine } = core.compliance;
  if ('rows' in todo) {
    const text = ocsfReport(todo.rows, { at: inDays(-1) });
    await team.importCut(text, Math.floor(text.length * todo.cut));
  } else if ('triage' in todo) {
    const live = (await team.findings()).filter(({ status }) => status !== 'resolved');
    const finding = live[todo.nth];
    if (finding) await team.triage(finding.id, todo.triage);
  } else if ('decide' in todo) {
    const { decide: kind, controlId, days } = todo;
    const input = { justification: 'we do it', expiresAt: days && inDays(days) };
    if (kind === 'withdraw') await controls.withdraw(team.actor, controlId).catch(() => {});
    else if (kind === 'not_applicable')
      await controls.decide(team.actor, controlId, { kind, approver: 'Ada', ...input });
    else await controls.decide(team.actor, controlId, { kind, status: 'partial', ...input });
  } else {
    core.clock.moveDays(todo.days);
    await core.scans.findings.expireTriage(team.actor);
    await engine.catchUp(team.actor);
  }
}

describe('the state after incremental runs', () => {
  it('equals a full computation, whatever happened', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const team = new TestTeam(core);
        await core.compliance.engine.catchUp(team.actor); // As every start does.
        for (const todo of steps) await perform(team, todo);
        const kept = await team.controlStates();
        const run = await core.compliance.engine.sync(team.actor);
        expect(run.mode).toBe('full');
        expect(await team.controlStates()).toEqual(kept);
      }),
      { numRuns: propertyRuns(8, 3) },
    );
  });

  it('does not change when it is computed again', async () => {
    const team = new TestTeam(core);
    await team.import(CHECKS.map((check) => ({ check, resource: 'r' })));
    await core.compliance.engine.sync(team.actor);
    const before = await team.controls();
    core.clock.moveDays(1 / 24);
    const again = await core.compliance.engine.sync(team.actor);
    expect(again).toMatchObject({ mode: 'full', controlsChanged: 0, requirementsChanged: 0 });
    expect(await team.controls()).toEqual(before);
    const { evaluatedAt } = await team.control('CRY-09');
    expect(evaluatedAt).not.toBe(core.clock.now().toISOString()); // Nothing was written.
  });

  it('changes only for checks in the report', async () => {
    const team = new TestTeam(core);
    const both = (status: 'PASS' | 'FAIL'): RowSpec[] => [
      { check: 'kms_cmk_are_used', resource: 'key', status },
      { check: 's3_bucket_object_versioning', resource: 'bucket', status: 'PASS' },
    ];
    await team.import(both('PASS'), { at: inDays(-9) });
    const before = await team.controls();
    core.clock.moveDays(1 / 24);
    await team.import(both('FAIL'), { at: inDays(-8) });
    const { lastRun } = await core.compliance.posture.overview(team.actor);
    const after = await team.controls();
    const moved = after.filter(({ status }, at) => status !== before[at]?.status);
    // The controls that the key's check tests, and one that it touches and that others test.
    const ids = moved.map(({ id }) => id).sort();
    expect(ids).toEqual(['AST-30', 'BCD-13', 'CRY-09', 'CRY-09.3']);
    expect(lastRun).toMatchObject({ mode: 'incremental', checks: 2, controlsChanged: 4 });
    expect(lastRun?.requirementsChanged).toBeGreaterThan(0);
    const now = core.clock.now().toISOString();
    expect((await team.control('CRY-09')).since).toBe(now);
    expect((await team.control('BCD-11')).since).not.toBe(now);
  });
});

describe('a change of a control', () => {
  it('is announced once, with its old and new status', async () => {
    const team = new TestTeam(core);
    const seen: string[] = [];
    core.platform.events.on(engineRan, ({ teamId, changes }) => {
      if (teamId !== team.actor.teamId) return;
      for (const { controlId, from, to } of changes) {
        const isMoved = controlId === 'CRY-09' && from?.status !== to.status;
        if (isMoved) seen.push(`${from?.status ?? null} → ${to.status}`);
      }
    });
    const keys = (...statuses: ('PASS' | 'FAIL')[]) =>
      statuses.map((status, n) => ({ check: 'kms_cmk_are_used', resource: `key-${n}`, status }));
    await team.import(keys('PASS'), { at: inDays(-9) });
    await team.import(keys('FAIL'), { at: inDays(-8) });
    await team.import(keys('FAIL', 'FAIL'), { at: inDays(-7) }); // Another reason, the same status.
    await team.import(keys('PASS', 'PASS'), { at: inDays(-6) });
    expect(seen).toEqual([
      'null → implemented',
      'implemented → not_implemented',
      'not_implemented → implemented',
    ]);
  });

  it('keeps the date of the status when only the reason changes later', async () => {
    const team = new TestTeam(core);
    await team.import([{ check: 'kms_cmk_are_used', resource: 'a' }], { at: inDays(-9) });
    const { since } = await team.control('CRY-09');
    core.clock.moveDays(1 / 24);
    const more = ['a', 'b'].map((resource) => ({ check: 'kms_cmk_are_used', resource }));
    await team.import(more, { at: inDays(-8) });
    const after = await team.control('CRY-09');
    expect(after).toMatchObject({ since, openFindings: 2 });
    expect(after.evaluatedAt).toBe(core.clock.now().toISOString());
  });
});

describe('one check id of two providers', () => {
  const check = 'unheard_of_check';

  it('counts for the controls of both, each result once', async () => {
    const team = new TestTeam(core);
    await team.import([{ check, resource: 'a', provider: 'aws', title: 'KMS key rotation' }]);
    await team.import(
      [{ check, resource: 'b', provider: 'azure', title: 'Storage account key rotation' }],
      { at: inDays(-8) },
    );
    await core.compliance.engine.sync(team.actor);
    const { items } = await core.compliance.checkControls.of(team.actor, 'prowler', check);
    expect(items.length).toBeGreaterThan(0);
    expect(new Set(items.map(({ controlId }) => controlId)).size).toBe(items.length);
    for (const { controlId, match } of items) {
      const { openFindings, explanation } = await team.control(controlId);
      const isRelated = match.relation === 'intersects';
      const { inputs, related = [] } = explanation;
      const [input] = isRelated ? related : inputs;
      expect([openFindings, input?.fail]).toEqual([isRelated ? 0 : 2, 2]);
    }
  });
});

describe('the passage of time', () => {
  const key: RowSpec = { check: 'kms_cmk_are_used', resource: 'key', status: 'PASS' };

  it('makes evidence stale, then expired, without a report', async () => {
    const team = new TestTeam(core);
    await team.import([key], { at: inDays(-1) });
    const seen: string[] = [];
    for (const days of [0, 50, 50]) {
      core.clock.moveDays(days);
      await core.compliance.engine.catchUp(team.actor);
      seen.push((await team.control('CRY-09')).assurance);
    }
    expect(seen).toEqual(['fresh', 'stale', 'expired']);
  });

  it('causes no run when nothing is old', async () => {
    const team = new TestTeam(core);
    await team.import([key], { at: inDays(-1) });
    const { lastRun } = await core.compliance.posture.overview(team.actor);
    core.clock.moveDays(1 / 24);
    await core.compliance.engine.catchUp(team.actor);
    expect((await core.compliance.posture.overview(team.actor)).lastRun).toEqual(lastRun);
  });
});

describe('an account that appears while the engine computes', () => {
  it('is evaluated by the next run', async () => {
    const team = new TestTeam(core);
    const key: RowSpec = { check: 'kms_cmk_are_used', resource: 'key', status: 'PASS' };
    await team.import([key], { at: inDays(-2) });
    let importing: Promise<unknown> | null = null;
    const { states } = core.compliance;
    const put = states.put.bind(states);
    states.put = async (...written) => {
      states.put = put;
      // Stored while the engine computes the decision below; the run for it follows.
      importing = team.import([{ check: 'unheard_of_check', resource: 'x', account: '222' }], {
        at: inDays(-1),
      });
      const isThere = async () => (await core.scans.evidence.accounts(team.actor)).length === 2;
      while (!(await isThere())) await new Promise(setImmediate);
      return put(...written);
    };
    const decision = {
      kind: 'not_applicable',
      justification: 'nothing is kept there',
      approver: 'Ada',
    } as const;
    await core.compliance.controls.decide(team.actor, 'BCD-12', decision);
    await importing;
    expect(await team.control('CRY-09')).toMatchObject({
      status: 'partial',
      explanation: { accountsWithoutEvidence: ['aws/222'] },
    });
  });
});
