import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestCore, SCANS_TO_CONTROLS, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { engineLease } from './engine-lock.js';

let core: TestCore;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(SCANS_TO_CONTROLS);
  team = new TestTeam(core);
  await team.import([{ check: 'kms_cmk_are_used', resource: 'key' }]);
});
afterAll(() => core.close());

const read = async (work: (attempt: number) => Promise<void>) => {
  let attempts = 0;
  const { isConsistent } = await core.compliance.betweenRuns.read(team.actor, () =>
    work(++attempts),
  );
  return { attempts, isConsistent };
};

test('reads once when no run takes place', async () => {
  expect(await read(async () => {})).toEqual({ attempts: 1, isConsistent: true });
});

test('reads again when a run ended during the read', async () => {
  const sync = async (attempt: number) => {
    core.clock.moveDays(1 / 24);
    if (attempt === 1) await core.compliance.engine.sync(team.actor);
  };
  expect(await read(sync)).toEqual({ attempts: 2, isConsistent: true });
});

test('waits for a running run', async () => {
  let finish = () => {};
  let under = () => {};
  const started = new Promise<void>((resolve) => {
    under = resolve;
  });
  const run = core.platform.leases.hold(engineLease(team.actor), () => {
    under();
    return new Promise<void>((resolve) => {
      finish = resolve;
    });
  });
  await started;
  expect(await read(async (attempt) => void (attempt === 1 && finish()))).toEqual({
    attempts: 2,
    isConsistent: true,
  });
  await run;
});

test('reports an incomplete read when every attempt is interrupted by a run', async () => {
  const sync = async () => {
    core.clock.moveDays(1 / 24);
    await core.compliance.engine.sync(team.actor);
  };
  expect(await read(sync)).toEqual({ attempts: 3, isConsistent: false });
});
