import { expect, test } from 'vitest';
import type { EngineRunsRepository } from './engine-runs.repository.js';
import { OncePerRun } from './once-per-run.js';

type Runs = Pick<EngineRunsRepository, 'get'>;
const team = { teamId: 'a' };

test('computes once until the next run, also before the first one and for callers at a time', async () => {
  let lastRun: object | null = null;
  let computed = 0;
  const runs = { get: async () => ({ lastRun }) } as unknown as Runs;
  const sums = new OncePerRun(runs, async () => {
    computed += 1;
    return computed;
  });
  const values = async () => [(await sums.of(team)).value, (await sums.of(team)).value];
  expect(await Promise.all([values(), values()])).toEqual([
    [1, 1],
    [1, 1],
  ]);
  lastRun = { startedAt: '2026-03-01T12:00:00.000Z' };
  expect(await values()).toEqual([2, 2]);
});

test('computes again after a failure', async () => {
  const runs = { get: async () => null } as unknown as Runs;
  let attempts = 0;
  const sums = new OncePerRun(runs, async () => {
    attempts += 1;
    if (attempts === 1) throw new Error('no database');
    return attempts;
  });
  await expect(sums.of(team)).rejects.toThrow('no database');
  expect((await sums.of(team)).value).toBe(2);
});
