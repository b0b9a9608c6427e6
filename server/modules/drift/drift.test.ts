import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DriftFilter } from '../../../contract/drift.js';
import type { RowSpec } from '../../testing/prowler-rows.js';
import { createTestCore, scansToControlsAnd, type TestCore } from '../../testing/test-core.js';
import { TestTeam } from '../../testing/test-team.js';
import type { ControlConflict } from '../assessments/index.js';
import type { Drift } from './index.js';

let core: TestCore;
let drift: Drift;

beforeAll(async () => {
  core = await createTestCore(scansToControlsAnd('assessments', 'drift'));
  drift = core.container.get('drift');
});
afterAll(() => core.close());

const CHECK = 'iam_root_mfa_enabled';
const row = (status: RowSpec['status'], resource = 'root', check = CHECK): RowSpec => ({
  check,
  resource,
  status,
});

async function events(team: TestTeam, filter: DriftFilter = {}) {
  return (await drift.episodes.list(team.actor, filter, { limit: 200 })).items;
}

/** `type subject status count` of each episode, sorted. */
async function shownEpisodes(team: TestTeam): Promise<string[]> {
  const found = await events(team);
  return found
    .map(({ type, subject, status, count }) => `${type} ${subject} ${status} ${count}`)
    .sort();
}

/** The notifications in the web app, newest first. */
async function notifications(team: TestTeam): Promise<string[]> {
  const { items } = await drift.notifications.list(team.actor, { limit: 50 });
  return items.map(({ title, text }) => `${title}: ${text}`);
}

async function regressedControl(team: TestTeam): Promise<string> {
  const [first] = await events(team, { type: ['control_regression'], status: 'open' });
  if (!first) throw new Error('nothing regressed');
  return first.subject;
}

test('a pass that turns into a fail is a regression with its check, and is resolved by the fix', async () => {
  const team = new TestTeam(core);
  await team.import([row('PASS')], { at: 1 });
  expect(await shownEpisodes(team)).toEqual([]);
  expect(await notifications(team)).toEqual([]);

  await team.import([row('FAIL')], { at: 2 });
  const open = await events(team, { type: ['control_regression'] });
  expect(open.length).toBeGreaterThan(0);
  for (const event of open) {
    // The pass proves the first; it is a part of what the others ask for.
    const from = event.subject === 'IAC-06' ? 'implemented' : 'partial';
    expect(event).toMatchObject({
      status: 'open',
      count: 1,
      from,
      resolution: null,
    });
    expect(event.cause).toMatchObject({
      kind: 'check',
      checks: [{ tool: 'prowler', checkId: CHECK }],
    });
    expect(event.cause.text).toContain(CHECK);
    expect(event.requirements.length).toBeGreaterThan(0);
  }
  const clean = await events(team, { type: ['new_findings_in_clean_domain'] });
  expect(clean.length).toBeGreaterThan(0);
  const openedText = expect.stringMatching(new RegExp(`^6 changes.* ${open[0]?.subject} `));
  expect(await notifications(team)).toEqual([openedText]);

  await team.import([row('PASS')], { at: 3 });
  const after = await events(team, { type: ['control_regression'] });
  expect(after.map(({ id }) => id).sort()).toEqual(open.map(({ id }) => id).sort());
  for (const event of after) {
    expect(event).toMatchObject({ status: 'resolved', resolution: { kind: 'evidence' } });
  }
  expect(await events(team, { status: 'open' })).toEqual([]);
  const overText = expect.stringMatching(new RegExp(`6 of them over.* ${open[0]?.subject} `));
  expect((await notifications(team)).toSorted()).toEqual([overText, openedText]);
  const recovered = await events(team, { type: ['recovery'] });
  expect(recovered.map(({ subject }) => subject)).toContain(open[0]?.subject);
  expect(recovered[0]?.cause.text).toContain('no longer fails');
});

test('detection finds nothing when nothing changed, however often it runs', async () => {
  const team = new TestTeam(core);
  await team.import([row('PASS'), row('FAIL', 'b', 's3_bucket_level_public_access_block')], {
    at: 1,
  });
  await team.import([row('FAIL')], { at: 2 });
  const before = await shownEpisodes(team);
  const snapshots = (await drift.snapshots.list(team.actor, { limit: 200 })).items.length;
  await team.import([row('FAIL')], { at: 3 });
  await core.compliance.engine.sync(team.actor);
  expect(await drift.detection.detect(team.actor)).toBe(0);
  expect(await shownEpisodes(team)).toEqual(before);
  expect((await drift.snapshots.list(team.actor, { limit: 200 })).items.length).toBe(snapshots);
});

test('a regression that gets worse while open is counted again and no longer acknowledged', async () => {
  const team = new TestTeam(core);
  const ok = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => row('PASS', name));
  await team.import(ok, { at: 1 });
  await team.import([row('FAIL', 'a'), ...ok.slice(1)], { at: 2 });
  const id = await regressedControl(team);
  const [event] = await events(team, { type: ['control_regression'], control: id });
  const actor = team.actor;
  const seen = await drift.episodes.change(actor, event?.id ?? '', {
    acknowledged: true,
    note: 'ours',
  });
  expect(seen).toMatchObject({ status: 'open', acknowledged: { actor: actor.name }, note: 'ours' });

  await team.import([row('FAIL', 'a'), row('FAIL', 'b'), ...ok.slice(2)], { at: 3 });
  const [again] = await events(team, { type: ['control_regression'], control: id });
  expect(again).toMatchObject({
    id: event?.id,
    count: 2,
    acknowledged: null,
    note: 'ours',
    from: event?.from,
  });
  await team.import([row('FAIL', 'a'), ...ok.slice(1)], { at: 4 });
  const [still] = await events(team, { type: ['control_regression'], control: id });
  expect(still?.status).toBe('open');
});

test('a process that missed the event detects the same at its next run', async () => {
  const episodesOf = async (getsEvent: boolean) => {
    const team = new TestTeam(core);
    await team.import([row('PASS')], { at: 1 });
    // Detection runs under a lease: without it, the event is lost as if the process had died.
    const broken = getsEvent ? null : breakDetection();
    await team.import([row('FAIL')], { at: 2 });
    broken?.mend();
    if (!getsEvent) {
      expect(await shownEpisodes(team)).toEqual([]);
      expect(await drift.detection.detect(team.actor)).toBeGreaterThan(0);
    }
    return shownEpisodes(team);
  };
  expect(await episodesOf(false)).toEqual(await episodesOf(true));
});

test('an override that contradicts evidence is an episode until they agree; its end is an expired exception', async () => {
  const team = new TestTeam(core);
  await team.import([row('PASS')], { at: 1 });
  await team.import([row('FAIL')], { at: 2 });
  const id = await regressedControl(team);
  const expiresAt = new Date(core.clock.now().getTime() + 30 * 86_400_000).toISOString();
  await core.compliance.controls.decide(team.actor, id, {
    kind: 'override',
    status: 'implemented',
    justification: 'a compensating control is in place',
    expiresAt,
  });
  const [against] = await events(team, { type: ['override_contradicted'] });
  expect(against).toMatchObject({ subject: id, status: 'open' });
  const [regressed] = await events(team, { type: ['control_regression'], control: id });
  expect(regressed?.status).toBe('open'); // a decision does not resolve what evidence opened
  expect(await events(team, { type: ['recovery'], control: id })).toEqual([]);
  core.clock.moveDays(31);
  await core.compliance.engine.catchUp(team.actor);
  const [expired] = await events(team, { type: ['exception_expired'] });
  expect(expired).toMatchObject({ subject: id, status: 'open', cause: { kind: 'decision' } });
  const [agreed] = await events(team, { type: ['override_contradicted'] });
  expect(agreed?.status).toBe('resolved');
  await core.compliance.controls.withdraw(team.actor, id);
  expect((await events(team, { type: ['exception_expired'] }))[0]?.resolution?.kind).toBe(
    'decision',
  );
});

test('the only answer to a control: withdrawn it is lost coverage by decision, ended it is expired evidence', async () => {
  const team = new TestTeam(core);
  await team.import([row('PASS')], { at: 1 });
  const { controls, engine } = core.compliance;
  const answer = async (controlId: string) => {
    const expiresAt = new Date(core.clock.now().getTime() + 30 * 86_400_000).toISOString();
    const given = { status: 'implemented', justification: 'we have a written policy' } as const;
    await controls.decide(team.actor, controlId, { kind: 'answer', ...given, expiresAt });
  };
  await answer('GOV-01');
  await answer('GOV-02');
  await controls.withdraw(team.actor, 'GOV-01');
  expect(await events(team, { control: 'GOV-01' })).toMatchObject([
    { type: 'coverage_lost', from: 'implemented', to: 'not_assessed', cause: { kind: 'decision' } },
  ]);
  core.clock.moveDays(31);
  await engine.catchUp(team.actor);
  expect(await events(team, { control: 'GOV-02', status: 'open' })).toMatchObject([
    { type: 'evidence_expired', cause: { kind: 'decision' } },
  ]);
});

test('what evidence lowers after a decision has ended is a regression, not a second report of its end', async () => {
  const team = new TestTeam(core);
  await team.import([row('PASS')], { at: core.clock.now().toISOString() });
  const { controls, engine } = core.compliance;
  const expiresAt = new Date(core.clock.now().getTime() + 10 * 86_400_000).toISOString();
  const given = { status: 'implemented', justification: 'seen to it by hand' } as const;
  await controls.decide(team.actor, 'IAC-06', { kind: 'override', ...given, expiresAt });
  core.clock.moveDays(11);
  await engine.catchUp(team.actor);
  expect(await events(team, { type: ['evidence_expiring'], control: 'IAC-06' })).toMatchObject([
    { status: 'resolved', resolution: { kind: 'decision', text: 'It has ended since.' } },
  ]);
  const ended = { type: ['exception_expired' as const] };
  const [end] = await events(team, ended);
  for (let again = 0; again < 3; again += 1) await drift.detection.detect(team.actor);
  // Evidence agrees with the ended decision: one episode, resolved.
  expect(await events(team, ended)).toMatchObject([{ id: end?.id, status: 'resolved' }]);
  core.clock.moveDays(1);
  await team.import([row('FAIL')], { at: core.clock.now().toISOString() });
  expect(await events(team, { type: ['control_regression'], control: 'IAC-06' })).toMatchObject([
    { status: 'open', from: 'implemented', cause: { kind: 'check' } },
  ]);
  // No second episode for the end of the decision.
  expect(await events(team, ended)).toHaveLength(1);
});

test('old evidence opens an episode before it expires and when it has, resolved by new evidence', async () => {
  const team = new TestTeam(core);
  await team.import([row('PASS')], { at: core.clock.now().toISOString() });
  core.clock.moveDays(80);
  await core.compliance.engine.catchUp(team.actor);
  const expiring = await events(team, { type: ['evidence_expiring'] });
  expect(expiring.map(({ status }) => status)).toContain('open');
  core.clock.moveDays(12);
  await core.compliance.engine.catchUp(team.actor);
  expect((await events(team, { type: ['evidence_expired'] }))[0]?.status).toBe('open');
  expect(await events(team, { type: ['evidence_expiring'], status: 'open' })).toEqual([]);
  // One thing is one event: what it did to the control and its coverage is in it.
  expect(await events(team, { type: ['control_regression', 'coverage_lost'] })).toEqual([]);
  await team.import([row('PASS')], { at: core.clock.now().toISOString() });
  expect((await events(team, { type: ['evidence_expired'] }))[0]).toMatchObject({
    status: 'resolved',
    resolution: { kind: 'evidence' },
  });
});

test('evidence that expires in one of two accounts is one event, open until that account has new evidence', async () => {
  const team = new TestTeam(core);
  const key = { check: 'kms_cmk_are_used', resource: 'key', status: 'PASS' } as const;
  const both = [key, { ...key, account: '222' }];
  await team.import(both, { at: core.clock.now().toISOString() });
  core.clock.moveDays(60);
  await team.import([key], { at: core.clock.now().toISOString() });
  core.clock.moveDays(40);
  await core.compliance.engine.catchUp(team.actor);
  const ofControl = await events(team, { control: 'CRY-09', status: 'open' });
  expect(ofControl).toMatchObject([
    { type: 'evidence_expired', from: 'implemented', to: 'partial', cause: { kind: 'evidence' } },
  ]);
  expect(ofControl[0]?.cause.text).toContain('the control was implemented and is partial');
  expect(await drift.detection.detect(team.actor)).toBe(0);
  core.clock.moveDays(60);
  await core.compliance.engine.catchUp(team.actor);
  const later = await events(team, { control: 'CRY-09', status: 'open' });
  expect(later).toMatchObject([{ id: ofControl[0]?.id, to: 'not_assessed', count: 2 }]);
  await team.import(both, { at: core.clock.now().toISOString() });
  expect(await events(team, { control: 'CRY-09', status: 'open' })).toEqual([]);
});

test('a score below the target of the framework’s activation opens an episode', async () => {
  const team = new TestTeam(core);
  const hoursAgo = (hours: number) =>
    new Date(core.clock.now().getTime() - hours * 3_600_000).toISOString();
  await team.import([row('PASS')], { at: hoursAgo(3) });
  const { frameworks } = await core.compliance.posture.moment(team.actor);
  const [first, second] = frameworks.sort(
    (a, b) => (b.posture.score ?? 0) - (a.posture.score ?? 0),
  );
  if (!first || !second) throw new Error('nothing has a score');
  const choose = (frameworkId: string, targetScore: number) =>
    core.catalogue.activation.choose(team.actor, frameworkId, { targetScore });
  await choose(first.framework.id, first.posture.score ?? 0);
  await choose(second.framework.id, 0);
  await team.import([row('FAIL')], { at: hoursAgo(2) });
  const crossed = (await events(team, { type: ['threshold_crossed'] })).map(
    ({ subject, status }) => `${subject} ${status}`,
  );
  expect(crossed).toContain(`${first.framework.id} open`);
  expect(crossed).not.toContain(`${second.framework.id} open`);
  // It takes two points above the target to resolve it, more than the score was before; or a lower target.
  const open = async () =>
    (await events(team, { type: ['threshold_crossed'], status: 'open' })).map(
      ({ subject }) => subject,
    );
  await team.import([row('PASS')], { at: hoursAgo(1) });
  expect(await open()).toContain(first.framework.id);
  await choose(first.framework.id, 0);
  await drift.detection.detect(team.actor);
  expect(await open()).not.toContain(first.framework.id);
});

test('the end of evidence follows the team’s evidence age setting', async () => {
  const team = new TestTeam(core);
  const { settings } = core.compliance;
  const mine = await settings.settings(team.actor);
  await settings.changeSettings(team.actor, { ...mine, evidenceDays: 30 });
  await team.import([row('PASS')], { at: core.clock.now().toISOString() });
  const expectedEnd = new Date(core.clock.now().getTime() + 30 * 86_400_000).toISOString();
  core.clock.moveDays(25);
  await core.compliance.engine.catchUp(team.actor);
  const [expiring] = await events(team, { type: ['evidence_expiring'], status: 'open' });
  expect(expiring?.cause.text).toContain(`ends on ${expectedEnd.slice(0, 10)}`);
  await settings.changeSettings(team.actor, { ...mine, evidenceDays: 365 });
  expect(await events(team, { type: ['evidence_expiring'], status: 'open' })).toEqual([]);
});

test('contradicting answers are one episode until they agree', async () => {
  const team = new TestTeam(core);
  await team.import([row('PASS')], { at: 1 });
  const { conflicts } = core.container.get('assessments');
  const list = conflicts.list.bind(conflicts);
  const setConflicts = (...items: ControlConflict[]) => {
    conflicts.list = async () => items;
  };
  setConflicts({ controlId: 'IAC-06', values: ['yes', 'no'], text: 'two assessments differ' });
  expect(await drift.detection.detect(team.actor)).toBe(1);
  expect(await drift.detection.detect(team.actor)).toBe(0);
  expect(await shownEpisodes(team)).toEqual(['answers_in_conflict IAC-06 open 1']);
  setConflicts();
  expect(await drift.detection.detect(team.actor)).toBe(1);
  expect(await drift.detection.detect(team.actor)).toBe(0);
  expect(await shownEpisodes(team)).toEqual(['answers_in_conflict IAC-06 resolved 1']);
  conflicts.list = list;
});

test('snapshots: unique names, renamed, compared, and deleted only when named', async () => {
  const team = new TestTeam(core);
  const { actor } = team;
  const now = core.clock.now().getTime();
  const [yesterday, today] = [now - 86_400_000, now].map((ms) => new Date(ms).toISOString());
  await team.import([row('PASS')], { at: yesterday });
  const audit = await drift.snapshots.create(actor, { name: 'last audit' });
  await expect(drift.snapshots.create(actor, { name: 'last audit' })).rejects.toThrow('already');
  expect((await drift.snapshots.diff(actor, { from: 'last audit', to: 'now' })).controls).toEqual(
    [],
  );
  await team.import([row('FAIL')], { at: today });
  const diff = await drift.snapshots.diff(actor, { from: 'last audit', to: 'now' });
  const moved = diff.controls.find(({ id }) => id === diff.controls[0]?.id);
  expect(moved).toMatchObject({ from: 'implemented', causes: [`prowler/${CHECK} fails`] });
  expect(diff.findings).toEqual({ opened: 1, closed: 0 });
  expect(diff.requirements.length).toBeGreaterThan(0);
  expect(diff.frameworks.length).toBeGreaterThan(0);
  const back = await drift.snapshots.diff(actor, { from: audit.id, to: audit.id });
  expect(back).toMatchObject({ controls: [], requirements: [], frameworks: [] });
  const { items } = await drift.snapshots.list(actor, { limit: 10 });
  expect(items.filter(({ name }) => name === null)).toHaveLength(2);
  const unnamed = items.find(({ name }) => name === null)?.id ?? '';
  await expect(drift.snapshots.remove(actor, unnamed)).rejects.toThrow('unnamed snapshots');
  core.clock.moveDays(500);
  await drift.snapshots.thin(actor);
  const left = await drift.snapshots.list(actor, { limit: 10 });
  expect(left.items.map(({ name }) => name)).toEqual(['last audit']);
  // Its parts were kept, so it can still be read.
  expect((await drift.snapshots.diff(actor, { from: audit.id, to: audit.id })).controls).toEqual(
    [],
  );
  await drift.snapshots.rename(actor, audit.id, { name: 'audit 2026' });
  await drift.snapshots.remove(actor, audit.id);
  await expect(drift.snapshots.diff(actor, { from: 'audit 2026', to: 'now' })).rejects.toThrow(
    'no such',
  );
});

/** As if the process had died before detection. */
function breakDetection() {
  const { leases } = core.platform;
  const hold = leases.hold.bind(leases);
  leases.hold = ((name: string, ...rest: [never]) => {
    if (name.startsWith('drift/')) return Promise.reject(new Error('gone'));
    return hold(name, ...rest);
  }) as typeof leases.hold;
  const mend = () => {
    leases.hold = hold;
  };
  return { mend };
}
