import { afterEach, beforeEach, expect, it } from 'vitest';
import { NativeRunner } from '../../../scanners/runners/native-runner.js';
import { ScriptedProwler } from '../../../testing/scripted-prowler.js';
import { type ScanProcess, TestScans } from '../../../testing/test-scans.js';
import { createCatalogue } from '../../catalogue/index.js';
import { type Compliance, createCompliance } from '../../compliance/index.js';
import { createMapping } from '../../mapping/index.js';

// A region that no scan has finished: the evidence of the others does not prove the account.

const [HERE, THERE] = ['eu-west-1', 'us-east-1'] as const;
const CHECK = 'kms_cmk_are_used';
const CONTROL = 'CRY-09';
const ACCOUNT = 'aws/123456789012';

let prowler: ScriptedProwler;
let test: TestScans;
let one: ScanProcess;
let compliance: Compliance;
let accountId: string;

beforeEach(async () => {
  prowler = await ScriptedProwler.create();
  await prowler.expects([CHECK]);
  test = await TestScans.create({
    runner: (outputFolder) => new NativeRunner({ outputFolder, programs: prowler.programs }),
  });
  one = await test.process();
  const { platform, scans } = test;
  const catalogue = createCatalogue(platform, { statuses: () => null });
  const { evidence } = scans;
  const mapping = createMapping(platform, { catalogue, evidence, judge: () => null });
  compliance = createCompliance(platform, {
    ...{ scans, catalogue, mapping },
    ...{ queue: one.queue, scheduler: { define: async () => {} }, work: false },
  });
  await test.platform.repositories.prepareAll();
  accountId = (await test.anAccount(one, [HERE, THERE])).id;
  await passes(HERE);
  await prowler.does(THERE, 'exit 1');
});
afterEach(async () => {
  await test.close();
  await prowler.remove();
});

const passes = (region: string) =>
  prowler.reports(region, [{ check: CHECK, resource: `key/${region}`, status: 'PASS' }]);
async function scanned(regions?: string[]) {
  const request = { kind: 'cloud' as const, accountId, regions };
  const { id } = await one.orchestration.scans.start(test.actor, request);
  return test.until(one, id, undefined, 30_000);
}
/** The control's status, and its places without evidence. */
async function controlState() {
  const { status, explanation } = await compliance.controls.get(test.actor, CONTROL);
  return [status, ...explanation.accountsWithoutEvidence];
}

it('keeps controls from being implemented until a scan of it has finished', async () => {
  const { id, status } = await scanned();
  expect(status).toBe('partial');
  expect(await controlState()).toEqual(['partial', `${ACCOUNT} in ${THERE}`]);
  await passes(THERE);
  await one.orchestration.scans.retry(test.actor, id);
  expect(await test.until(one, id, undefined, 30_000)).toMatchObject({ status: 'completed' });
  expect(await controlState()).toEqual(['implemented']);
});

it('keeps its earlier evidence when a scan of it fails', async () => {
  await passes(THERE);
  await scanned();
  await prowler.does(THERE, 'exit 1');
  expect(await scanned()).toMatchObject({ status: 'partial' });
  expect(await controlState()).toEqual(['implemented']);
});

it('stays unproven when only other regions are scanned', async () => {
  await scanned();
  expect(await scanned([HERE])).toMatchObject({ status: 'completed' });
  expect(await controlState()).toEqual(['partial', `${ACCOUNT} in ${THERE}`]);
});

it('no longer counts once a scan of the whole account leaves it out', async () => {
  await scanned();
  await one.cloud.accounts.change(test.actor, accountId, { regions: [HERE] });
  await scanned();
  expect(await controlState()).toEqual(['implemented']);
});

it('no longer counts once its account is deleted', async () => {
  await scanned();
  await one.cloud.accounts.delete(test.actor, accountId);
  expect(await controlState()).toEqual(['implemented']);
});

it('an account whose every region failed counts as without evidence', async () => {
  const other = await test.anAccount(one, [HERE]);
  await scanned([HERE]);
  expect(await controlState()).toEqual(['implemented']);
  await prowler.does(HERE, 'exit 1');
  const request = { kind: 'cloud' as const, accountId: other.id };
  const { id } = await one.orchestration.scans.start(test.actor, request);
  expect(await test.until(one, id, undefined, 30_000)).toMatchObject({ status: 'failed' });
  expect(await controlState()).toEqual(['partial', `aws/123456789013 in ${HERE}`]);
});

it('belongs to the same scopes as its account', async () => {
  await scanned();
  const inScope = async (account: string) => {
    const none = { accounts: [], environments: [], tags: [] };
    await compliance.scopes.setScope(test.actor, 'soc2-tsc-2017', {
      include: { ...none, accounts: [account] },
      exclude: none,
    });
    const states = await compliance.posture.statesOf(test.actor, 'soc2-tsc-2017');
    return states.get(CONTROL)?.explanation.accountsWithoutEvidence;
  };
  expect(await inScope(ACCOUNT)).toEqual([`${ACCOUNT} in ${THERE}`]);
  expect(await inScope('aws/999999999999')).toEqual(['aws/999999999999']);
});
