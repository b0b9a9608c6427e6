import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DEFAULT_TEAM } from '../../../platform/auth/actor.js';
import { readConfig } from '../../../platform/config/config.js';
import { CSPMDatabaseManager } from '../../../platform/database/database-manager.js';
import { SqliteDatabase } from '../../../platform/database/sqlite-database.js';
import { databaseSettings } from '../../../platform/platform.js';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { ScopesRepository } from '../../security-scans/check-results/scopes.repository.js';
import { ControlStatesRepository } from '../states/control-states.repository.js';
import type { TeamControlState } from '../states/team-control-state.js';
import { CHECK_DRIFT, EXPIRE_EVIDENCE } from './engine.jobs.js';

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
  vi.restoreAllMocks();
  for (const core of cores) await core.close();
});

async function aProcess(role: 'api' | 'all' = 'api'): Promise<TestCore> {
  const core = await createTestCore({ ...SCANS_TO_CONTROLS, databases, role });
  cores.push(core);
  return core;
}

const FAIL = { check: 'kms_cmk_are_used', resource: 'key' };
const CONTROL = 'CRY-09';
const states = () => new ControlStatesRepository(databases.get('assessments'));

/** Makes a stored state contradict the evidence. */
async function spoil(team: TestTeam, changes: Partial<TeamControlState>): Promise<void> {
  const state = await states().get(team.actor, CONTROL);
  await states().put(team.actor, [{ ...(state as TeamControlState), ...changes }]);
}

describe('a process that only reads', () => {
  it('sees what another process imports and triages', async () => {
    const [worker, api] = [await aProcess(), await aProcess()];
    const team = new TestTeam(worker);
    const reader = new TestTeam(api, team.actor.teamId);
    const overview = () => api.compliance.posture.overview(reader.actor);
    expect((await overview()).openFindings.medium).toBe(0);
    await team.import([FAIL, { ...FAIL, resource: 'other' }]);
    const { medium, low, high, critical } = (await overview()).openFindings;
    expect(medium + low + high + critical).toBe(2);
    expect((await reader.control(CONTROL)).status).toBe('not_implemented');
    const finding = await team.finding('key');
    await team.triage(finding.id, 'false_positive');
    const after = (await overview()).openFindings;
    expect(after.medium + after.low + after.high + after.critical).toBe(1);
    expect((await reader.control(CONTROL)).openFindings).toBe(1);
  });
});

describe('the engine', () => {
  it('works for a team in one process at a time, and for another team in parallel', async () => {
    const [one, two] = [await aProcess(), await aProcess()];
    const team = new TestTeam(one);
    await team.import([FAIL]);
    let release = () => {};
    const busy = two.platform.leases.hold(
      `compliance/engine/${team.actor.teamId}`,
      () => new Promise<void>((resolve) => (release = resolve)),
    );
    let isDone = false;
    const run = one.compliance.engine.sync(team.actor).then(() => (isDone = true));
    await new TestTeam(one).import([FAIL]);
    expect(isDone).toBe(false);
    release();
    await Promise.all([busy, run]);
  });

  it('does not rely on the states of a failed run', async () => {
    const core = await aProcess();
    const team = new TestTeam(core);
    await team.import([FAIL]);
    await spoil(team, { status: 'implemented' });
    await core.compliance.engine.catchUp(team.actor);
    expect((await team.control(CONTROL)).status).toBe('implemented');
    await core.compliance.engine.distrust(team.actor);
    await core.compliance.engine.catchUp(team.actor);
    expect((await team.control(CONTROL)).status).toBe('not_implemented');
  });

  it('that failed after an import catches up later', async () => {
    const core = await aProcess();
    const team = new TestTeam(core);
    await team.import([FAIL]);
    const scopesIn = core.scans.evidence.scopesIn.bind(core.scans.evidence);
    core.scans.evidence.scopesIn = () => Promise.reject(new Error('the database is down'));
    await team.import([{ ...FAIL, status: 'PASS' }], { at: 1 });
    core.scans.evidence.scopesIn = scopesIn;
    expect((await team.control(CONTROL)).status).toBe('not_implemented');
    await core.compliance.engine.catchUp(team.actor);
    expect((await team.control(CONTROL)).status).toBe('implemented');
  });

  it('that stalled until it lost its lease is repeated at once', async () => {
    const core = await aProcess();
    const team = new TestTeam(core);
    await team.import([FAIL, { ...FAIL, resource: 'other' }]);
    const { evidence } = core.scans;
    const read = evidence.scopesIn.bind(evidence);
    const stalls: unknown[] = [];
    vi.spyOn(evidence, 'scopesIn').mockImplementationOnce(async (...given) => {
      const ms = performance.now() + 20_000;
      stalls.push(vi.spyOn(performance, 'now').mockReturnValueOnce(ms));
      return read(...given);
    });
    await team.triage((await team.finding('key')).id, 'false_positive');
    expect(stalls).toHaveLength(1);
    expect((await team.control(CONTROL)).openFindings).toBe(1);
  });
});

describe('its periodic work', () => {
  const theDefaultTeam = (core: TestCore) => new TestTeam(core, DEFAULT_TEAM.id);

  /** Runs it now, and returns the schedule once its outcome is known. */
  async function run(core: TestCore, id: string) {
    const { scheduler } = core.container.scanning;
    await scheduler.runNow(id);
    const outcome = async () => (await scheduler.get(id)).lastOutcome;
    await expect.poll(outcome, { timeout: 15_000 }).not.toBe('running');
    return scheduler.get(id);
  }

  const healthOf = (core: TestCore) => core.compliance.health.of(theDefaultTeam(core).actor);

  it('re-evaluates controls with expired decisions', async () => {
    const core = await aProcess('all');
    const team = theDefaultTeam(core);
    await team.import([FAIL]);
    const expiresAt = new Date(core.clock.now().getTime() + 3_600_000).toISOString();
    const justification = 'compensated elsewhere';
    const decision = { kind: 'override', status: 'implemented', justification, expiresAt } as const;
    await core.compliance.controls.decide(team.actor, CONTROL, decision);
    expect((await team.control(CONTROL)).status).toBe('implemented');
    core.clock.moveDays(0.1);
    expect(await run(core, EXPIRE_EVIDENCE)).toMatchObject({
      owner: 'compliance',
      lastOutcome: 'completed',
      nextRunAt: expect.any(String),
      // Until then an expired decision would still be shown.
      everyMs: 60_000,
    });
    expect((await team.control(CONTROL)).status).toBe('not_implemented');
  });

  it('finds no differences after correct incremental runs', async () => {
    const core = await aProcess('all');
    const team = theDefaultTeam(core);
    await team.import([FAIL, { ...FAIL, check: 's3_bucket_public', resource: 'bucket' }]);
    await team.triage((await team.finding('bucket')).id, 'accepted');
    await team.import([{ ...FAIL, status: 'PASS' }], { at: 1 });
    expect(await run(core, CHECK_DRIFT)).toMatchObject({
      lastOutcome: 'completed',
      lastError: null,
    });
    const health = await healthOf(core);
    expect(health).toMatchObject({ lastCheck: { wrong: 0, states: [] }, lastAlarm: null });
    expect(health.lastRun).toMatchObject({ mode: 'full' });
  });

  it('corrects a state that contradicts the evidence, and reports it everywhere', async () => {
    const core = await aProcess('all');
    const team = theDefaultTeam(core);
    await team.import([FAIL]);
    await spoil(team, { status: 'implemented', openFindings: 0 });
    const schedule = await run(core, CHECK_DRIFT);
    expect(schedule).toMatchObject({ owner: 'compliance', lastOutcome: 'failed' });
    expect(schedule.lastError).toContain(
      `1 control state was wrong in the team default, and corrected: ${CONTROL} (implemented, 0 open findings; is not_implemented, 1 open finding)`,
    );
    expect((await team.control(CONTROL)).status).toBe('not_implemented');
    const [entry] = await core.platform.audit.about(team.actor, team.actor.teamId);
    expect(entry).toMatchObject({ action: 'compliance.drift_found', details: { count: 1 } });
    expect(await core.platform.metrics.text()).toContain(
      'cspm_compliance_engine_divergences_total 1',
    );
    const states = [
      {
        ...{ controlId: CONTROL, scopeId: '', stored: 'implemented, 0 open findings' },
        computed: 'not_implemented, 1 open finding',
      },
    ];
    expect((await healthOf(core)).lastCheck).toMatchObject({ wrong: 1, states });
    core.clock.moveDays(0.001);
    expect((await run(core, CHECK_DRIFT)).lastOutcome).toBe('completed');
    expect(await healthOf(core)).toMatchObject({
      lastCheck: { wrong: 0 },
      lastAlarm: { wrong: 1, states },
    });
  });

  it('finds wrongly counted results, and waits for a running import', async () => {
    const core = await aProcess('all');
    const team = theDefaultTeam(core);
    await team.import([FAIL]);
    const scopes = new ScopesRepository(databases.get('securityScans'));
    const known = await scopes.list(team.actor);
    await scopes.put(
      team.actor,
      known.map((each) => ({ ...each, tallies: [] })),
    );
    let release = () => {};
    const importing = core.scans.evidence.whileStill(
      team.actor,
      () => new Promise<void>((resolve) => (release = resolve)),
    );
    const { scheduler } = core.container.scanning;
    await scheduler.runNow(CHECK_DRIFT);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await scheduler.get(CHECK_DRIFT)).lastOutcome).toBe('running');
    release();
    await importing;
    core.clock.moveDays(0.001);
    await expect
      .poll(async () => (await scheduler.get(CHECK_DRIFT)).lastOutcome, { timeout: 15_000 })
      .toBe('completed');
    const [scope] = (await core.scans.evidence.of(team.actor)).scopes;
    expect(scope?.tallies).toMatchObject([{ standing: 'fail', count: 1 }]);
  });
});
