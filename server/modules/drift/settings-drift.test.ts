import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { EngineSettings } from '../../../contract/compliance.js';
import type { DriftFilter } from '../../../contract/drift.js';
import type { RowSpec } from '../../testing/prowler-rows.js';
import { createTestCore, scansToControlsAnd, type TestCore } from '../../testing/test-core.js';
import { TestTeam } from '../../testing/test-team.js';
import { DEFAULT_FRAMEWORKS } from '../catalogue/library/framework-activation.rules.js';
import type { Drift } from './index.js';

/** What a team changes by its thresholds and scopes is its decision, not caused by evidence. */
let core: TestCore;
let drift: Drift;
let team: TestTeam;
beforeAll(async () => {
  core = await createTestCore(scansToControlsAnd('drift'));
  drift = core.container.get('drift');
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => core.close());

const CONTROL = 'CRY-09';
const none = { accounts: [], environments: [], tags: [] };

/** Four keys of one severity, so that the number of `failing` ones gives their share. */
const keys = (failing: number, account = '111'): RowSpec[] =>
  ['a', 'b', 'c', 'd'].map((resource, at) => ({
    ...{ check: 'kms_cmk_are_used', resource, account, severity: 'Medium' },
    status: at < failing ? 'FAIL' : 'PASS',
  }));

async function change(settings: Partial<EngineSettings>): Promise<void> {
  const before = await core.compliance.settings.settings(team.actor);
  await core.compliance.settings.changeSettings(team.actor, { ...before, ...settings });
}

async function events(filter: DriftFilter = {}) {
  return (await drift.episodes.list(team.actor, filter, { limit: 200 })).items;
}

/** The types of all episodes, each once. */
async function types(): Promise<string[]> {
  return [...new Set((await events()).map(({ type }) => type))].sort();
}

async function statusOf(): Promise<string> {
  return (await team.control(CONTROL)).status;
}

/** An active framework that requires the control, and its score. */
async function frameworkOfControl(): Promise<{ id: string; score: number }> {
  const scores = await team.scores();
  const found = core.catalogue.shipped
    .requirementsOf(CONTROL)
    .find(({ framework }) => DEFAULT_FRAMEWORKS.has(framework.id));
  const id = found?.framework.id ?? '';
  return { id, score: scores[id] ?? 0 };
}

test('a changed threshold is the team’s decision: no regression, and no recovery when changed back', async () => {
  await team.import(keys(1), { at: 1 });
  expect(await statusOf()).toBe('partial');
  await change({ failShare: 0.2 });
  expect(await statusOf()).toBe('not_implemented');
  expect(await types()).toEqual(['settings_changed']);
  const [shown] = await events();
  expect(shown).toMatchObject({
    status: 'resolved',
    severity: 'medium',
    cause: { kind: 'decision', checks: [] },
    resolution: { kind: 'decision' },
  });
  expect(shown?.controls).toContain(CONTROL);
  expect(shown?.requirements.length).toBeGreaterThan(0);
  expect(shown?.cause.text).toContain('50 % → 20 %');

  core.clock.moveDays(1 / 24); // Episodes of one instant have no order.
  await change({ failShare: 0.5 });
  expect(await statusOf()).toBe('partial');
  expect(await types()).toEqual(['settings_changed']);
  expect((await events()).map(({ severity }) => severity)).toEqual(['low', 'medium']);
});

test('a regression that evidence opened and a threshold ended is resolved by decision', async () => {
  await team.import(keys(1), { at: 1 });
  await team.import(keys(3), { at: 2 });
  const [open] = await events({ type: ['control_regression'], control: CONTROL });
  expect(open).toMatchObject({ status: 'open', from: 'partial', to: 'not_implemented' });
  await change({ failShare: 0.9 });
  const [over] = await events({ type: ['control_regression'], control: CONTROL });
  expect(over).toMatchObject({
    id: open?.id,
    status: 'resolved',
    resolution: { kind: 'decision' },
  });
  expect(await events({ type: ['recovery'] })).toEqual([]);
});

test('reports after a change of thresholds count as evidence again', async () => {
  await team.import(keys(0), { at: 1 });
  await change({ failShare: 0.2 });
  expect(await events()).toEqual([]);
  await team.import(keys(1), { at: 2 });
  const [regression] = await events({ type: ['control_regression'], control: CONTROL });
  expect(regression).toMatchObject({
    status: 'open',
    cause: { kind: 'check', checks: [{ checkId: 'kms_cmk_are_used' }] },
  });
  expect(await events({ type: ['settings_changed'] })).toEqual([]);
  await team.import(keys(0), { at: 3 });
  const [over] = await events({ type: ['control_regression'], control: CONTROL });
  expect(over).toMatchObject({ status: 'resolved', resolution: { kind: 'evidence' } });
});

test('the first report after a change of thresholds that no run has seen is reported separately', async () => {
  await team.import(
    [...keys(1), { check: 'iam_root_mfa_enabled', resource: 'root', status: 'PASS' }],
    {
      at: 1,
    },
  );
  // The run of the change fails, so the import’s run is the first to see it.
  const broken = breakRuns();
  await expect(change({ failShare: 0.2 })).rejects.toThrow('gone');
  broken.mend();
  expect(await drift.detection.detect(team.actor)).toBe(0);
  await team.import([{ check: 'iam_root_mfa_enabled', resource: 'root', status: 'FAIL' }], {
    at: 2,
  });
  const [shown] = await events({ type: ['settings_changed'] });
  expect(shown?.controls).toContain(CONTROL);
  // The report changed scores as well, so none is reported as the team’s decision.
  expect(shown?.cause.text).not.toContain('scores');
  const regressed = await events({ type: ['control_regression'] });
  expect(regressed.length).toBeGreaterThan(0);
  for (const { subject, cause } of regressed) {
    expect(shown?.controls).not.toContain(subject);
    expect(cause.checks).toEqual([{ tool: 'prowler', checkId: 'iam_root_mfa_enabled' }]);
  }
});

test('an account that the team declares is not lost coverage', async () => {
  await team.import(keys(0), { at: 1 });
  expect(await statusOf()).toBe('implemented');
  const declared = { provider: 'aws', accountId: '333' };
  await core.compliance.scopes.profile(team.actor, declared, { environment: null, tags: [] });
  expect(await statusOf()).toBe('partial');
  expect(await types()).toEqual(['settings_changed']);
  await core.compliance.scopes.removeProfile(team.actor, declared);
  expect(await statusOf()).toBe('implemented');
  expect(await types()).toEqual(['settings_changed']);
});

test('a score lowered by the scope of its framework names the scope and is resolved by decision', async () => {
  await team.import([...keys(0), ...keys(0, '222')], { at: 1 });
  const { id, score } = await frameworkOfControl();
  await core.catalogue.activation.choose(team.actor, id, { targetScore: score });
  const accounts = ['aws/111', 'aws/nobody-looks-into-it'];
  const scope = { include: { ...none, accounts }, exclude: none };
  await core.compliance.scopes.setScope(team.actor, id, scope);
  expect(await types()).toEqual(['settings_changed', 'threshold_crossed']);
  const [shown] = await events({ type: ['settings_changed'] });
  expect(shown?.frameworks).toEqual([id]);
  const [crossed] = await events({ type: ['threshold_crossed'] });
  expect(crossed).toMatchObject({ subject: id, status: 'open', cause: { kind: 'decision' } });
  expect(crossed?.cause.text).toContain('scope');
  expect(crossed?.cause.text).not.toContain('attestation');

  await core.catalogue.activation.choose(team.actor, id, { targetScore: 0 });
  await drift.detection.detect(team.actor);
  const [over] = await events({ type: ['threshold_crossed'] });
  expect(over).toMatchObject({ status: 'resolved', resolution: { kind: 'decision' } });
  expect(over?.resolution?.text).toContain('target');
});

test('a score lowered by evidence in a framework with a scope names the requirements there', async () => {
  // It fails over all accounts already, but not yet in the scope of the framework.
  const elsewhere = keys(3, '222').map((key): RowSpec => ({ ...key, severity: 'Critical' }));
  await team.import([...keys(0), ...elsewhere], { at: 1 });
  const { id } = await frameworkOfControl();
  const scope = { include: { ...none, accounts: ['aws/111'] }, exclude: none };
  await core.compliance.scopes.setScope(team.actor, id, scope);
  const { score } = await frameworkOfControl();
  await core.catalogue.activation.choose(team.actor, id, { targetScore: score });
  await team.import([...keys(3), ...elsewhere], { at: 2 });
  const [crossed] = await events({ type: ['threshold_crossed'] });
  expect(crossed).toMatchObject({ subject: id, cause: { kind: 'score' } });
  expect(crossed?.cause.text).toMatch(/requirements? .* fell/);
  expect(crossed?.cause.text).not.toContain('attestation');
});

test('evidence that expires by a shorter evidence age is reported as the team’s decision', async () => {
  await team.import(keys(0), { at: core.clock.now().toISOString() });
  core.clock.moveDays(40);
  await core.compliance.engine.catchUp(team.actor);
  expect(await events()).toEqual([]);
  await change({ evidenceDays: 30 });
  const [expired] = await events({ type: ['evidence_expired'], control: CONTROL });
  expect(expired).toMatchObject({ status: 'open', cause: { kind: 'decision' } });
  expect(expired?.cause.text).toContain('30 days');
  await change({ evidenceDays: 90 });
  const [over] = await events({ type: ['evidence_expired'], control: CONTROL });
  expect(over).toMatchObject({ status: 'resolved', resolution: { kind: 'decision' } });
});

test('a diff of two snapshots states that thresholds changed', async () => {
  await team.import(keys(1), { at: 1 });
  await drift.snapshots.create(team.actor, { name: 'before' });
  await change({ failShare: 0.2 });
  const diff = await drift.snapshots.diff(team.actor, { from: 'before', to: 'now' });
  expect(diff).toMatchObject({ definitionChanged: false, settingsChanged: true });
  expect(diff.controls.find(({ id }) => id === CONTROL)?.causes).toEqual([
    'the team’s thresholds or accounts changed',
  ]);
  await change({ failShare: 0.5 });
  const back = await drift.snapshots.diff(team.actor, { from: 'before', to: 'now' });
  expect(back).toMatchObject({ settingsChanged: false, controls: [] });
});

/** As if the process had died after the settings were stored. */
function breakRuns() {
  const { leases } = core.platform;
  const hold = leases.hold.bind(leases);
  leases.hold = ((name: string, ...rest: [never]) => {
    if (name.startsWith('compliance/engine/')) return Promise.reject(new Error('gone'));
    return hold(name, ...rest);
  }) as typeof leases.hold;
  const mend = () => {
    leases.hold = hold;
  };
  return { mend };
}

test('a review of a check’s mapping is the team’s decision, and so is revoking it', async () => {
  await team.import(keys(4), { at: 1 });
  expect(await statusOf()).toBe('not_implemented');
  const { reviews: mappingReviews } = core.mapping;
  const [rejected] = (
    await mappingReviews.review(team.actor, [
      {
        ...{ tool: 'prowler', checkId: 'kms_cmk_are_used', controlId: CONTROL },
        ...{ verdict: 'reject', reason: 'these keys guard nothing of ours' },
      },
    ])
  ).reviews;
  expect(await statusOf()).toBe('not_assessed');
  expect(await types()).toEqual(['settings_changed']);
  const [shown] = await events();
  expect(shown).toMatchObject({ status: 'resolved', cause: { kind: 'decision' } });
  expect(shown?.cause.text).toContain('mappings of checks to controls were reviewed');
  const history = await core.compliance.history.ofControl(team.actor, CONTROL, 1);
  expect(history.items[0]).toMatchObject({ status: 'not_assessed', cause: 'decision' });

  await mappingReviews.revoke(team.actor, [rejected?.id ?? '']);
  expect(await statusOf()).toBe('not_implemented');
  expect(await types()).toEqual(['settings_changed']);
});

test('stating and forgetting which regions an account uses is the team’s decision', async () => {
  await team.import(keys(0), { at: 1 });
  const account = { provider: 'aws', accountId: '111' };
  const { regions } = core.compliance;
  await regions.state(team.actor, account, ['eu-west-1', 'us-east-1']);
  expect(await statusOf()).toBe('partial');
  expect(await types()).toEqual(['settings_changed']);
  const [shown] = await events();
  expect(shown?.controls).toContain(CONTROL);
  expect(shown?.cause.text).toContain('accounts, their regions or the scope of a framework');
  core.clock.moveDays(1 / 24);
  await regions.clear(team.actor, account);
  expect(await statusOf()).toBe('implemented');
  expect(await types()).toEqual(['settings_changed']);
});
