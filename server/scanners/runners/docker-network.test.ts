import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunResult, ToolRun } from '../runs/tool-run.js';
import { connectionOf } from './docker-connection.js';
import { DockerRunner, type DockerRunnerOptions } from './docker-runner.js';
import { dockerHost, dockerSetting } from './testing/docker-for-tests.js';
import { aRun } from './testing/run-builder.js';

// Where a tool can connect, read from the kernel within its container, so that no test sends anything there.
describe.skipIf(!dockerHost)('the network of a container', () => {
  let options: DockerRunnerOptions;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ options, remove } = await dockerSetting());
  });
  afterEach(() => remove());

  const looked = async (changes: Partial<ToolRun>, more: Partial<DockerRunnerOptions> = {}) => {
    const runner = new DockerRunner({ ...options, ...more });
    const lines: string[] = [];
    const result = await runner.run(aRun(['network', '{output}'], changes), {
      runId: 'look',
      signal: new AbortController().signal,
      onLine: (line) => lines.push(line),
    });
    await runner.close();
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    return { result, lines };
  };
  const written = (result: RunResult, name: string) =>
    readFile(join(result.outputFolder, name), 'utf8');

  test('routes all link-local addresses to an internal network', async () => {
    const hostRoutes = await readFile('/proc/net/route', 'utf8');
    const { result, lines } = await looked({ network: 'targets' });
    expect(lines).toEqual([]);
    const routes = routesIn(await written(result, 'routes'));
    const metadata = routes.filter(({ holds }) => holds('169.254.169.254'));
    const narrowest = metadata.sort((a, b) => b.bits - a.bits)[0];
    // Straight to that network, where no machine has the address, and not by the way out.
    expect(narrowest).toMatchObject({ bits: 16, gateway: '0.0.0.0' });
    expect(routes.find(({ bits }) => bits === 0)?.device).not.toBe(narrowest?.device);
    const docker = new Docker(connectionOf(dockerHost));
    const network = await docker.getNetwork('offload-scan-link-local').inspect();
    expect(network).toMatchObject({ Internal: true, Containers: {} });
    // The host's own way to its metadata is untouched: Docker's end of it has no address.
    const linkLocal = (table: string) =>
      routesIn(table).filter(({ bits, holds }) => bits > 0 && holds('169.254.169.254'));
    const after = linkLocal(await readFile('/proc/net/route', 'utf8'));
    expect(after.map(({ device }) => device)).toEqual(
      linkLocal(hostRoutes).map(({ device }) => device),
    );
  });

  test('is absent where none is needed', async () => {
    const { result } = await looked({ network: 'none' });
    expect((await written(result, 'interfaces')).trim()).toBe('lo');
    expect(routesIn(await written(result, 'routes'))).toEqual([]);
  });

  test('serves twelve runs at once', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => looked({ network: 'targets' })));
    expect(all.flatMap(({ lines }) => lines)).toEqual([]);
  }, 60_000);

  test('resolves names to the allowed addresses', async () => {
    const hosts = [{ name: 'shop.example', address: '192.0.2.7' }];
    const { result } = await looked({ network: 'targets', hosts });
    expect(await written(result, 'hosts')).toMatch(/^192\.0\.2\.7\s+shop\.example$/m);
  });
});

/** The kernel's table: addresses are hexadecimal, their bytes in reverse. */
function routesIn(table: string) {
  const address = (hex = '') =>
    [3, 2, 1, 0].map((at) => Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16));
  return table
    .split('\n')
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [device = '', destination, gateway, , , , , mask] = line.trim().split(/\s+/);
      const [to, by] = [address(destination), address(mask)];
      const bits = by.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
      const holds = (text: string) =>
        text.split('.').every((part, at) => (Number(part) & (by[at] ?? 0)) === to[at]);
      return { device, gateway: address(gateway).join('.'), bits, holds };
    });
}
