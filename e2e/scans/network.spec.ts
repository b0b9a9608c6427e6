import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listTools } from '../../contract/scan-operations.js';
import { Product } from './product.js';

/** A loopback address that nothing else listens on, and ports of the quick profile. */
const HOST = '127.0.77.1';
const PORTS = { http: 8081, ftp: 2121, vnc: 5900 };

const version = (() => {
  try {
    return /Nmap version ([\d.]+)/.exec(execFileSync('nmap', ['--version']).toString())?.[1];
  } catch {
    return undefined;
  }
})();

describe.skipIf(!version)('Nmap, run by the platform on services of this machine', () => {
  let product: Product;
  const speaking = (banner: string) =>
    createServer((socket) => {
      socket.on('error', () => {});
      socket.end(banner);
    });
  const servers: Record<keyof typeof PORTS, Server> = {
    http: createHttpServer((_, answer) => answer.end('hello')),
    ftp: speaking('220 (vsFTPd 3.0.3)\r\n'),
    vnc: speaking('RFB 003.008\n'),
  };

  beforeAll(async () => {
    for (const [name, port] of Object.entries(PORTS)) {
      const server = servers[name as keyof typeof PORTS];
      server.listen(port, HOST);
      await once(server, 'listening');
    }
    product = await Product.make({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
    await product.serve();
    await product.ownsLoopback();
  });
  afterAll(async () => {
    await product?.remove();
    for (const server of Object.values(servers)) server.close();
  });
  const scanned = () => product.scanned({ kind: 'network', targets: [HOST] });
  const openChecks = async () =>
    (await product.findings({ status: 'open' }))
      .filter(({ resourceUid }) => resourceUid.includes(HOST))
      .map(({ checkId }) => checkId)
      .sort();

  test('is listed as a native tool', async () => {
    const { items } = await product.call(listTools);
    expect(items.find(({ tool }) => tool === 'nmap')).toMatchObject({
      ...{ available: true, by: 'native', version },
    });
  });

  test('finds open ports, and those that should be closed', async () => {
    const scan = await scanned();
    expect(scan).toMatchObject({ status: 'completed', problem: null });
    const [its] = scan.subJobs;
    expect(its).toMatchObject({ tool: 'nmap', outcome: 'succeeded' });
    expect(its?.coverage).toMatchObject({ unit: 'hosts', expected: 1, executed: 1, evidenced: 1 });
    expect(its?.coverage?.toolVersion).toBe(version);
    expect(its?.results).toBeGreaterThanOrEqual(3);
    expect(await openChecks()).toEqual(['exposed_ftp', 'exposed_vnc']);
  });

  test('a service that was switched off is resolved by the next scan', async () => {
    servers.vnc.close();
    const scan = await scanned();
    expect(scan).toMatchObject({ status: 'completed', findings: { resolved: 1 } });
    expect(await openChecks()).toEqual(['exposed_ftp']);
  });

  test('every host of a range is scanned and counted', async () => {
    const scan = await product.scanned({ kind: 'network', targets: ['127.0.77.0/30'] });
    expect(scan.subJobs[0]?.coverage).toMatchObject({ expected: 4, executed: 4 });
    expect(await product.leftovers()).toEqual([]);
  });
});

if (!version) console.warn('Nmap is NOT TESTED: there is no nmap on PATH');
