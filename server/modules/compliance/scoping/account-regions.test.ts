import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../../platform/errors.js';
import { propertyRuns } from '../../../testing/property-runs.js';
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
const ACCOUNT = { provider: 'aws', accountId: '111' };
const key = (region: string, more: Partial<RowSpec> = {}): RowSpec => ({
  ...{ check: 'kms_cmk_are_used', resource: `key-${region}`, region, status: 'PASS' },
  ...more,
});
const user = (region: string): RowSpec => ({
  ...{ check: 'iam_root_mfa_enabled', resource: 'root', region, status: 'PASS' },
});
const state = (regions: string[], account = ACCOUNT) =>
  core.compliance.regions.state(team.actor, account, regions);
const clear = () => core.compliance.regions.clear(team.actor, ACCOUNT);
const seen = async (account = ACCOUNT) =>
  (await core.compliance.regions.get(team.actor, account)).seen;

/** The status of the control, its places without evidence, and what is noted of regions. */
async function control() {
  const { status, explanation } = await team.control(CONTROL);
  return [status, explanation.accountsWithoutEvidence, explanation.regions];
}

const ONE = { account: 'aws/111', kind: 'one_region', regions: ['eu-west-1'], total: 1 };

describe('an account whose results are of one region', () => {
  it('says so at its controls, without lowering them', async () => {
    await team.import([key('eu-west-1'), user('us-east-1')]);
    expect(await control()).toEqual(['implemented', [], [ONE]]);
    await team.import([key('eu-west-1'), key('us-east-1'), user('us-east-1')], { at: 1 });
    expect(await control()).toEqual(['implemented', [], undefined]);
  });

  it('no longer says so once the team states that it uses no other', async () => {
    await team.import([key('eu-west-1')]);
    await state(['eu-west-1']);
    expect(await control()).toEqual(['implemented', [], undefined]);
    await clear();
    expect(await control()).toEqual(['implemented', [], [ONE]]);
  });

  it('says so at controls of other accounts too, where these are in scope', async () => {
    await team.import([key('eu-west-1'), key('eu-west-1', { account: '222' })]);
    const { explanation } = await team.control(CONTROL);
    expect(explanation.regions?.map(({ account }) => account)).toEqual(['aws/111', 'aws/222']);
  });
});

describe('a stated region', () => {
  it('without results counts as a place without evidence, until results come', async () => {
    await team.import([key('eu-west-1'), user('us-east-1')]);
    const stated = await state(['us-east-1', 'eu-west-1', 'us-east-1']);
    expect(stated).toMatchObject({
      ...{ inUse: ['eu-west-1', 'us-east-1'], seen: ['eu-west-1'], missing: ['us-east-1'] },
      ...{ notListed: [], changedBy: team.actor.name },
    });
    expect(await control()).toEqual(['partial', ['aws/111 in us-east-1'], undefined]);
    await team.import([key('eu-west-1'), key('us-east-1'), user('us-east-1')], { at: 1 });
    expect(await control()).toEqual(['implemented', [], undefined]);
  });

  it('that is not stated is noted, and its results count', async () => {
    const fails = key('ap-south-1', { status: 'FAIL', severity: 'Critical' });
    await team.import([key('eu-west-1'), fails]);
    await state(['eu-west-1']);
    const note = { ...ONE, kind: 'not_listed', regions: ['ap-south-1'] };
    expect(await control()).toEqual(['not_implemented', [], [note]]);
  });

  it('of an account without any results must be evaluated', async () => {
    await team.import([key('eu-west-1')]);
    await state(['eu-north-1'], { provider: 'aws', accountId: '222' });
    expect((await control()).slice(0, 2)).toEqual(['partial', ['aws/222 in eu-north-1']]);
    const { items } = await core.compliance.scopes.accounts(team.actor, 10);
    expect(items).toMatchObject([
      { account: 'aws/111', seen: true },
      { account: 'aws/222', seen: false, regions: ['eu-north-1'] },
    ]);
  });

  it('belongs to the same scopes as its account', async () => {
    await team.import([key('eu-west-1'), key('eu-west-1', { account: '222' })]);
    await state(['eu-west-1', 'us-east-1']);
    const none = { accounts: [], environments: [], tags: [] };
    const include = { ...none, accounts: ['aws/222'] };
    const scope = { include, exclude: none };
    await core.compliance.scopes.setScope(team.actor, 'soc2-tsc-2017', scope);
    const states = await core.compliance.posture.statesOf(team.actor, 'soc2-tsc-2017');
    expect(states.get(CONTROL)).toMatchObject({
      status: 'implemented',
      explanation: { regions: [{ account: 'aws/222' }] },
    });
    const [{ accounts, accountsTotal } = {}] = await core.compliance.scopes.scopes(team.actor);
    expect([accounts, accountsTotal]).toEqual([['aws/222'], 1]);
  });

  it.each([
    ['azure', 'West Europe', 'westeurope', ['global', 'WestEurope', 'unitedstates']],
    ['gcp', 'europe-west1', 'europe-west1', ['global', 'europe-west1-b', 'eu']],
    ['alibabacloud', 'cn-hangzhou', 'cn-hangzhou', ['', 'cn-hangzhou']],
    ['oraclecloud', 'eu-frankfurt-1', 'eu-frankfurt-1', ['eu-frankfurt-1']],
    ['openstack', 'RegionOne', 'regionone', ['RegionOne', 'unknown']],
  ])('of %s is read as its reports write it', async (provider, given, stated, written) => {
    const account = { provider, accountId: 'one' };
    const rows = written.map((region) =>
      key(region, { check: 'compute_instance_public', provider, account: 'one' }),
    );
    await team.import(rows);
    expect(await seen(account)).toEqual([stated]);
    expect(await state([given], account)).toMatchObject({ inUse: [stated], missing: [] });
  });

  it.each([
    ['kubernetes', 'eu-west-1', 'params.provider'],
    ['aws', 'westeurope', 'body.regions.0'],
    ['aws', 'global', 'body.regions.0'],
    ['azure', 'eu-west-1', 'body.regions.0'],
    ['gcp', 'us', 'body.regions.0'],
  ])('of %s cannot be %s', async (provider, region, path) => {
    const stated = state([region], { provider, accountId: 'one' });
    await expect(stated).rejects.toThrow(InvalidInputError);
    await expect(stated).rejects.toMatchObject({ details: { errors: [{ path }] } });
  });
});

it('results of services without a region show none', async () => {
  const row = (check: string, region = 'us-east-1') => key(region, { check, resource: check });
  const checks = ['iam_root_mfa_enabled', 'cloudfront_distributions_https_enabled'];
  await team.import([...checks, 's3_account_level_public_access_blocks'].map((id) => row(id)));
  expect(await seen()).toEqual([]);
  await team.import([row('kms_cmk_are_used')], { at: 1 });
  expect(await seen()).toEqual(['us-east-1']);
});

const REGIONS = ['eu-west-1', 'us-east-1', 'ap-south-1'] as const;
const someRegions = fc.uniqueArray(fc.constantFrom(...REGIONS), { minLength: 1 });
const results = fc.uniqueArray(
  fc.record({
    region: fc.constantFrom(...REGIONS),
    status: fc.constantFrom('PASS' as const, 'PASS' as const, 'FAIL' as const),
    check: fc.constantFrom('kms_cmk_are_used', 's3_bucket_object_versioning'),
  }),
  { minLength: 1, maxLength: 6, selector: ({ region, check }) => `${region} ${check}` },
);

it('stating regions raises no score, and clearing them returns to the former state', async () => {
  await fc.assert(
    fc.asyncProperty(results, someRegions, async (rows, regions) => {
      team = new TestTeam(core);
      await team.import(rows.map((row) => key(row.region, row)));
      const [scores, states] = [await team.scores(), await team.controlStates()];
      await state(regions);
      const stated = await team.scores();
      for (const [id, score] of Object.entries(stated)) {
        expect(score).toBeLessThanOrEqual(scores[id] ?? 0);
      }
      await clear();
      expect(await team.controlStates()).toEqual(states);
      expect(await team.scores()).toEqual(scores);
    }),
    { numRuns: propertyRuns(60, 5) },
  );
});
