import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createWeb, type Server } from 'node:http';
import { createServer as createTls } from 'node:https';
import { createServer as createTcp, type Server as TcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NativeRunner } from '../../runners/native-runner.js';
import { scannedFor } from '../../testing/real-scan.js';

/** The program, such as `nmap`; without it these tests skip. Services are started here, on loopback. */
const wanted = process.env.TEST_NMAP;
if (!wanted) console.warn('the real Nmap is not run: TEST_NMAP is not set (apt-get install nmap)');

describe.skipIf(!wanted)('the real Nmap', () => {
  let home: string;
  let runner: NativeRunner;
  const servers: (Server | TcpServer)[] = [];
  const ports = { web: 0, tls: 0, telnet: 0, mute: 0, closed: 0 };

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'real-nmap-'));
    runner = new NativeRunner({ outputFolder: join(home, 'runs') });
    const [key, cert] = [join(home, 'key.pem'), join(home, 'cert.pem')];
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert],
        ...['-days', '3', '-subj', '/CN=localhost'],
      ],
      { stdio: 'ignore' },
    );
    const listen = async (server: Server | TcpServer) => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      servers.push(server);
      const bound = server.address();
      return typeof bound === 'object' && bound ? bound.port : 0;
    };
    const page = (_request: unknown, response: { end(text: string): void }) =>
      response.end('hello');
    ports.web = await listen(createWeb(page));
    const tls = {
      key: await readFile(key),
      cert: await readFile(cert),
      minVersion: 'TLSv1',
    } as const;
    ports.tls = await listen(createTls({ ...tls, ciphers: 'DEFAULT@SECLEVEL=0' }, page));
    ports.telnet = await listen(
      createTcp((socket) => {
        socket.on('error', () => undefined);
        socket.write(Buffer.from([0xff, 0xfd, 0x18, 0xff, 0xfd, 0x20, 0xff, 0xfd, 0x23]));
        socket.write('\r\nrouter login: ');
      }),
    );
    ports.mute = await listen(createTcp((socket) => socket.on('error', () => undefined)));
    const gone = createTcp();
    ports.closed = await listen(gone);
    gone.close();
  }, 60_000);
  afterAll(async () => {
    await runner.close();
    for (const server of servers) server.close();
    await rm(home, { recursive: true, force: true });
  });

  const scanned = (profile: string, asked: number[], hosts = ['127.0.0.1'], addresses = hosts) =>
    scannedFor(runner, {
      scanner: 'nmap',
      target: { kind: 'network', hosts, ports: asked.join(',') },
      options: { profile },
      addresses,
    });

  it('reports its version', async () => {
    expect(await runner.availability('nmap')).toMatchObject({ available: true, missing: null });
  });

  it.each(['quick', 'standard', 'thorough'])(
    '%s: finds services, and only those',
    async (profile) => {
      // Nmap probes a silent service in many ways: once is enough.
      const { mute, ...speaking } = ports;
      const all = [...Object.values(speaking), ...(profile === 'quick' ? [mute] : [])];
      const { verdict, rows, result } = await scanned(profile, all);
      expect(result).toMatchObject({ ended: 'exited', exitCode: 0 });
      expect(verdict).toMatchObject({ outcome: 'succeeded', problem: null });
      expect(verdict.coverage).toMatchObject({
        unit: 'hosts',
        expected: 1,
        executed: 1,
        evidenced: 1,
      });
      const observed = rows.map((row) => row.observed).join('\n');
      for (const port of all.filter((each) => each !== ports.closed))
        expect(observed).toContain(`port ${port} `);
      expect(observed).not.toContain(`port ${ports.closed} `);
      expect(rows.every((row) => row.verdict !== 'pass' || row.check.id.startsWith('tls'))).toBe(
        true,
      );
      const telnet = rows.filter((row) => row.observed.includes(`port ${ports.telnet} `));
      expect(telnet.map((row) => row.verdict)).toContain('fail');
      const old = rows.filter((row) => /TLSv1\.0|TLSv1\.1/.test(row.observed));
      expect(old.some((row) => row.verdict === 'fail')).toBe(profile === 'thorough');
    },
    180_000,
  );

  it('fails if there was no host to scan', async () => {
    // A name without an address, so that no traffic leaves this machine.
    const { verdict } = await scanned(
      'quick',
      [ports.web],
      ['nothing.invalid'],
      ['nothing.invalid'],
    );
    expect(verdict.outcome).toBe('failed');
    expect(verdict.problem).toMatch(/no host|resolve/i);
  }, 60_000);

  it('finds nothing if all ports are closed, and reports that it scanned', async () => {
    const { verdict, rows } = await scanned('quick', [ports.closed]);
    expect(rows).toEqual([]);
    expect(verdict).toMatchObject({ outcome: 'succeeded', coverage: { executed: 1 } });
  }, 60_000);

  it('reports how many of several hosts it scanned', async () => {
    const { verdict } = await scanned('quick', [ports.web], ['127.0.0.1', '127.0.0.2']);
    expect(verdict.coverage).toMatchObject({ expected: 2, executed: 2 });
  }, 60_000);
});
