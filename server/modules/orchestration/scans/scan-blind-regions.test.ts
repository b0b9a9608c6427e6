import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ScanRun } from '../../../../contract/orchestration.js';
import type { Actor } from '../../../platform/auth/actor.js';
import { NativeRunner } from '../../../scanners/runners/native-runner.js';
import { PATIENT } from '../../../testing/patient.js';
import { testLibrary } from '../../../testing/proven-controls.js';
import { ScriptedProwler } from '../../../testing/scripted-prowler.js';
import { anActor } from '../../../testing/test-core.js';
import { type ScanProcess, TestScans } from '../../../testing/test-scans.js';
import { createCatalogue } from '../../catalogue/index.js';
import { type Compliance, createCompliance } from '../../compliance/index.js';
import { createMapping } from '../../mapping/index.js';

// A region that no scan has finished: the evidence of the others does not prove the account.

const [HERE, THERE] = ['eu-west-1', 'us-east-1'] as const;
const CHECK = 'kms_cmk_are_used';
const CONTROL = 'CRY-09';
const [NUMBER, OTHER_NUMBER] = ['123456789012', '123456789013'] as const;
const ACCOUNT = `aws/${NUMBER}`;

let prowler: ScriptedProwler;
let test: TestScans;
let one: ScanProcess;
let compliance: Compliance;
let actor: Actor;
let accountId: string;
let teams = 0;

beforeAll(async () => {
  prowler = await ScriptedProwler.create();
  await prowler.expects([CHECK]);
  test = await TestScans.create({
    runner: (outputFolder) => new NativeRunner({ outputFolder, programs: prowler.programs }),
  });
  one = await test.process();
  const { platform, scans } = test;
  const catalogue = createCatalogue(platform, { shipped: testLibrary(), statuses: () => null });
  const { evidence } = scans;
  const mapping = createMapping(platform, { catalogue, evidence, judge: () => null });
  compliance = createCompliance(platform, {
    ...{ scans, catalogue, mapping, evidenceOf: () => null },
    ...{ queue: one.queue, scheduler: { define: async () => {} }, work: false },
  });
  await test.platform.repositories.prepareAll();
});
// A team per test.
beforeEach(async () => {
  actor = anActor(`team-${++teams}`);
  accountId = await anAccount(NUMBER, [HERE, THERE]);
  await passes(HERE);
  await prowler.does(THERE, 'exit 1');
});
afterAll(async () => {
  await test.close();
  await prowler.remove();
});

async function anAccount(number: string, regions: string[]): Promise<string> {
  const scope = { kind: 'aws' as const, accountId: number, regions };
  return (await test.anAccount(one, regions, { scope }, actor)).id;
}
const passes = (region: string) =>
  prowler.reports(region, [{ check: CHECK, resource: `key/${region}`, status: 'PASS' }]);
async function scanned(regions?: string[]) {
  const request = { kind: 'cloud' as const, accountId, regions };
  return ended((await one.orchestration.scans.start(actor, request)).id);
}
async function ended(scanId: string): Promise<ScanRun> {
  const read = () => one.orchestration.scans.get(actor, scanId);
  await expect.poll(async () => (await read()).finishedAt, PATIENT).not.toBeNull();
  return read();
}
/** The control's status, and its places without evidence. */
async function controlState() {
  const { status, explanation } = await compliance.controls.get(actor, CONTROL);
  return [status, ...explanation.accountsWithoutEvidence];
}

it('keeps controls from being implemented until a scan of it has finished', async () => {
  const { id, status } = await scanned();
  expect(status).toBe('partial');
  expect(await controlState()).toEqual(['partial', `${ACCOUNT} in ${THERE}`]);
  await passes(THERE);
  await one.orchestration.scans.retry(actor, id);
  expect(await ended(id)).toMatchObject({ status: 'completed' });
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
  await one.cloud.accounts.change(actor, accountId, { regions: [HERE] });
  await scanned();
  expect(await controlState()).toEqual(['implemented']);
});

it('no longer counts once its account is deleted', async () => {
  await scanned();
  await one.cloud.accounts.delete(actor, accountId);
  expect(await controlState()).toEqual(['implemented']);
});

it('an account whose every region failed counts as without evidence', async () => {
  const other = await anAccount(OTHER_NUMBER, [HERE]);
  await scanned([HERE]);
  expect(await controlState()).toEqual(['implemented']);
  await prowler.does(HERE, 'exit 1');
  const request = { kind: 'cloud' as const, accountId: other };
  const { id } = await one.orchestration.scans.start(actor, request);
  expect(await ended(id)).toMatchObject({ status: 'failed' });
  expect(await controlState()).toEqual(['partial', `aws/${OTHER_NUMBER} in ${HERE}`]);
});

it('belongs to the same scopes as its account', async () => {
  await scanned();
  const inScope = async (account: string) => {
    const none = { accounts: [], environments: [], tags: [] };
    await compliance.scopes.setScope(actor, 'soc2-tsc-2017', {
      include: { ...none, accounts: [account] },
      exclude: none,
    });
    const states = await compliance.posture.statesOf(actor, 'soc2-tsc-2017');
    return states.get(CONTROL)?.explanation.accountsWithoutEvidence;
  };
  expect(await inScope(ACCOUNT)).toEqual([`${ACCOUNT} in ${THERE}`]);
  expect(await inScope('aws/999999999999')).toEqual(['aws/999999999999']);
});
