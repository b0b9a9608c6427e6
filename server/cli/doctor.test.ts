import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPlatform } from '../platform/platform.js';
import { ClockMarksRepository } from '../platform/time/clock-marks.repository.js';
import { readServerConfig } from '../server-config.js';
import { CliFolder } from '../testing/run-cli.js';
import { clockCheck } from './doctor/clock-check.js';
import { fileAccess } from './doctor/machine-checks.js';

// Commands are slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let folder: CliFolder;
let bin: string;
beforeEach(async () => {
  folder = await CliFolder.make();
  bin = join(folder.path, 'bin');
  await mkdir(bin);
});
afterEach(() => folder.remove());

/** Runs doctor with only the programs in `bin`, and no Docker. */
async function doctor(env: Record<string, string> = {}) {
  const alone = { PATH: bin, DOCKER_HOST: `unix://${folder.path}/no-docker.sock`, ...env };
  const { code, stdout, stderr } = await folder.run(['doctor', '--json'], alone);
  expect(stderr).toBe('');
  const { findings, tools } = JSON.parse(stdout) as {
    findings: { what: string; state: string; detail: string }[];
    tools: { tool: string; available: boolean }[] | null;
  };
  return { code, tools, findingOf: (what: string) => findings.find((each) => each.what === what) };
}

async function program(name: string, script: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, name), 0o755);
}

test('reports for each scanner how it will run, or how to install it', async () => {
  await program('nmap', 'echo "Nmap version 7.95 ( https://nmap.org )"');
  const { code, findingOf, tools } = await doctor();
  expect(code).toBe(0);
  expect(findingOf('Nmap')).toMatchObject({
    state: 'good',
    detail: `7.95, the program ${join(bin, 'nmap')}`,
  });
  expect(findingOf('Built-in web check')).toMatchObject({ state: 'good', detail: 'built in' });
  expect(findingOf('Prowler')).toMatchObject({
    state: 'warn',
    detail: expect.stringMatching(/prowler is not on PATH; install it: pipx .*Docker does not run/),
  });
  expect(tools?.map(({ tool }) => tool).sort()).toEqual(['nmap', 'prowler', 'trivy', 'zap']);
});

test('NATIVE_TOOLS=require makes a missing scanner an error', async () => {
  const { code, findingOf } = await doctor({ NATIVE_TOOLS: 'require' });
  expect([code, findingOf('Trivy')?.state]).toEqual([1, 'bad']);
});

test('reports where jobs are queued, and when Redis does not respond', async () => {
  expect((await doctor()).findingOf('Queue')).toMatchObject({
    state: 'good',
    detail: 'in the embedded database; 0 waiting, 0 running, 0 failed',
  });
  const { code, findingOf } = await doctor({ REDIS_URL: 'redis://127.0.0.1:1' });
  expect([code, findingOf('Queue')?.state]).toEqual([1, 'bad']);
  expect(findingOf('Queue')?.detail).toMatch(/^Redis: /);
  expect(findingOf('Workers')?.state).toBe('good');
});

test('reports where files are, and moves those of former releases', async () => {
  expect((await doctor()).findingOf('Files')).toEqual({
    what: 'Files',
    state: 'good',
    detail: `in ${folder.path}/data`,
  });
  const { code, findingOf } = await doctor({
    ...{ BLOBS: 's3', S3_BUCKET: 'files', S3_ENDPOINT_URL: 'http://127.0.0.1:9' },
    ...{ S3_ACCESS_KEY_ID: 'key', S3_SECRET_ACCESS_KEY: 'secret-key' },
  });
  expect([code, findingOf('Files')?.state]).toEqual([1, 'bad']);
  expect(findingOf('Files')?.detail).toMatch(/^in the bucket files: .* does not respond/);
  expect((await folder.run(['doctor', '--move-files'])).stdout).toBe('0 files (0.0 MB) moved\n');
});

test('repairs stored times in the future, and says when the clock went back', async () => {
  expect((await folder.run(['controls', '--json'])).code).toBe(0);
  const platform = createPlatform(readServerConfig({ ...folder.env, LOG_LEVEL: 'silent' }));
  try {
    const marks = platform.repositories.create(ClockMarksRepository);
    const seenAt = new Date(Date.now() + 700 * 86_400_000).toISOString();
    await marks.put({ seenAt, wentBackFrom: null, repaired: null });
    await platform.teams.ensure({ id: 'later', name: 'Later', createdAt: seenAt });
    expect(await clockCheck(platform)).toMatchObject({
      state: 'bad',
      detail: expect.stringContaining(`was at ${seenAt} before`),
    });
    const { stdout } = await folder.run(['doctor', '--repair-times', '--json']);
    expect(JSON.parse(stdout).repaired).toBeGreaterThan(0);
    expect(await clockCheck(platform)).toMatchObject({
      state: 'good',
      detail: expect.stringMatching(`^went back from ${seenAt}`),
    });
    expect(Date.parse((await platform.teams.get('later'))?.createdAt ?? '')).toBeLessThan(
      Date.now() + 1,
    );
  } finally {
    await platform.databases.close();
  }
});

test('names files that other users can read, and commands restrict them', async () => {
  const data = join(folder.path, 'data');
  await mkdir(data, { mode: 0o700 });
  await writeFile(join(data, 'old-copy.sqlite'), 'x', { mode: 0o644 });
  const access = () => fileAccess(readServerConfig(folder.env));
  expect(await access()).toMatchObject({
    state: 'warn',
    detail: expect.stringContaining('1 file and 0 folders in DATA_DIR (old-copy.sqlite)'),
  });
  expect((await folder.run(['controls', '--json'])).code).toBe(0);
  expect(await access()).toMatchObject({ state: 'good' });
});

test('reports the master key, creates none, and checks its file permissions', async () => {
  const path = join(folder.path, 'data', 'master.key');
  const before = await doctor();
  expect(before.findingOf('Master key')).toMatchObject({
    state: 'good',
    detail: `${path}, created when the first account is stored`,
  });
  await expect(stat(path)).rejects.toThrow();
  await writeFile(path, `${'ab'.repeat(32)}\n`, { mode: 0o600 });
  expect((await doctor()).findingOf('Master key')?.detail).toMatch(/keep a copy/);
  await chmod(path, 0o644);
  const { code, findingOf } = await doctor();
  expect([code, findingOf('Master key')?.state]).toEqual([1, 'bad']);
  expect(findingOf('Master key')?.detail).toMatch(/chmod 600/);
  const given = await doctor({ CSPM_MASTER_KEY: 'cd'.repeat(32) });
  expect(given.findingOf('Master key')?.detail).toMatch(/^from CSPM_MASTER_KEY \([0-9a-f]{16}\)$/);
});
