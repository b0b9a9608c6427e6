import { expect, test } from 'vitest';
import type { RunLimits, RunResult, ToolRun } from '../runs/tool-run.js';
import { withinLimits } from './limited-runner.js';

const OWN: RunLimits = {
  timeoutMs: 1_000,
  memoryBytes: 2_000,
  cpus: 2,
  pids: 64,
  outputBytes: 3_000,
};

test('the operator’s limits lower those of a tool and never raise them', async () => {
  const seen: RunLimits[] = [];
  const runner = {
    run: async ({ limits }: ToolRun) => {
      seen.push(limits);
      return {} as RunResult;
    },
  };
  const run = { limits: OWN } as ToolRun;
  const options = { runId: 'a', signal: new AbortController().signal };
  await withinLimits(runner, { timeoutMs: 10, memoryBytes: 9_000 }).run(run, options);
  await withinLimits(runner, {}).run(run, options);
  expect(seen).toEqual([{ ...OWN, timeoutMs: 10 }, OWN]);
  expect(run.limits).toEqual(OWN);
});
