import { expect, it } from 'vitest';
import { systemClock } from '../../platform/clock.js';
import type { ToolId } from '../runs/tool-run.js';
import { PROGRAMS } from '../tools/registry.js';
import { BestRunner } from './best-runner.js';
import type { Runner } from './runner.js';
import { aRun } from './testing/run-builder.js';

function runner(id: Runner['id'], has: () => readonly ToolId[], asked: string[]): Runner {
  const ended = (tool: ToolId) => (has().includes(tool) ? 'exited' : 'not_started');
  return {
    id,
    availability: async (tool) => {
      asked.push(`${id} ${tool}`);
      const available = has().includes(tool);
      const version = available ? '1.0' : null;
      const missing = available ? null : 'get it';
      return { tool, by: id, available, version, where: null, missing };
    },
    run: async ({ tool }) => ({
      ...{ exitCode: 0, ended: ended(tool), problem: null, stdout: id, stderr: '' },
      ...{ outputFolder: '', durationMs: 0 },
    }),
    sweep: async () => 1,
    close: async () => {},
  };
}

it('runs each tool where it can, and checks again after one was missing', async () => {
  const asked: string[] = [];
  let installed: ToolId[] = ['nmap'];
  const docker = runner('docker', () => ['prowler'], asked);
  const native = runner('native', () => installed, asked);
  const best = new BestRunner(async () => [docker, native], systemClock);
  const options = { runId: 'r', signal: new AbortController().signal };
  const way = async (tool: ToolId) => (await best.run({ ...aRun([]), tool }, options)).stdout;
  expect(await way('prowler')).toBe('docker');
  expect(await way('nmap')).toBe('native');
  expect(asked).toHaveLength(2 * PROGRAMS.length);
  await way('zap');
  installed = ['nmap', 'zap'];
  expect(await way('zap')).toBe('native');
  expect(asked).toHaveLength(4 * PROGRAMS.length);
  expect(await best.sweep()).toBe(2);
});

it('scans a loopback address with a program of this machine, where there is one', async () => {
  const docker = runner('docker', () => ['nmap', 'zap'], []);
  const native = runner('native', () => ['nmap'], []);
  const best = new BestRunner(async () => [docker, native], systemClock);
  const options = { runId: 'r', signal: new AbortController().signal };
  const way = async (tool: ToolId, loopback?: true) =>
    (await best.run({ ...aRun([]), tool, ...(loopback && { loopback }) }, options)).stdout;
  expect(await way('nmap')).toBe('docker');
  expect(await way('nmap', true)).toBe('native');
  expect(await way('zap', true)).toBe('docker'); // which refuses it
});

it('checks again only after a tool that was available could not be started', async () => {
  const asked: string[] = [];
  let nowMs = 0;
  let images: ToolId[] = ['prowler'];
  const docker = runner('docker', () => images, asked);
  const native = runner('native', () => ['prowler'], asked);
  const clock = { now: () => new Date(nowMs) };
  const best = new BestRunner(async () => [docker, native], clock);
  const options = { runId: 'r', signal: new AbortController().signal };
  const way = async () => (await best.run({ ...aRun([]), tool: 'prowler' }, options)).stdout;
  expect(await way()).toBe('docker');
  nowMs = 24 * 3600_000;
  expect(await way()).toBe('docker');
  expect(asked).toHaveLength(2 * PROGRAMS.length);
  images = [];
  expect(await way()).toBe('docker'); // which says why not
  expect(await way()).toBe('native');
  expect(asked).toHaveLength(4 * PROGRAMS.length);
});
