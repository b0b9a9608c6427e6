import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { RunResult } from '../runs/tool-run.js';
import type { Runs } from './runner.contract.js';
import { aRun, withLimits } from './testing/run-builder.js';

/** The part of the runners' suite about tools that do not end, do not stop, or take too much. */
export function runnerLimitsContract(runs: () => Runs): void {
  /** That neither the tool's child nor the one that ran away still writes. */
  async function nothingLives(result: RunResult, names = ['child', 'runaway']): Promise<void> {
    const sizes = () =>
      Promise.all(names.map(async (name) => (await stat(join(result.outputFolder, name))).size));
    const before = await sizes();
    expect(Math.min(...before)).toBeGreaterThan(0);
    await sleep(400);
    expect(await sizes()).toEqual(before);
  }

  test('ends a tool that hangs at its time limit', async () => {
    const limited = withLimits({ timeoutMs: 1_500 });
    const result = await runs().run(['hang', '{output}'], limited);
    expect(result).toMatchObject({ exitCode: null, ended: 'timed_out', stdout: 'hanging' });
    expect(result.problem).toContain('1.5 s');
    expect(result.durationMs).toBeLessThan(11_000);
  }, 30_000);

  test('ends a tool that ignores signals, with all its children, when it is cancelled', async () => {
    const cancel = new AbortController();
    let asked = 0;
    const onLine = () => {
      setTimeout(() => {
        asked = performance.now();
        cancel.abort();
      }, 500);
    };
    const result = await runs().run(
      ['stubborn', '{output}'],
      {},
      { signal: cancel.signal, onLine },
    );
    expect(performance.now() - asked).toBeLessThan(10_000);
    expect(result).toMatchObject({ exitCode: null, ended: 'cancelled', stdout: 'started' });
    await nothingLives(result);
  }, 30_000);

  test('never begins what is cancelled before', async () => {
    const result = await runs().run(['exit', '{output}', '0'], {}, { signal: AbortSignal.abort() });
    expect(result).toMatchObject({ exitCode: null, ended: 'cancelled' });
    expect((await stat(result.outputFolder)).isDirectory()).toBe(true);
  });

  test('ends what a tool leaves behind', async () => {
    const result = await runs().run(['leave-behind', '{output}']);
    expect(result).toMatchObject({ exitCode: 0, ended: 'exited' });
    await nothingLives(result, ['runaway']);
  });

  test('keeps the end of a flood, in little memory', async () => {
    let lines = 0;
    let most = 0;
    const before = process.memoryUsage().rss;
    const onLine = () => {
      lines++;
      most = Math.max(most, process.memoryUsage().rss - before);
    };
    const result = await runs().run(['flood', '{output}', '100000000'], {}, { onLine });
    expect(result).toMatchObject({ exitCode: 0, ended: 'exited' });
    expect(result.stdout.length).toBeLessThanOrEqual(64 * 1024);
    expect(result.stdout).toMatch(/x\nthe end$|xthe end$/);
    expect(lines).toBeGreaterThan(100);
    expect(lines).toBeLessThan(50_000);
    expect(most).toBeLessThan(150_000_000);
  }, 60_000);

  test('ends a tool that writes too much', async () => {
    const limited = withLimits({ outputBytes: 20_000_000 });
    const result = await runs().run(['fill', '{output}'], limited);
    expect(result).toMatchObject({ exitCode: null, ended: 'output_limit' });
    expect(result.problem).toContain('20 MB');
  }, 30_000);

  test('ends a tool that needs too much memory', async () => {
    const limited = withLimits({ memoryBytes: 100_000_000 });
    const result = await runs().run(['hog', '{output}'], limited);
    expect(result).toMatchObject({ ended: 'out_of_memory' });
    expect(result.exitCode).not.toBe(0);
    expect(result.problem).toContain('memory');
  }, 30_000);

  test('bounds how many processes a tool starts', async () => {
    const limited = withLimits({ pids: 40, timeoutMs: 8_000 });
    const result = await runs().run(['forks', '{output}'], limited);
    expect(result.ended === 'exited' && result.exitCode === 0).toBe(false);
    const count = Number(await readFile(join(result.outputFolder, 'count'), 'utf8'));
    expect(count).toBeLessThan(runs().runner.id === 'docker' ? 40 : 1_500);
  }, 30_000);

  test('ends what runs when it is closed', async () => {
    const { runner, run } = runs();
    let began: () => void = () => undefined;
    const up = new Promise<void>((resolve) => {
      began = resolve;
    });
    const running = run(['hang', '{output}'], {}, { onLine: () => began() });
    await up;
    await runner.close();
    expect(await running).toMatchObject({ ended: 'cancelled' });
    const signal = new AbortController().signal;
    const late = await runner.run(aRun(['exit', '{output}', '0']), { runId: 'late', signal });
    expect(late).toMatchObject({ ended: 'cancelled' });
  }, 30_000);
}
