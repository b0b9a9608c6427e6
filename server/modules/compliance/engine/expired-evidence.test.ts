import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';

let core: TestCore;

beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
});
afterAll(() => core.close());

const key = { check: 'kms_cmk_are_used', resource: 'key', status: 'PASS' } as const;
const NIST = 'nist-800-53-r5';
const framework = (team: TestTeam) => core.compliance.posture.framework(team.actor, NIST);

async function afterDays(team: TestTeam, days: number): Promise<void> {
  core.clock.moveDays(days);
  await core.compliance.engine.catchUp(team.actor);
}

describe('expired evidence', () => {
  it('is unknown: the control leaves the score, stays in the ceiling and says until when it was met', async () => {
    const team = new TestTeam(core);
    const seenAt = core.clock.now();
    await team.import([key], { at: seenAt.toISOString() });
    expect((await team.control('CRY-09')).status).toBe('implemented');
    const before = await framework(team);
    expect(before.expired).toBeUndefined();
    await afterDays(team, 100);
    const until = new Date(seenAt.getTime() + 90 * 86_400_000).toISOString().slice(0, 10);
    const control = await team.control('CRY-09');
    expect(control).toMatchObject({ status: 'not_assessed', assurance: 'expired' });
    expect(control.reason).toBe(
      `It was implemented until ${until}; 1 result passed and has expired.`,
    );
    const expired = { passes: 1, implementedUntil: until, instead: 'implemented' };
    expect(control.explanation.expired).toEqual(expired);
    expect(control.explanation.whatWouldChangeIt[0]).toMatch(/^Run kms_cmk_are_used in .* again/);
    const after = await framework(team);
    expect(after.score ?? 0).toBeLessThan(before.score ?? 0);
    expect(after.coverage ?? 0).toBeLessThan(before.coverage ?? 0);
    expect(after.ceiling ?? 0).toBeGreaterThanOrEqual(before.ceiling ?? 0);
    expect(after.passing).toBe(before.passing);
    const asking = after.requirementStates.find(({ status, controls }) => {
      return status !== 'satisfied' && controls.some(({ id }) => id === 'CRY-09');
    });
    const own = asking?.controls.find(({ id }) => id === 'CRY-09');
    expect(own).toMatchObject({ status: 'not_assessed', implementedUntil: until });
    const { gaps } = await core.compliance.gaps.of(team.actor, NIST);
    const why = gaps.find(({ id }) => id === asking?.id)?.why;
    expect(why).toContain(`CRY-09 was implemented until ${until}`);
    const lost = Math.round(((before.score ?? 0) - (after.score ?? 0)) * 10) / 10;
    expect(after.expired?.points).toBe(lost);
    expect(after.expired?.requirements).toBeGreaterThan(0);
    const [summary] = (await core.compliance.posture.frameworks(team.actor)).filter(
      ({ id }) => id === NIST,
    );
    expect(summary?.expired).toEqual(after.expired);
    await team.import([key], { at: core.clock.now().toISOString() });
    expect((await team.control('CRY-09')).status).toBe('implemented');
    expect((await framework(team)).expired).toBeUndefined();
  });

  it('of a part leaves the control partial, and a fail stays a fail', async () => {
    const team = new TestTeam(core);
    await team.import([key, { check: 'iam_root_mfa_enabled', resource: 'root', status: 'FAIL' }], {
      at: core.clock.now().toISOString(),
    });
    const failing = (await team.control('IAC-06')).status;
    await afterDays(team, 100);
    expect((await team.control('IAC-06')).status).toBe(failing);
    const other = { ...key, account: '222' };
    await team.import([other], { at: core.clock.now().toISOString() });
    const control = await team.control('CRY-09');
    expect(control.status).toBe('partial');
    expect(control.reason).toMatch(/It was implemented until \d{4}-\d\d-\d\d\.$/);
  });
});
