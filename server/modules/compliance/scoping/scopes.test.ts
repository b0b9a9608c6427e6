import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Selection } from '../../../../contract/compliance.js';
import { InvalidInputError, NotFoundError } from '../../../platform/errors.js';
import type { RowSpec } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { DEFAULT_FRAMEWORKS } from '../../catalogue/library/framework-activation.rules.js';

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
const none: Selection = { accounts: [], environments: [], tags: [] };
const key = (account: string, status: RowSpec['status']): RowSpec => ({
  check: 'kms_cmk_are_used',
  resource: `key-of-${account}`,
  account,
  status,
});
const profile = (accountId: string, environment: string | null, tags: string[] = []) =>
  core.compliance.scopes.profile(team.actor, { provider: 'aws', accountId }, { environment, tags });

/** Two frameworks that require the control. */
function frameworks(): [string, string] {
  const asking = core.catalogue.shipped
    .requirementsOf(CONTROL)
    .map(({ framework }) => framework.id)
    .filter((id) => DEFAULT_FRAMEWORKS.has(id));
  const [one, other] = [...new Set(asking)];
  if (!one || !other) throw new Error('two frameworks must require the control');
  return [one, other];
}

async function statusIn(frameworkId: string): Promise<string | undefined> {
  const { requirementStates } = await core.compliance.posture.framework(team.actor, frameworkId);
  const found = requirementStates.flatMap(({ controls }) => controls);
  return found.find(({ id }) => id === CONTROL)?.status;
}

const scopeTo = (frameworkId: string, part: Partial<Selection>, without: Partial<Selection> = {}) =>
  core.compliance.scopes.setScope(team.actor, frameworkId, {
    include: { ...none, ...part },
    exclude: { ...none, ...without },
  });

describe('a framework with a scope', () => {
  it('is evaluated in its accounts only, and the others in all', async () => {
    const [pci, other] = frameworks();
    await team.import([key('111', 'PASS'), key('222', 'FAIL')]);
    await profile('111', 'production');
    expect(await statusIn(pci)).toBe('not_implemented');
    const scope = await scopeTo(pci, { environments: ['production'] });
    expect(scope).toMatchObject({ accounts: ['aws/111'], accountsTotal: 1 });
    expect(await statusIn(pci)).toBe('implemented');
    expect(await statusIn(other)).toBe('not_implemented');
    const { scopes, explanation } = await team.control(CONTROL);
    expect(explanation.scope).toEqual({ accounts: ['aws/111', 'aws/222'], total: 2 });
    expect(scopes).toMatchObject([
      { status: 'implemented', explanation: { scope: { accounts: ['aws/111'], total: 1 } } },
    ]);
    expect(scopes?.[0]?.frameworks.map(({ id }) => id)).toContain(pci);
    // Followed by single runs.
    await team.import([key('111', 'FAIL')], { at: 1 });
    expect(await statusIn(pci)).toBe('not_implemented');
    await core.compliance.scopes.removeScope(team.actor, pci);
    expect((await team.control(CONTROL)).scopes).toEqual([]);
  });

  it('without accounts is not assessed, never passed', async () => {
    const [pci] = frameworks();
    await team.import([key('111', 'PASS')]);
    await scopeTo(pci, { tags: ['nobody-has-it'] });
    expect(await statusIn(pci)).toBe('not_assessed');
    expect((await team.scores())[pci]).toBe(0);
  });

  it('is not assessed in comparisons and gaps either', async () => {
    const [pci, other] = frameworks();
    await team.import([key('111', 'PASS')]);
    await scopeTo(pci, { tags: ['nobody-has-it'] });
    const { gaps } = core.compliance;
    const { overlaps } = await gaps.overlaps(team.actor, { from: other, to: pci });
    expect(overlaps).toMatchObject([{ covered: 0, met: 0, contributed: 0 }]);
    const missing = (await gaps.of(team.actor, pci)).gaps.flatMap(({ controls }) => controls);
    expect(missing.find(({ id }) => id === CONTROL)).toMatchObject({
      status: 'not_assessed',
      openFindings: 0,
    });
  });

  it('needs evidence from every account in it, even from one without results', async () => {
    const [pci] = frameworks();
    await team.import([key('111', 'PASS')]);
    await scopeTo(pci, { accounts: ['aws/111', 'aws/333'] });
    expect(await statusIn(pci)).toBe('partial');
    await scopeTo(pci, { accounts: ['aws/111', 'aws/333'] }, { accounts: ['aws/333'] });
    expect(await statusIn(pci)).toBe('implemented');
    await profile('444', null, ['cardholder']);
    await scopeTo(pci, { accounts: ['aws/111'], tags: ['cardholder'] });
    expect(await statusIn(pci)).toBe('partial');
  });

  it('is rejected with a problem of its scope', async () => {
    const [pci] = frameworks();
    await expect(scopeTo('nothing', {})).rejects.toThrow(NotFoundError);
    await expect(scopeTo(pci, { accounts: ['no-provider'] })).rejects.toThrow(InvalidInputError);
    await expect(core.compliance.scopes.removeScope(team.actor, pci)).rejects.toThrow(
      NotFoundError,
    );
  });
});

describe('thresholds', () => {
  it('belong to the team, and re-evaluate controls at once', async () => {
    const mixed = [1, 2, 3, 4].map((n) => ({
      ...key('111', n === 1 ? 'FAIL' : 'PASS'),
      resource: `key-${n}`,
    }));
    await team.import(mixed);
    expect(await team.control(CONTROL)).toMatchObject({ status: 'partial' });
    const { settings } = core.compliance;
    const given = { ...(await settings.settings(team.actor)), failShare: 0.2 };
    await settings.changeSettings(team.actor, given);
    expect(await team.control(CONTROL)).toMatchObject({
      status: 'not_implemented',
      explanation: { settings: { failShare: 0.2 } },
    });
    expect((await settings.settings(new TestTeam(core).actor)).failShare).toBe(0.5);
    const history = await core.compliance.history.ofControl(team.actor, CONTROL, 10);
    expect(history.items[0]).toMatchObject({ status: 'not_implemented', cause: 'decision' });
  });
});
