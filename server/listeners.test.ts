import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { engineRan } from './modules/compliance/index.js';
import { resultsLease } from './modules/security-scans/evidence.service.js';
import type { RowSpec } from './testing/prowler-rows.js';
import { createTestCore, type TestCore } from './testing/test-core.js';
import { TestTeam } from './testing/test-team.js';

// The work of drift, evidence and assessments after an event blocks neither imports nor the engine.

let core: TestCore;
let team: TestTeam;
/** The work of the three modules, with the team's leases that were held when it started. */
let work: { what: string; held: string[] }[];

beforeAll(async () => {
  core = await createTestCore();
  observe();
});
afterAll(() => core.close());
beforeEach(() => {
  work = [];
  team = new TestTeam(core);
});

const row = (status: RowSpec['status']): RowSpec => ({
  check: 'iam_root_mfa_enabled',
  resource: 'root',
  status,
});

async function heldLeases(): Promise<string[]> {
  const names = [resultsLease(team.actor), `compliance/engine/${team.actor.teamId}`];
  const isHeld = await Promise.all(names.map((name) => core.platform.leases.isHeld(name)));
  return names.filter((_, index) => isHeld[index]);
}

/** Observes drift detection by its lease, evidence and assessments by their jobs. */
function observe(): void {
  const { leases } = core.platform;
  const { queue } = core.container.scanning;
  const [hold, enqueue] = [leases.hold.bind(leases), queue.enqueue.bind(queue)];
  leases.hold = async (name, inside, options) => {
    if (name === `drift/${team.actor.teamId}`)
      work.push({ what: 'drift', held: await heldLeases() });
    return hold(name, inside, options);
  };
  queue.enqueue = async (type, request) => {
    work.push({ what: type.name, held: await heldLeases() });
    return enqueue(type, request);
  };
}

const done = () => [...new Set(work.map(({ what }) => what))].sort();
const heldDuringWork = () => work.flatMap(({ held }) => held);

test('drift, evidence and assessments follow an import once its leases are free', async () => {
  const assessments = core.container.get('assessments');
  await team.import([row('PASS')], { at: 1 });
  await assessments.assessments.create(team.actor, {
    ...{ questionnaireId: 'csf-2.0-profile', name: 'CSF' },
  });
  work = [];
  await team.import([row('FAIL')], { at: 2 });
  expect(done()).toEqual(['assessments.autofill', 'drift', 'evidence.collect']);
  expect(heldDuringWork()).toEqual([]);
});

test('they follow a decision, new thresholds, a full run and a verification once the leases are free', async () => {
  await team.import([row('FAIL')], { at: 1 });
  const { controls, settings, engine } = core.compliance;
  for (const change of [
    () =>
      controls.decide(team.actor, 'BCD-12', {
        kind: 'not_applicable',
        justification: 'nothing is kept there',
        approver: 'Ada',
      }),
    async () =>
      settings.changeSettings(team.actor, {
        ...(await settings.settings(team.actor)),
        evidenceDays: 30,
      }),
    () => engine.sync(team.actor),
    () => engine.verify(team.actor),
  ]) {
    work = [];
    await change();
    expect(done()).toContain('drift');
    expect(heldDuringWork()).toEqual([]);
  }
});

test('the next import of a team ends while a listener still processes the previous one', async () => {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let waiting = false;
  core.platform.events.after(engineRan, async ({ teamId }) => {
    if (teamId !== team.actor.teamId || waiting) return;
    waiting = true;
    await opened;
  });
  const first = team.import([row('PASS')], { at: 1 });
  await expect.poll(() => waiting).toBe(true);
  expect(await heldLeases()).toEqual([]);
  const second = await team.import([row('FAIL')], { at: 2 });
  expect(second.status).toBe('completed');
  expect(second.findings).toMatchObject({ opened: 1 });

  // An import counts as completed only after its listeners ended, so the first one is not completed yet.
  const list = async () => (await core.scans.imports.list(team.actor, 10)).items;
  expect((await list()).map(({ status }) => status).sort()).toEqual(['applying', 'completed']);
  open();
  expect((await first).status).toBe('completed');
  const [one, other] = (await list()).map(({ finishedAt }) => finishedAt ?? '').sort();
  expect((await first).finishedAt).toBe(one);
  expect(second.finishedAt).toBe(other);
  expect((await team.import([row('FAIL')], { at: 2 })).identical).toBe(true);
});

test('maintenance catches up after a process died between an import and its listeners', async () => {
  const drift = core.container.get('drift');
  const evidence = core.container.get('evidence');
  const episodes = async () =>
    (await drift.episodes.list(team.actor, { status: 'open' }, { limit: 50 })).items;
  const items = async () =>
    (await evidence.items.list(team.actor, { deleted: false, limit: 50 })).items;
  await core.platform.teams.ensure({
    ...{ id: team.actor.teamId, name: 'Team', createdAt: core.clock.now().toISOString() },
  });
  await team.import([row('PASS')], { at: 1 });
  const { leases } = core.platform;
  const { afterwards } = leases;
  leases.afterwards = async () => {};
  await team.import([row('FAIL')], { at: 2 });
  leases.afterwards = afterwards;
  expect([await episodes(), await items()]).toEqual([[], []]);
  await drift.runMaintenance(team.actor);
  await evidence.runMaintenance(team.actor);
  expect((await episodes()).length).toBeGreaterThan(0);
  expect((await items()).length).toBeGreaterThan(0);
});
