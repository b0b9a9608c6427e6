import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { RowSpec } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';

let core: TestCore;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => core.close());

const CONTROL = 'CRY-09';
const keys = (...statuses: RowSpec['status'][]): RowSpec[] =>
  statuses.map((status, n) => ({ check: 'kms_cmk_are_used', resource: `key-${n}`, status }));
const justification = 'another tool does it';
const inDays = (days: number) =>
  new Date(core.clock.now().getTime() + days * 86_400_000).toISOString();

type Decision = Parameters<TestCore['compliance']['controls']['decide']>[2];
const decide = (input: Decision) => core.compliance.controls.decide(team.actor, CONTROL, input);
const notApplicable: Decision = { kind: 'not_applicable', justification, approver: 'Ada' };
const override = (status: 'implemented' | 'partial' | 'not_implemented'): Decision => ({
  kind: 'override',
  status,
  justification,
});
const answer = (status: 'implemented' | 'partial' | 'not_implemented'): Decision => ({
  kind: 'answer',
  status,
  justification,
});

describe('not applicable', () => {
  it('removes the control from every score, with author and reason, until it is withdrawn', async () => {
    await team.import(keys('FAIL'));
    const before = await team.scores();
    const decided = await decide(notApplicable);
    expect(decided).toMatchObject({
      status: 'not_applicable',
      contradicted: false,
      decision: { kind: 'not_applicable', status: null, justification, actor: team.actor.name },
    });
    expect(decided.reason).toContain(justification);
    const frameworks = await core.compliance.posture.frameworks(team.actor);
    expect(frameworks.some(({ requirements }) => requirements.notApplicable > 0)).toBe(
      decided.requirements.some(({ framework, requirement }) => isAlone(framework, requirement)),
    );
    const back = await core.compliance.controls.withdraw(team.actor, CONTROL);
    expect(back).toMatchObject({ status: 'not_implemented', decision: null });
    expect(await team.scores()).toEqual(before);
  });

  it('needs the approval of a second person, however the decider’s name is written', async () => {
    const { name, userId } = team.actor;
    for (const approver of [name, ` ${name.toUpperCase()} `, userId]) {
      await expect(decide({ ...notApplicable, approver })).rejects.toThrow('a second person');
    }
    expect((await team.control(CONTROL)).decision).toBeNull();
  });

  const isAlone = (frameworkId: string, requirementId: string) => {
    const framework = core.catalogue.shipped.frameworks.get(frameworkId);
    const requirement = framework?.requirements.find(({ id }) => id === requirementId);
    return requirement?.controls.length === 1 && !requirement.attestation;
  };
});

describe('an override', () => {
  it('overrides evidence, and is flagged when evidence disagrees', async () => {
    await team.import(keys('FAIL'));
    expect(await decide(override('implemented'))).toMatchObject({
      status: 'implemented',
      assurance: 'conflicting',
      contradicted: true,
      openFindings: 1,
    });
    await team.import(keys('PASS'), { at: 1 });
    expect(await team.control(CONTROL)).toMatchObject({
      status: 'implemented',
      assurance: 'fresh',
      contradicted: false,
    });
    await team.import(keys('FAIL'), { at: 2 });
    expect(await team.control(CONTROL)).toMatchObject({
      status: 'implemented',
      contradicted: true,
    });
  });

  it('to a lower status is flagged when all evidence passes', async () => {
    await team.import(keys('PASS'));
    expect(await decide(override('not_implemented'))).toMatchObject({
      status: 'not_implemented',
      contradicted: true,
    });
  });

  it('is replaced by the next decision, not added to it', async () => {
    await decide(override('implemented'));
    expect(await decide(answer('partial'))).toMatchObject({
      status: 'partial',
      decision: { kind: 'answer' },
    });
    const back = await core.compliance.controls.withdraw(team.actor, CONTROL);
    expect(back).toMatchObject({ status: 'not_assessed', decision: null });
  });
});

describe('an answer', () => {
  it('counts without evidence, and over passes', async () => {
    expect(await decide(answer('implemented'))).toMatchObject({ status: 'implemented' });
    await team.import(keys('PASS'));
    expect(await decide(answer('partial'))).toMatchObject({ status: 'partial' });
  });

  it('does not override failing evidence', async () => {
    await team.import(keys('FAIL', 'PASS', 'PASS', 'PASS'));
    expect(await decide(answer('implemented'))).toMatchObject({
      status: 'partial',
      contradicted: true,
    });
    expect(await decide(answer('not_implemented'))).toMatchObject({ status: 'not_implemented' });
  });
});

describe('a decision that ends', () => {
  it('must end in the future', async () => {
    await expect(decide({ ...notApplicable, expiresAt: inDays(0) })).rejects.toThrow(
      InvalidInputError,
    );
    expect((await team.control(CONTROL)).decision).toBeNull();
  });

  it('that is an answer must end within 370 days', async () => {
    const far = decide({ ...answer('implemented'), expiresAt: inDays(371) });
    await expect(far).rejects.toThrow('body.expiresAt: an answer must end within 370 days');
    expect((await team.control(CONTROL)).decision).toBeNull();
    await decide({ ...answer('implemented'), expiresAt: inDays(370) });
    await decide({ ...override('implemented'), expiresAt: inDays(371) });
    expect((await team.control(CONTROL)).decision?.expiresAt).toBe(inDays(371));
  });

  it('stops counting when it expires', async () => {
    await team.import(keys('FAIL'));
    await decide({ ...override('implemented'), expiresAt: inDays(0.5) });
    core.clock.moveDays(0.4);
    await core.compliance.engine.catchUp(team.actor);
    expect(await team.control(CONTROL)).toMatchObject({ status: 'implemented' });
    core.clock.moveDays(0.1);
    await core.compliance.engine.catchUp(team.actor);
    expect(await team.control(CONTROL)).toMatchObject({
      status: 'not_implemented',
      decision: null,
      contradicted: false,
    });
  });

  it('stops counting even if other controls were computed since', async () => {
    await team.import([...keys('FAIL'), { check: 's3_bucket_object_versioning', resource: 'b' }]);
    await decide({ ...override('implemented'), expiresAt: inDays(0.1) });
    core.clock.moveDays(0.2);
    const other: Decision = { ...notApplicable };
    await core.compliance.controls.decide(team.actor, 'BCD-12', other);
    await core.compliance.engine.catchUp(team.actor);
    expect(await team.control(CONTROL)).toMatchObject({ status: 'not_implemented' });
  });

  it('that is an answer without an end counts for a year', async () => {
    const { decision } = await decide(answer('implemented'));
    expect(decision?.expiresAt).toBe(inDays(365));
    core.clock.moveDays(364);
    await core.compliance.engine.catchUp(team.actor);
    expect(await team.control(CONTROL)).toMatchObject({
      status: 'implemented',
      assurance: 'stale',
    });
    core.clock.moveDays(2);
    await core.compliance.engine.catchUp(team.actor);
    expect(await team.control(CONTROL)).toMatchObject({ status: 'not_assessed', decision: null });
  });
});

describe('whoever decides', () => {
  it('leaves an audit entry, also for a withdrawal', async () => {
    await decide(override('partial'));
    await core.compliance.controls.withdraw(team.actor, CONTROL);
    const entries = await core.platform.audit.about(team.actor, CONTROL);
    expect(entries.map(({ action, actor }) => [action, actor]).sort()).toEqual([
      ['control.decision_withdrawn', team.actor.userId],
      ['control.override', team.actor.userId],
    ]);
  });

  it('gets an error for unknown controls and decisions', async () => {
    const { controls } = core.compliance;
    await expect(controls.withdraw(team.actor, CONTROL)).rejects.toThrow(/no decision/);
    await expect(controls.withdraw(team.actor, 'XYZ-99')).rejects.toThrow(NotFoundError);
    await expect(controls.decide(team.actor, 'XYZ-99', notApplicable)).rejects.toThrow(
      NotFoundError,
    );
  });

  it('decides for the own team only', async () => {
    const other = new TestTeam(core);
    await decide(override('implemented'));
    expect(await other.control(CONTROL)).toMatchObject({ status: 'not_assessed', decision: null });
    await expect(core.compliance.controls.withdraw(other.actor, CONTROL)).rejects.toThrow(
      NotFoundError,
    );
  });
});
