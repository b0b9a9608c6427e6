import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DockerRunner } from './docker-runner.js';
import { aRun } from './testing/run-builder.js';

it('refuses to scan a loopback address in a container, before it needs Docker', async () => {
  const base = await mkdtemp(join(tmpdir(), 'cspm-loopback-'));
  const runner = new DockerRunner({ outputFolder: base, dockerHost: 'tcp://127.0.0.1:1' });
  const options = { runId: 'r1', signal: new AbortController().signal };
  const result = await runner.run({ ...aRun([]), loopback: true }, options);
  expect(result).toMatchObject({ ended: 'not_started', exitCode: null });
  expect(result.problem).toMatch(/cannot scan a loopback address .* install the tool on the host/);
  await runner.close();
  await rm(base, { recursive: true });
});
