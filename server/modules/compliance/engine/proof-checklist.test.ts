import { describe, expect, it } from 'vitest';
import { type CheckedResults, ResultEvaluation } from '../../../testing/evaluate-results.js';
import { loadCatalogue } from '../../catalogue/common-controls/catalogue.js';
import { Catalogue, type Proof } from '../../catalogue/index.js';
import { proofOf } from '../../catalogue/proof/proof.rules.js';
import type { ProofEntry } from '../../catalogue/proof/proof-file.js';

const shipped = loadCatalogue();
const USERS = 'iam_user_mfa_enabled_console_access';
const ROOT = 'iam_root_mfa_enabled';
const POOL = 'cognito_user_pool_mfa_enabled';
const BUCKETS = 's3_bucket_default_encryption';
const VOLUMES = 'ec2_ebs_volume_encryption';
const ADMINS = 'entra_global_admin_in_less_than_five_users';
const OWNERS = 'iam_subscription_roles_owner_custom_not_created';

/** The shipped rules, with other proof for some controls and none for the rest. */
function withProof(entries: Record<string, ProofEntry>): ResultEvaluation {
  const controls = [...shipped.controls.values()].map(({ proof: _, ...control }) => {
    const entry = entries[control.id];
    if (!entry) return control;
    const problems: string[] = [];
    const proof: Proof = proofOf(entry, shipped.checks, problems);
    expect(problems).toEqual([]);
    return { ...control, proof };
  });
  const [domains, frameworks] = [[...shipped.domains.values()], [...shipped.frameworks.values()]];
  const { version, checks } = shipped;
  return new ResultEvaluation(new Catalogue({ domains, frameworks, controls, version, checks }));
}

const mfa = withProof({
  'IAC-06': { aws: [{ all: [USERS, ROOT] }, { all: [POOL], whenSeen: 'cognito' }] },
  'CRY-05': { aws: [{ all: [BUCKETS, VOLUMES], whenSeen: 'each' }] },
  'IAC-16': { azure: [{ all: [ADMINS], whenSeen: 'entra' }, { all: [OWNERS] }] },
});
/** Results by which the account counts as scanned as a whole. */
const landmarks = (account?: string): CheckedResults[] =>
  [
    ...[ROOT, 'accessanalyzer_enabled', 'account_maintain_current_contact_details'],
    ...['backup_plans_exist', 'cloudtrail_multi_region_enabled', 'guardduty_is_enabled'],
  ].map((check) => ({ check, account, pass: 1, things: 0 }));
const users = { check: USERS, pass: 2 };
const verdictOf = async (id: string, results: CheckedResults[], now?: string) => {
  const verdict = (await mfa.of(results, { controlIds: [id], ...(now && { now }) })).get(id);
  if (!verdict) throw new Error(`there is no control ${id}`);
  const { proof, whatWouldChangeIt } = verdict.explanation;
  const states = proof?.items.map(({ account, checks, state }) => [account, ...checks, state]);
  return { ...verdict, proof, steps: whatWouldChangeIt, states };
};

describe('a control of the kind technology', () => {
  it('is implemented when every anchor is shown in every account', async () => {
    const { status, proof, reason } = await verdictOf('IAC-06', [users, ...landmarks()]);
    expect(status).toBe('implemented');
    expect(reason).toBe('All 3 results pass, in every account in scope.');
    expect(proof).toMatchObject({ by: 'scans', total: 2, shown: 2, without: [], unsurveyed: [] });
    expect(proof?.items[0]).toEqual({
      ...{ account: 'aws/111', checks: [ROOT], state: 'shown', at: '2026-06-01T00:00:00.000Z' },
    });
  });

  it('is partial when an anchor is missing, and names it first', async () => {
    const { status, reason, steps, states } = await verdictOf('IAC-06', [users]);
    expect(status).toBe('partial');
    expect(states).toEqual([
      ['aws/111', ROOT, 'missing'],
      ['aws/111', USERS, 'shown'],
    ]);
    expect(reason).toBe(`2 results pass, but 1 of 2 proofs are shown: ${ROOT} is missing.`);
    expect(steps[0]).toBe(`Run ${ROOT} in account aws/111: it has no result there.`);
  });

  it('is partial when one of several accounts lacks an anchor', async () => {
    const beside = { ...users, account: '222' };
    const { status, steps } = await verdictOf('IAC-06', [users, ...landmarks(), beside]);
    expect(status).toBe('partial');
    expect(steps[0]).toBe(`Run ${ROOT} in account aws/222: it has no result there.`);
  });

  it('is partial where an anchor has expired, was not evaluated or was cut off', async () => {
    const old = { ...users, at: '2026-01-01T00:00:00.000Z' };
    expect((await verdictOf('IAC-06', [old, ...landmarks()])).states?.[0]).toContain('expired');
    const unknown = { check: USERS, pass: 1, unknown: 1 };
    expect((await verdictOf('IAC-06', [unknown, ...landmarks()])).states?.[0]).toContain('unknown');
    const cut = { ...users, complete: false };
    const { status, states } = await verdictOf('IAC-06', [cut, ...landmarks()]);
    expect([status, states?.[0]?.at(-1)]).toEqual(['partial', 'unknown']);
  });

  it('needs an anchor of a service only where the account is seen to use it', async () => {
    const signing = { check: 'cognito_user_pool_advanced_security_enabled', fail: 1 };
    const used = await verdictOf('IAC-06', [users, signing, ...landmarks()]);
    expect(used.status).toBe('partial');
    expect(used.states?.[0]).toEqual(['aws/111', POOL, 'missing']);
    // A result about the account itself shows no user pool.
    const unused = [users, { ...signing, things: 0 }, ...landmarks()];
    expect((await verdictOf('IAC-06', unused)).status).toBe('implemented');
  });

  it('needs each kind of thing that is seen, and no other', async () => {
    const stored = [{ check: BUCKETS, pass: 4 }, ...landmarks()];
    expect(await verdictOf('CRY-05', stored)).toMatchObject({ status: 'implemented' });
    const disk = { check: 'ec2_ebs_volume_snapshots_exists', fail: 1 };
    expect((await verdictOf('CRY-05', [...stored, disk])).states?.[0]).toEqual([
      ...['aws/111', VOLUMES, 'missing'],
    ]);
  });

  it('is partial where reports of an account are of too few services to show which it uses', async () => {
    const { status, proof, reason, steps } = await verdictOf('CRY-05', [
      { check: BUCKETS, pass: 4 },
    ]);
    expect(status).toBe('partial');
    expect(proof?.unsurveyed).toEqual(['aws/111']);
    expect(reason).toContain('too few services');
    expect(steps[0]).toBe('Scan all services of account aws/111.');
  });

  it('asks nothing of an account that has nothing of the kind', async () => {
    const empty = landmarks('222');
    const stored = [{ check: BUCKETS, pass: 4 }, ...landmarks(), ...empty];
    expect((await verdictOf('CRY-05', stored)).status).toBe('implemented');
    expect((await verdictOf('CRY-05', [...landmarks(), ...empty])).status).not.toBe('implemented');
    const narrow = await verdictOf('CRY-05', [...stored, { check: ROOT, pass: 1, account: '333' }]);
    expect([narrow.status, narrow.proof?.unsurveyed]).toEqual(['partial', ['aws/333']]);
  });

  it('asks for checks of the directory in the tenant, and for others in subscriptions', async () => {
    const azure = { provider: 'azure', pass: 1 };
    const tenant = { ...azure, check: ADMINS, account: 'tenant' };
    const subscription = { ...azure, check: OWNERS, account: 'subscription' };
    const both = await verdictOf('IAC-16', [tenant, subscription]);
    expect(both.states).toEqual([
      ['azure/subscription', OWNERS, 'shown'],
      ['azure/tenant', ADMINS, 'shown'],
    ]);
    expect(both.status).toBe('implemented');
    const { status, states } = await verdictOf('IAC-16', [subscription]);
    expect([status, states?.[0]]).toEqual(['partial', ['azure/subscription', ADMINS, 'missing']]);
  });

  it('is partial where a provider in scope has no anchors', async () => {
    const azure = { check: 'entra_security_defaults_enabled', provider: 'azure', pass: 1 };
    const { status, proof, steps } = await verdictOf('IAC-06', [users, ...landmarks(), azure]);
    expect([status, proof?.without]).toEqual(['partial', ['azure']]);
    expect(steps).toContain('Answer for the control: scans of azure show parts of it only.');
  });
});

it('a process is partial at most, and asks for an answer', async () => {
  const { status, proof, steps, reason } = await verdictOf('AST-02', [
    { check: 'config_recorder_all_regions_enabled', pass: 9 },
    ...landmarks(),
  ]);
  expect([status, proof?.by]).toEqual(['partial', 'person']);
  expect(reason).toContain('a person must answer for it');
  expect(steps[0]).toBe('Add an answer with an explanation: scans show parts of it only.');
});

describe('a pass', () => {
  it('of a check that no release has does not count, but its fail does', async () => {
    const tomorrow = 'iam_user_mfa_enabled_console_access_v2';
    const passed = await verdictOf('IAC-06', [{ check: tomorrow, pass: 3 }]);
    expect(passed.status).toBe('not_assessed');
    const [input] = passed.explanation.inputs;
    expect(input).toMatchObject({ pass: 0, uncounted: 3 });
    const failed = await verdictOf('IAC-06', [{ check: tomorrow, fail: 3 }]);
    expect(failed.status).toBe('not_implemented');
  });

  it('beside which another check must pass is not evaluated while that one does not', async () => {
    const detector = 'guardduty_is_enabled';
    const finds = { check: 'guardduty_no_high_severity_findings', pass: 1 };
    const [id = ''] = [...(await mfa.of([finds]))]
      .filter(([, { explanation }]) => explanation.inputs.length > 0)
      .map(([controlId]) => controlId);
    const alone = await verdictOf(id, [finds]);
    expect(alone.status).toBe('not_assessed');
    expect(alone.explanation.inputs[0]?.withheld).toBe(
      `Not evaluated in aws/111: ${detector} does not pass there.`,
    );
    const off = await verdictOf(id, [finds, { check: detector, fail: 1, pass: 3 }]);
    expect(off.explanation.inputs.find(({ checkId }) => checkId === finds.check)?.pass).toBe(0);
    const on = await verdictOf(id, [finds, { check: detector, pass: 1 }]);
    expect(on.explanation.inputs.find(({ checkId }) => checkId === finds.check)?.pass).toBe(1);
  });

  it('of a check that misses too much proves nothing, and its fails count', async () => {
    const ssh = { check: 'network_ssh_internet_access_restricted', provider: 'azure' };
    const passed = await verdictOf('NET-04.1', [{ ...ssh, pass: 2 }]);
    expect(passed.status).toBe('not_assessed');
    expect(passed.explanation.inputs[0]).toMatchObject({
      ...{ pass: 0, uncounted: 2 },
      withheld: 'Passes do not count: the check misses rules for any port and for lists of ports.',
    });
    expect((await verdictOf('NET-04.1', [{ ...ssh, fail: 1 }])).status).toBe('not_implemented');
  });
});

it('an open vulnerability neither fails nor proves that vulnerabilities are searched for', async () => {
  const found = { tool: 'trivy', provider: 'image', check: 'CVE-2026-0001', fail: 3 };
  const { status, reason, explanation } = await verdictOf('VPM-06', [found]);
  expect(status).toBe('not_assessed');
  expect(reason).toBe('3 results show that the search runs, which is no proof of it.');
  expect(explanation.related?.[0]).toMatchObject({ checkId: 'CVE-2026-0001', fail: 3 });
  expect((await verdictOf('VPM-02', [found])).status).toBe('not_implemented');
});
