import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONTROL_STATUSES } from '../../../../contract/compliance.js';
import { NotFoundError } from '../../../platform/errors.js';
import { ocsfText, retimed, sampleRows } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';

let core: TestCore;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
  team = new TestTeam(core);
  await team.importText(ocsfText(retimed(sampleRows(), 3)));
});
afterAll(() => core.close());

const list = (filter: Parameters<TestCore['compliance']['controls']['list']>[1]) =>
  core.compliance.controls.list(team.actor, filter);

describe('the control library', () => {
  it('is listed completely, and by domain, status and words', async () => {
    const { items, domains } = await list({});
    expect(items).toHaveLength(core.catalogue.shipped.controls.size);
    expect(domains.reduce((sum, { controls }) => sum + controls, 0)).toBe(items.length);
    for (const { code, controls } of domains) {
      const own = (await list({ domain: code })).items;
      expect(own).toHaveLength(controls);
      expect(new Set(own.map(({ domain }) => domain))).toEqual(new Set([code]));
    }
    for (const status of CONTROL_STATUSES) {
      const own = (await list({ status })).items;
      expect(own).toEqual(items.filter((item) => item.status === status));
    }
    expect((await list({ q: ' cry-09 ' })).items.map(({ id }) => id)).toContain('CRY-09');
    expect((await list({ q: 'nothing has this in it' })).items).toEqual([]);
  });

  it('shows the same facts of a control in the list and alone', async () => {
    const { items } = await list({ domain: 'CRY' });
    for (const summary of items) expect(await team.control(summary.id)).toMatchObject(summary);
  });

  it('explains every control, even without evidence', async () => {
    const fresh = new TestTeam(core);
    for (const one of [team, fresh]) {
      const { explanation, requirements } = await one.control('GOV-01');
      expect(explanation.rule).not.toBe('');
      expect(explanation.whatWouldChangeIt.length).toBeGreaterThan(0);
      expect(requirements.length).toBeGreaterThan(0);
    }
  });

  it('names the answers to requirements that cover it, which do not decide about it', async () => {
    const other = new TestTeam(core);
    const { frameworks } = core.catalogue.shipped;
    const iso = frameworks.get('iso-27001-2022');
    const covering = iso?.requirements.flatMap((requirement) =>
      requirement.controls
        .filter(({ relation }) => relation === 'equal' || relation === 'superset')
        .map(({ controlId }) => ({ controlId, requirement })),
    );
    const [{ controlId, requirement }] = covering as [NonNullable<typeof covering>[number]];
    const before = await other.control(controlId);
    expect(before.answeredElsewhere).toBeUndefined();
    await core.compliance.attestations.attest(other.actor, 'iso-27001-2022', requirement.id, {
      statement: 'The policy says so.',
      expiresAt: new Date(core.clock.now().getTime() + 20 * 86_400_000).toISOString(),
      answer: 'yes',
    });
    const { status, answeredElsewhere } = await other.control(controlId);
    expect(status).toBe('not_assessed');
    expect(answeredElsewhere).toMatchObject([
      { framework: 'iso-27001-2022', requirement: requirement.id, title: requirement.title },
    ]);
    core.clock.moveDays(30);
    expect((await other.control(controlId)).answeredElsewhere).toBeUndefined();
    core.clock.moveDays(-30);
  });

  it('returns 404 for an unknown control', async () => {
    await expect(team.control('XYZ-99')).rejects.toThrow(NotFoundError);
  });
});

describe('the controls of a check', () => {
  it('list it among their inputs, with the same reason', async () => {
    const { items } = await core.compliance.checkControls.of(
      team.actor,
      'prowler',
      'ec2_ebs_default_encryption',
    );
    expect(items.length).toBeGreaterThan(1);
    for (const { controlId, match, status } of items) {
      const control = await team.control(controlId);
      expect(control.status).toBe(status);
      const { inputs, related = [] } = control.explanation;
      const among = match.relation === 'intersects' ? related : inputs;
      const input = among.find(({ checkId }) => checkId === 'ec2_ebs_default_encryption');
      expect(input?.match).toEqual(match);
    }
  });

  it('are unknown for a check without results in the team', async () => {
    const { checkControls } = core.compliance;
    await expect(checkControls.of(team.actor, 'prowler', 'nothing')).rejects.toThrow(NotFoundError);
    const other = new TestTeam(core);
    await expect(
      checkControls.of(other.actor, 'prowler', 'ec2_ebs_default_encryption'),
    ).rejects.toThrow(NotFoundError);
  });
});
