import { mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunResult, ToolRun } from '../runs/tool-run.js';
import { connectionOf } from './docker-connection.js';
import { DockerRunner, type DockerRunnerOptions } from './docker-runner.js';
import { dockerHost, dockerSetting } from './testing/docker-for-tests.js';
import { aRun, withLimits } from './testing/run-builder.js';

// What a tool can do, seen from inside of its container. Needs TEST_DOCKER_HOST.
describe.skipIf(!dockerHost)('a container of DockerRunner', () => {
  let base: string;
  let memory: string;
  let options: DockerRunnerOptions;
  let remove: () => Promise<void>;
  let runner: DockerRunner;
  const docker = new Docker(connectionOf(dockerHost));
  const quiet = new AbortController().signal;

  beforeEach(async () => {
    ({ base, memory, options, remove } = await dockerSetting());
    runner = new DockerRunner(options);
  });
  afterEach(async () => {
    await runner.close();
    await remove();
    const filters = { label: ['org.offload-security.run'] };
    expect(await docker.listContainers({ all: true, filters })).toEqual([]);
    expect(await docker.listNetworks({ filters })).toEqual([]);
  });

  const run = (args: string[], changes: Partial<ToolRun> = {}, onLine?: (line: string) => void) =>
    runner.run(aRun(args, changes), { runId: 'run-1', signal: quiet, onLine });
  const written = async (result: RunResult, name: string) =>
    (await readFile(join(result.outputFolder, name), 'utf8').catch(() => '')).trim();

  test('has no rights, its limits, and writes only to its own folders', async () => {
    const files = [{ name: 'key', content: 'secret', secret: true }];
    const limits = withLimits({ memoryBytes: 134_217_728, pids: 50 });
    const result = await run(['hardening', '{output}'], { files, ...limits });
    expect(result).toMatchObject({ exitCode: 0, ended: 'exited' });
    expect(Number(await written(result, 'uid'))).toBeGreaterThan(0);
    const status = await written(result, 'status');
    for (const set of ['Inh', 'Prm', 'Eff', 'Bnd', 'Amb']) {
      expect(status).toMatch(new RegExp(`^Cap${set}:\\s+0000000000000000$`, 'm'));
    }
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    expect(status).toMatch(/^Seccomp:\s+2$/m);
    expect(await written(result, 'writable')).toBe('');
    expect(await written(result, 'sockets')).toBe('');
    expect(await written(result, 'interfaces')).toBe('lo');
    expect(await written(result, 'nofile')).toBe('10000');
    expect(await written(result, 'core')).toBe('0');
    expect(await written(result, 'memory')).toBe('134217728');
    expect(await written(result, 'memory-and-swap')).toMatch(/^(134217728)?$/);
    expect(await written(result, 'pids')).toBe('50');
    expect(await written(result, 'init')).toContain('docker-init');
    const mounts = await written(result, 'mounts');
    expect(mounts).toMatch(/^tmpfs \/scan\/input tmpfs ro,/m);
    expect(mounts).toMatch(/^tmpfs \/tmp tmpfs rw,nosuid,nodev,noexec/m);
    expect(mounts).toMatch(/^overlay \/ overlay ro,|^\S+ \/ \S+ ro,/m);
  });

  test('scans services of the host, and has no network where none is needed', async () => {
    const server = createServer((_request, response) => response.end('found'));
    const address = await listen(server);
    const found = await run(['fetch', '{output}', address], { network: 'targets' });
    expect(found).toMatchObject({ exitCode: 0, stderr: '' });
    expect(await written(found, 'answer')).toContain('found');
    expect(await run(['fetch', '{output}', address])).toMatchObject({ exitCode: 1 });
    server.close();
  });

  test('does not reach the container of another run', async () => {
    const cancel = new AbortController();
    const addresses: string[] = [];
    let arrived: () => void = () => undefined;
    const bothArrived = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const serving = runner.run(aRun(['serve', '{output}', '8080'], { network: 'targets' }), {
      runId: 'other',
      signal: cancel.signal,
      onLine: (line) => {
        const address = /^address (\d+\.\d+\.\d+\.\d+)/.exec(line)?.[1];
        if (address && !address.startsWith('127.')) addresses.push(address);
        if (addresses.length === 2) arrived();
      },
    });
    await bothArrived;
    // The one of its separate network, and that of the network which all runs share and which leads nowhere.
    const shared = addresses.find((each) => each.startsWith('169.254.')) ?? '';
    const address = addresses.find((each) => each !== shared) ?? '';
    const host = await fetch(`http://${address}:8080/`).then((answer) => answer.text());
    expect(host.trim()).toBe('hello'); // it does listen
    const server = createServer((_request, response) => response.end('found'));
    const reached = await run(['fetch', '{output}', await listen(server)], { network: 'targets' });
    expect(reached).toMatchObject({ exitCode: 0 }); // it does fetch
    server.close();
    for (const each of [address, shared]) {
      const result = await run(['fetch', '{output}', `${each}:8080`], { network: 'targets' });
      expect(result).toMatchObject({ exitCode: 1, ended: 'exited' });
    }
    cancel.abort();
    expect(await serving).toMatchObject({ ended: 'cancelled' });
  }, 30_000);

  test('finds its folders when the platform and the host name them differently', async () => {
    // As from within a container: the platform's names lead to the host's folders by links.
    const host = `${base}-of-the-host`;
    const hostMemory = `${memory}-of-the-host`;
    await mkdir(host, { recursive: true });
    await rename(memory, hostMemory);
    await symlink(hostMemory, memory);
    await symlink(host, base);
    const seen: string[] = [];
    const sibling = new DockerRunner({
      ...options,
      hostOutputDir: host,
      hostMemoryDir: hostMemory,
    });
    const files = [{ name: 'key', content: 'secret', secret: true }];
    const watched = sibling.run(aRun(['copy', '{output}', '{input}', '1'], { files }), {
      runId: 'sibling',
      signal: quiet,
    });
    for (let waited = 0; waited < 30 && seen.length === 0; waited++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      for (const { Mounts } of await docker.listContainers()) {
        seen.push(...Mounts.map((mount) => mount.Source));
      }
    }
    const result = await watched;
    expect(result).toMatchObject({ exitCode: 0 });
    expect(await written(result, 'copy/key')).toBe('secret');
    expect(seen.filter((path) => path.startsWith(host) || path.startsWith(hostMemory))).toEqual(
      seen,
    );

    // Without memory that the host shares secrets lie with the run, and go with it.
    const unshared = new DockerRunner({ ...options, hostOutputDir: host });
    const of = (run: ToolRun) => unshared.run(run, { runId: 'unshared', signal: quiet });
    const kept = await of(aRun(['copy', '{output}', '{input}'], { files }));
    expect(await written(kept, 'copy/key')).toBe('secret');
    expect(await readdir(join(host, '.running'))).toEqual([]);

    const mounts = [{ hostPath: '/srv/sources/app', name: 'source' }];
    const refused = await of(aRun(['exit', '{output}', '0'], { mounts }));
    expect(refused).toMatchObject({ ended: 'not_started' });
    expect(refused.problem).toContain('does not share');
    const hostFolders = [{ here: '/srv/sources', host: join(import.meta.dirname, '..') }];
    const shared = new DockerRunner({ ...options, hostOutputDir: host, hostFolders });
    const source = [{ hostPath: '/srv/sources/runners/testing', name: 'source' }];
    const read = await shared.run(
      aRun(['copy', '{output}', '{input}/source'], { mounts: source }),
      {
        runId: 'shared',
        signal: quiet,
      },
    );
    expect(await written(read, 'copy/fake-tool.sh')).toContain('#!/bin/sh');
    await remove();
    for (const path of [host, hostMemory]) await rm(path, { recursive: true, force: true });
  });

  test('names the version of its image, and reports when Docker is missing', async () => {
    expect(await runner.availability('nmap')).toMatchObject({
      available: true,
      by: 'docker',
      version: '1.2.3',
      missing: null,
    });
    const absent = { nmap: { reference: 'offload-not-there:1', version: '7.98' } };
    const later = new DockerRunner({ ...options, images: absent, pull: 'missing' });
    expect(await later.availability('nmap')).toMatchObject({
      available: true,
      version: '7.98',
      missing: null,
      note: 'the image will be pulled at the first scan',
    });
    const deaf = new DockerRunner({ ...options, dockerHost: 'unix:///nowhere/docker.sock' });
    expect((await deaf.availability('nmap')).missing).toMatch(/does not run.*DOCKER_HOST/);
    const result = await deaf.run(aRun(['exit', '{output}', '0']), { runId: 'x', signal: quiet });
    expect(result).toMatchObject({ ended: 'not_started' });
    expect(result.problem).toContain('Docker does not run');
  });
});

/** Listens on all addresses; answers one that containers reach. */
async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  const bound = server.address();
  const outward = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal);
  return `${outward?.address}:${typeof bound === 'object' ? bound?.port : 0}`;
}
