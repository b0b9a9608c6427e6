import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { triageFinding } from '../../../../contract/security-scans.js';
import { ConflictError, InvalidInputError, NotFoundError } from '../../../platform/errors.js';
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

/** The only check of the sample that decides the control CRY-09. */
const aKey = (resource: string, more: Partial<RowSpec> = {}): RowSpec => ({
  check: 'kms_cmk_are_used',
  resource,
  ...more,
});
const inDays = (days: number) =>
  new Date(core.clock.now().getTime() + days * 86_400_000).toISOString();

async function oneFinding(): Promise<string> {
  await team.import([aKey('key')]);
  return (await team.finding('key')).id;
}

const decide = (id: string, expiresAt: string, status: 'accepted' | 'suppressed' = 'accepted') =>
  core.scans.findings.triage(team.actor, id, { status, reason: 'we know', expiresAt });

describe('a triage', () => {
  it.each(['suppressed', 'accepted', 'false_positive'] as const)(
    'as %s is stored with its actor, reason and expiry',
    async (status) => {
      const id = await oneFinding();
      const expiresAt = inDays(30);
      const input = { status, reason: 'we know', expiresAt };
      const shown = await core.scans.findings.triage(team.actor, id, input);
      const at = core.clock.now().toISOString();
      expect(shown).toMatchObject({
        status,
        triage: { reason: 'we know', actor: team.actor.name, at, expiresAt },
      });
      expect(await team.finding('key')).toEqual(shown);
      expect(await team.open()).toEqual([]);
      const [entry] = await core.platform.audit.about(team.actor, id);
      expect(entry).toMatchObject({
        action: `finding.${status}`,
        actor: team.actor.userId,
        details: { from: 'open', reason: 'we know' },
      });
    },
  );

  it('must expire in the future and within a year', async () => {
    const id = await oneFinding();
    await expect(decide(id, inDays(367))).rejects.toThrow(InvalidInputError);
    await expect(decide(id, inDays(-1))).rejects.toThrow(/future/);
    await expect(decide(id, inDays(0))).rejects.toThrow(/future/);
    expect(await decide(id, inDays(365))).toMatchObject({ status: 'accepted' });
  });

  it('needs a reason', () => {
    const body = { status: 'accepted', reason: '  ', expiresAt: inDays(1) };
    expect(triageFinding.body?.safeParse(body).success).toBe(false);
    expect(triageFinding.body?.safeParse({ ...body, reason: 'we know' }).success).toBe(true);
  });

  it('is rejected for a resolved finding, an unknown one and one of another team', async () => {
    const id = await oneFinding();
    const stranger = new TestTeam(core);
    await expect(stranger.triage(id, 'accepted')).rejects.toThrow(NotFoundError);
    await expect(team.triage('nothing', 'accepted')).rejects.toThrow(NotFoundError);
    await team.import([aKey('key', { status: 'PASS' })], { at: 1 });
    await expect(team.triage(id, 'accepted')).rejects.toThrow(ConflictError);
  });

  it('can be undone', async () => {
    const id = await oneFinding();
    await team.triage(id, 'false_positive');
    expect(await team.triage(id, 'open')).toMatchObject({ status: 'open', triage: null });
    expect(await team.control('CRY-09')).toMatchObject({ status: 'not_implemented' });
  });

  it('stays while reports repeat the fail, and ends with a pass', async () => {
    const id = await oneFinding();
    await decide(id, inDays(60));
    await team.import([aKey('key', { observed: 'other words' })], { at: 1 });
    expect(await team.finding('key')).toMatchObject({
      status: 'accepted',
      triage: { reason: 'we know' },
    });
    await team.import([aKey('key', { status: 'PASS' })], { at: 2 });
    expect(await team.finding('key')).toMatchObject({ status: 'resolved', triage: null });
    await team.import([aKey('key')], { at: 3 });
    expect(await team.finding('key')).toMatchObject({ status: 'open', triage: null });
  });

  it('overrides the tool’s muting in both directions', async () => {
    await team.import([aKey('key', { muted: true })]);
    const { id } = await team.finding('key');
    await team.triage(id, 'open');
    expect(await team.finding('key')).toMatchObject({ status: 'open', triage: null });
    await decide(id, inDays(60));
    await team.import([aKey('key', { muted: true, observed: 'again' })], { at: 1 });
    expect(await team.finding('key')).toMatchObject({
      status: 'accepted',
      triage: { actor: team.actor.name },
    });
  });
});

describe('an expired triage', () => {
  it('reopens the finding and leaves an audit entry', async () => {
    const id = await oneFinding();
    await decide(id, inDays(10));
    core.clock.moveDays(9);
    expect(await core.scans.findings.expireTriage(team.actor)).toBe(0);
    core.clock.moveDays(1);
    expect(await core.scans.findings.expireTriage(team.actor)).toBe(1);
    expect(await core.scans.findings.expireTriage(team.actor)).toBe(0);
    expect(await team.finding('key')).toMatchObject({ status: 'open', triage: null });
    const entries = await core.platform.audit.about(team.actor, id);
    expect(entries[0]).toMatchObject({
      action: 'finding.triage_expired',
      actor: 'system',
      details: { from: 'accepted' },
    });
  });

  it('makes a false positive count for its control again', async () => {
    await team.import([aKey('key'), aKey('other', { status: 'PASS' })]);
    await team.triage((await team.finding('key')).id, 'false_positive');
    expect(await team.control('CRY-09')).toMatchObject({ status: 'implemented' });
    core.clock.moveDays(31);
    await core.scans.findings.expireTriage(team.actor);
    expect(await team.control('CRY-09')).toMatchObject({ openFindings: 1 });
    expect((await team.control('CRY-09')).status).not.toBe('implemented');
  });

  it('no longer applies to a report imported before the expiry job ran', async () => {
    const id = await oneFinding();
    await decide(id, inDays(1));
    core.clock.moveDays(2);
    await team.import([aKey('key')], { at: 1 });
    expect(await team.finding('key')).toMatchObject({ status: 'open', triage: null });
    const [entry] = await core.platform.audit.about(team.actor, id);
    expect(entry).toMatchObject({ action: 'finding.triage_expired' });
  });
});

describe('the effect of a triage on controls', () => {
  it('does not improve a control when it suppresses or accepts', async () => {
    await team.import([aKey('a'), aKey('b', { status: 'PASS' }), aKey('c', { status: 'PASS' })]);
    const before = await team.control('CRY-09');
    expect(before).toMatchObject({ status: 'partial', openFindings: 1 });
    const { id } = await team.finding('a');
    for (const status of ['suppressed', 'accepted'] as const) {
      await team.triage(id, status);
      const after = await team.control('CRY-09');
      expect(after).toMatchObject({ status: 'partial', openFindings: 1 });
      expect(after.reason).toContain('1 of them muted, suppressed or accepted');
      expect(after.explanation.inputs[0]).toMatchObject({ fail: 1, exempted: 1, pass: 2 });
    }
  });

  it('excludes a false positive, which counts as neither fail nor pass', async () => {
    await team.import([aKey('a'), aKey('b', { status: 'PASS' })]);
    await team.triage((await team.finding('a')).id, 'false_positive');
    const after = await team.control('CRY-09');
    expect(after).toMatchObject({ status: 'implemented', openFindings: 0 });
    expect(after.explanation.inputs[0]).toMatchObject({ fail: 0, pass: 1 });
  });

  it('never turns a control green by itself', async () => {
    await team.import([aKey('a')]);
    await team.triage((await team.finding('a')).id, 'false_positive');
    expect(await team.control('CRY-09')).toMatchObject({ status: 'not_assessed' });
  });
});
