import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ocsfReport, type RowSpec } from '../../../testing/prowler-rows.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { EngineRunsRepository } from './engine-runs.repository.js';

let core: TestCore;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => core.close());

/** A check of the sample that alone decides CRY-09, by a rule of the mapping. */
const aKey = (resource: string, more: Partial<RowSpec> = {}): RowSpec => ({
  check: 'kms_cmk_are_used',
  resource,
  ...more,
});
const passing = { status: 'PASS' } as const;

describe('a control', () => {
  it('is implemented by passes in every account, and partial when an account has no evidence', async () => {
    await team.import([aKey('a', passing), aKey('b', passing)]);
    expect(await team.control('CRY-09')).toMatchObject({
      status: 'implemented',
      assurance: 'fresh',
      reason: 'All 2 results pass, in every account in scope.',
      explanation: { accountsWithoutEvidence: [] },
    });
    await team.import([{ check: 's3_bucket_public', resource: 'x', account: '222' }], { at: 1 });
    const lowered = await team.control('CRY-09');
    expect(lowered).toMatchObject({
      status: 'partial',
      explanation: { accountsWithoutEvidence: ['aws/222'] },
    });
    expect(lowered.explanation.whatWouldChangeIt).toEqual(['Import evidence of account aws/222.']);
    await team.import([aKey('c', { ...passing, account: '222' })], { at: 2 });
    expect(await team.control('CRY-09')).toMatchObject({ status: 'implemented' });
  });

  it('is not lowered by an account of another provider, which the check cannot scan', async () => {
    await team.import([aKey('a', passing)]);
    const elsewhere = { provider: 'gcp', account: 'a-project' };
    await team.import([{ check: 'gcs_bucket_public', resource: 'x', ...elsewhere }], { at: 1 });
    expect(await team.control('CRY-09')).toMatchObject({ status: 'implemented' });
  });

  it('is partial or not implemented by the share of fails, and not implemented by a critical one', async () => {
    const passes = ['b', 'c', 'd'].map((name) => aKey(name, passing));
    await team.import([aKey('a'), ...passes], { at: 0 });
    expect(await team.control('CRY-09')).toMatchObject({ status: 'partial', openFindings: 1 });
    await team.import([aKey('a'), aKey('b'), ...passes.slice(1)], { at: 1 });
    expect(await team.control('CRY-09')).toMatchObject({ status: 'not_implemented' });
    const many = Array.from({ length: 40 }, (_, n) => aKey(`good-${n}`, passing));
    await team.import([aKey('a', { severity: 'Critical' }), ...many], { at: 2 });
    expect(await team.control('CRY-09')).toMatchObject({
      status: 'not_implemented',
      openFindings: 1,
      explanation: { rule: 'An open critical fail: not implemented.' },
    });
  });

  it('is never implemented by text or domain alone', async () => {
    await team.import([{ check: 'unheard_of_check', resource: 'a', status: 'PASS' }]);
    const { items } = await core.compliance.checkControls.of(
      team.actor,
      'prowler',
      'unheard_of_check',
    );
    for (const { controlId, match, status } of items) {
      expect([match.tier > 2, status]).toEqual([true, 'not_assessed']);
      expect((await team.control(controlId)).reason).toMatch(/text or domain/);
    }
  });

  it('names the failing check and the rule by which it counts', async () => {
    await team.import([aKey('a'), aKey('b', passing)]);
    const { explanation, reason } = await team.control('CRY-09');
    expect(reason).toContain('kms_cmk_are_used');
    expect(explanation.whatWouldChangeIt[0]).toMatch(/^Fix 1 failing result of kms_cmk_are_used/);
    const [input] = explanation.inputs;
    expect(input).toMatchObject({ checkId: 'kms_cmk_are_used', fail: 1, pass: 1, unknown: 0 });
    expect(input?.match).toMatchObject({ tier: 1, relation: 'subset', edges: [], tokens: [] });
    expect(input?.match.rule).toBe('prowler/aws-keys.yaml: kms_cmk_are_used');
    expect(input?.match.text).toMatch(/^It tests whether keys/);
  });

  it('names the stated requirements that lead to it, when no rule has the check', async () => {
    const compliance = { 'NIST-800-53-Revision-5': ['sc_12'], 'PCI-4.0': ['3.7.4.1'] };
    const title = 'Customer managed key of tomorrow has automatic rotation';
    const row = { check: 'tomorrow_key_renewal', resource: 'a', title, compliance };
    await team.import([row]);
    const { items } = await core.compliance.checkControls.of(
      team.actor,
      'prowler',
      'tomorrow_key_renewal',
    );
    expect(items[0]).toMatchObject({ match: { tier: 2 } });
    const { shipped } = core.catalogue;
    for (const { controlId, match } of items) {
      expect(match.edges.length).toBeGreaterThan(0);
      for (const { framework, requirement } of match.edges) {
        const linked = shipped.requirement(framework, requirement);
        expect(linked?.controls.map((edge) => edge.controlId)).toContain(controlId);
      }
    }
  });

  it('names the words by which a check was matched by text', async () => {
    const title = 'Snapshot of tomorrow is encrypted';
    await team.import([{ check: 'tomorrow_snapshot', resource: 'snapshot', title }]);
    const { items } = await core.compliance.checkControls.of(
      team.actor,
      'prowler',
      'tomorrow_snapshot',
    );
    expect(items[0]?.match).toMatchObject({ tier: 3, edges: [] });
    for (const { keyword } of items[0]?.match.tokens ?? []) expect(keyword).not.toBe('');
    const { explanation } = await team.control(items[0]?.controlId ?? '');
    expect(explanation.inputs[0]?.match.tokens.length).toBeGreaterThan(0);
  });

  it('is not decided by a check that merely touches it, but not implemented while that check fails', async () => {
    const versioning = { check: 's3_bucket_object_versioning', resource: 'bucket' };
    await team.import([{ ...versioning, ...passing }]);
    expect(await team.control('BCD-13')).toMatchObject({ status: 'implemented' });
    expect(await team.control('BCD-12')).toMatchObject({ status: 'not_assessed' });
    await team.import([{ ...versioning, ...passing }, aKey('a')], { at: 1 });
    const touched = await team.control('BCD-13');
    expect(touched).toMatchObject({ status: 'partial', openFindings: 0 });
    expect(touched.reason).toContain('1 result of related checks fails');
    await team.import([{ ...versioning, ...passing }, aKey('a', passing)], { at: 2 });
    expect(await team.control('BCD-13')).toMatchObject({ status: 'implemented' });
  });

  it('keeps its fails when an account is no longer reported, and grows stale', async () => {
    await team.import([aKey('a')]);
    await team.import([{ check: 's3_bucket_public', resource: 'x' }], { at: 1 });
    expect(await team.control('CRY-09')).toMatchObject({ openFindings: 1 });
    expect(await team.finding('a')).toMatchObject({ staleSince: '2026-02-02T06:00:00.000Z' });
  });

  it('is not implemented by a truncated report, whatever it contains', async () => {
    await team.importCut(ocsfReport([aKey('a', passing), aKey('b', passing)]), 0.8);
    expect(await team.control('CRY-09')).toMatchObject({ status: 'not_assessed' });
    await team.import([aKey('a', passing), aKey('b', passing)], { at: 1 });
    expect(await team.control('CRY-09')).toMatchObject({ status: 'implemented' });
  });
});

describe('the engine', () => {
  it('runs in full when its rules or the library have changed', async () => {
    await team.import([aKey('a')]);
    const runs = core.platform.repositories.create(EngineRunsRepository);
    const memory = await runs.get(team.actor);
    if (!memory) throw new Error('there is no engine memory');
    await runs.put(team.actor, { ...memory, ruleVersion: 'of last year' });
    const decision = {
      kind: 'not_applicable',
      justification: 'there is none of it',
      approver: 'Ada',
    } as const;
    await core.compliance.controls.decide(team.actor, 'BCD-12', decision);
    const { lastRun } = await core.compliance.posture.overview(team.actor);
    expect(lastRun?.mode).toBe('full');
  });

  it('leaves an audit entry when a person starts a run', async () => {
    const run = await core.compliance.engine.sync(team.actor);
    const [entry] = await core.platform.audit.about(team.actor, team.actor.teamId);
    expect(entry).toMatchObject({ action: 'compliance.synced', details: { mode: 'full' } });
    expect(run).toMatchObject({ mode: 'full', checks: 0 });
  });
});
