import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CliFolder } from '../testing/run-cli.js';

// Programs of their own take their time on a machine that is busy.
vi.setConfig({ testTimeout: 120_000 });

let folder: CliFolder;
let bin: string;
beforeEach(async () => {
  folder = await CliFolder.make();
  bin = join(folder.path, 'bin');
  await mkdir(bin);
});
afterEach(() => folder.remove());

/** Only what is in `bin`, and no Docker. */
async function doctor(env: Record<string, string> = {}) {
  const alone = { PATH: bin, DOCKER_HOST: `unix://${folder.path}/no-docker.sock`, ...env };
  const { code, stdout, stderr } = await folder.run(['doctor', '--json'], alone);
  expect(stderr).toBe('');
  const { findings, tools } = JSON.parse(stdout) as {
    findings: { what: string; state: string; detail: string }[];
    tools: { tool: string; available: boolean }[] | null;
  };
  return { code, tools, about: (what: string) => findings.find((each) => each.what === what) };
}

async function program(name: string, script: string): Promise<void> {
  await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
  await chmod(join(bin, name), 0o755);
}

test('tells of each scanner how it will run, or how to get it', async () => {
  await program('nmap', 'echo "Nmap version 7.95 ( https://nmap.org )"');
  const { code, about, tools } = await doctor();
  expect(code).toBe(0);
  expect(about('Nmap')).toMatchObject({
    state: 'good',
    detail: `7.95, the program ${join(bin, 'nmap')}`,
  });
  expect(about('Built-in web check')).toMatchObject({ state: 'good', detail: 'built in' });
  expect(about('Prowler')).toMatchObject({
    state: 'warn',
    detail: expect.stringMatching(/prowler is not on PATH; install it: pipx .*Docker does not run/),
  });
  expect(tools?.map(({ tool }) => tool).sort()).toEqual(['nmap', 'prowler', 'trivy', 'zap']);
});

test('NATIVE_TOOLS=require makes a missing scanner an error', async () => {
  const { code, about } = await doctor({ NATIVE_TOOLS: 'require' });
  expect([code, about('Trivy')?.state]).toEqual([1, 'bad']);
});

test('tells where jobs wait, and when Redis does not answer', async () => {
  expect((await doctor()).about('Queue')).toMatchObject({
    state: 'good',
    detail: 'in the embedded database; 0 waiting, 0 running, 0 failed',
  });
  const { code, about } = await doctor({ REDIS_URL: 'redis://127.0.0.1:1' });
  expect([code, about('Queue')?.state]).toEqual([1, 'bad']);
  expect(about('Queue')?.detail).toMatch(/^Redis: /);
  expect(about('Workers')?.state).toBe('good');
});

test('tells of the master key, makes none, and minds who can read it', async () => {
  const path = join(folder.path, 'data', 'master.key');
  const before = await doctor();
  expect(before.about('Master key')).toMatchObject({
    state: 'good',
    detail: `${path}, created when the first account is stored`,
  });
  await expect(stat(path)).rejects.toThrow();
  await writeFile(path, `${'ab'.repeat(32)}\n`, { mode: 0o600 });
  expect((await doctor()).about('Master key')?.detail).toMatch(/keep a copy/);
  await chmod(path, 0o644);
  const { code, about } = await doctor();
  expect([code, about('Master key')?.state]).toEqual([1, 'bad']);
  expect(about('Master key')?.detail).toMatch(/chmod 600/);
  const given = await doctor({ CSPM_MASTER_KEY: 'cd'.repeat(32) });
  expect(given.about('Master key')?.detail).toMatch(/^from CSPM_MASTER_KEY \([0-9a-f]{16}\)$/);
});
