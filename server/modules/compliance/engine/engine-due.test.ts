import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfig } from '../../../platform/config/config.js';
import { CSPMDatabaseManager } from '../../../platform/database/database-manager.js';
import { SqliteDatabase } from '../../../platform/database/sqlite-database.js';
import { databaseSettings } from '../../../platform/platform.js';
import { PATIENT } from '../../../testing/patient.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { engineLease } from './engine-lock.js';
import { EngineRunsRepository } from './engine-runs.repository.js';

const FAIL = { check: 'kms_cmk_are_used', resource: 'key' };
const CONTROL = 'CRY-09';

let databases: CSPMDatabaseManager;
let cores: TestCore[];
beforeEach(() => {
  cores = [];
  databases = new CSPMDatabaseManager({
    ...databaseSettings(readConfig({})),
    open: (_key, name) => new SqliteDatabase(':memory:', { name }),
  });
});
afterEach(async () => {
  // The databases close with the first, and only the last one writes then.
  for (const core of cores.reverse()) await core.close();
});

async function aProcess(role: 'api' | 'all' = 'api', clock = cores[0]?.clock): Promise<TestCore> {
  const core = await createTestCore({
    ...SCANS_TO_CONTROLS,
    ...{ databases, role },
    ...(clock ? { clock } : {}),
  });
  cores.push(core);
  return { ...core, clock: clock ?? core.clock };
}
const runs = () => new EngineRunsRepository(databases.get('assessments'));

describe('a team is due', () => {
  let core: TestCore;
  let team: TestTeam;
  const due = () => runs().due(core.clock.now().toISOString(), core.compliance.engine.build);
  const inHours = (hours: number) =>
    new Date(core.clock.now().getTime() + hours * 3_600_000).toISOString();

  beforeEach(async () => {
    core = await aProcess();
    team = new TestTeam(core);
    await team.import([FAIL]);
  });

  it('not after a run, but a day later', async () => {
    expect(await due()).toEqual([]);
    core.clock.moveDays(0.9);
    expect(await due()).toEqual([]);
    core.clock.moveDays(0.2);
    expect(await due()).toEqual([team.actor.teamId]);
    await core.compliance.engine.catchUp(team.actor);
    expect(await due()).toEqual([]);
  });

  it('when a decision or an attestation ends', async () => {
    const override = {
      kind: 'override',
      status: 'implemented',
      justification: 'elsewhere',
    } as const;
    const decision = { ...override, expiresAt: inHours(2) };
    await core.compliance.controls.decide(team.actor, CONTROL, decision);
    const statement = 'we do it';
    const attestation = { statement, expiresAt: inHours(4) };
    const [framework] = await core.compliance.catalogues
      .of(team.actor)
      .then(({ frameworks }) => [...frameworks.values()]);
    const place = [framework?.id ?? '', framework?.requirements[0]?.id ?? ''] as const;
    await core.compliance.attestations.attest(team.actor, ...place, attestation);
    for (const hours of [1.9, 1.8]) {
      core.clock.moveDays(hours / 24);
      expect(await due()).toEqual([]);
      core.clock.moveDays(0.2 / 24);
      expect(await due()).toEqual([team.actor.teamId]);
      await core.compliance.engine.catchUp(team.actor);
      expect(await due()).toEqual([]);
    }
  });

  it('when a process died before or while it computed a change', async () => {
    await core.compliance.engine.expect(team.actor);
    expect(await due()).toEqual([team.actor.teamId]);
    await core.compliance.engine.catchUp(team.actor);
    await core.compliance.engine.distrust(team.actor);
    expect(await due()).toEqual([team.actor.teamId]);
    expect(await core.compliance.engine.catchUp(team.actor).then(due)).toEqual([]);
  });

  it('when another build looked at it last', async () => {
    const now = core.clock.now().toISOString();
    expect(await runs().due(now, 'a later build')).toEqual([team.actor.teamId]);
  });
});

it('a start waits for no team: that of a dead process is followed once its lease has ended', async () => {
  const before = await aProcess();
  const teams = [new TestTeam(before), new TestTeam(before)];
  for (const team of teams) {
    await team.register();
    await team.import([FAIL]);
    await before.compliance.engine.distrust(team.actor);
  }
  const [dead, other] = teams.map(({ actor }) => actor) as [TestTeam['actor'], TestTeam['actor']];
  let release = () => {};
  const held = before.platform.leases.hold(
    engineLease(dead),
    () => new Promise<void>((resolve) => (release = resolve)),
  );
  const core = await aProcess('all');
  const isFollowed = async (team: TestTeam['actor']) => !(await runs().get(team))?.distrusted;
  await expect.poll(() => isFollowed(other), PATIENT).toBe(true);
  expect(await isFollowed(dead)).toBe(false);
  release();
  await held;
  // The clock of tests stands still, and with it what the job waits for.
  core.clock.moveDays(0.001);
  await expect.poll(() => isFollowed(dead), PATIENT).toBe(true);
});
