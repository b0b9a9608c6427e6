import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer, type ServerOptions } from 'node:https';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../platform/clock.js';
import { readerContext } from '../../readers/reader-context.js';
import { parseWebUrl } from '../../targets/index.js';
import { createForeignOcsfReader, isForeignOcsf } from '../ocsf/ocsf.read.js';
import { checkSite, type SiteParts } from './check-site.js';
import { webCheckReport } from './web-check.report.js';
import { createWebCheck } from './web-check.scan.js';

const HOST = 'site.example.org';
const OWN = { ranges: ['127.0.0.1/32'], names: [] };

let folder: string;
const certificates = new Map<string, { key: string; cert: string }>();
const servers: Server[] = [];
const sockets: Socket[] = [];

/** Made by openssl, as Node cannot create certificates. */
function makeCertificate(name: string, options: string[], subject = HOST): void {
  const paths = { key: join(folder, `${name}.key`), cert: join(folder, `${name}.pem`) };
  const common = ['req', '-x509', '-nodes', '-keyout', paths.key, '-out', paths.cert];
  const names = ['-subj', `/CN=${subject}`, '-addext', `subjectAltName=DNS:${subject}`];
  execFileSync('openssl', [...common, ...names, ...options], { stdio: 'pipe' });
  certificates.set(name, paths);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cspm-certificates-'));
  const strong = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  makeCertificate('good', [...strong, '-days', '365']);
  makeCertificate('short', [...strong, '-days', '5']);
  makeCertificate('other', [...strong, '-days', '365'], 'other.example.org');
  makeCertificate('weak', ['-newkey', 'rsa:1024', '-sha1', '-days', '365']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server)
      (server as unknown as { closeAllConnections(): void }).closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return (server.address() as AddressInfo).port;
}
async function certificate(name: string) {
  const paths = certificates.get(name);
  if (!paths) throw new Error(`no certificate ${name}`);
  return { key: await readFile(paths.key, 'utf8'), cert: await readFile(paths.cert, 'utf8') };
}
async function https(name: string, listener: RequestListener, options: ServerOptions = {}) {
  const own = await certificate(name);
  const port = await listen(createHttpsServer({ ...own, ...options }, listener));
  return { port, ca: own.cert };
}
/** Accepts connections and never responds. */
function silence(): Promise<number> {
  const server = createTcpServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
  });
  return listen(server);
}
const http = (listener: RequestListener) => listen(createHttpServer(listener));
const parts = (more: Partial<SiteParts> = {}): SiteParts => ({
  declared: OWN,
  addresses: ['127.0.0.1'],
  signal: new AbortController().signal,
  onLine: () => {},
  clock: systemClock,
  resolve: async () => ['127.0.0.1'],
  timeoutMs: 3_000,
  httpPort: 9, // nothing listens there
  ...more,
});
async function verdicts(url: string, more: Partial<SiteParts> = {}) {
  const found = await checkSite(parseWebUrl(url), parts(more));
  const by = Object.fromEntries(
    found.results.map(({ check, part, verdict }) => [part ? `${check} ${part}` : check, verdict]),
  );
  return { ...found, by };
}

const GOOD: RequestListener = (_request, response) => {
  response.writeHead(200, {
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy': 'camera=()',
    'set-cookie': ['id=1; Secure; HttpOnly; SameSite=Lax'],
    server: 'nginx',
  });
  response.end('hello');
};
const BARE: RequestListener = (_request, response) => {
  response.writeHead(200, { 'set-cookie': 'id=1', 'x-powered-by': 'Engine/4.17.1' });
  response.end('x'.repeat(1_000_000));
};

describe('a well configured site', () => {
  it('passes every check', async () => {
    const { port, ca } = await https('good', GOOD);
    const httpPort = await http((_request, response) => {
      response.writeHead(301, { location: `https://${HOST}:${port}/` }).end();
    });
    const { by, skipped, unreachable } = await verdicts(`https://${HOST}:${port}/`, {
      ca,
      httpPort,
    });
    expect(skipped).toEqual([]);
    expect(unreachable).toBeNull();
    expect(by).toEqual({
      hsts: 'pass',
      csp: 'pass',
      'content-type-options': 'pass',
      framing: 'pass',
      'referrer-policy': 'pass',
      'permissions-policy': 'pass',
      'server-version': 'pass',
      'cookie-secure id': 'pass',
      'cookie-httponly id': 'pass',
      'cookie-samesite id': 'pass',
      'https-redirect': 'pass',
      'certificate-trusted': 'pass',
      'certificate-name': 'pass',
      'certificate-valid': 'pass',
      'certificate-renewed': 'pass',
      'certificate-key': 'pass',
      'certificate-signature': 'pass',
      'tls-modern': 'pass',
      'tls-legacy': 'pass',
    });
  });
});

describe('a badly configured site', () => {
  it('fails the checks of headers and cookies, and its large page is not read to the end', async () => {
    const { port } = await https('good', BARE);
    const { by } = await verdicts(`https://${HOST}:${port}/`);
    for (const check of [
      'hsts',
      'csp',
      'content-type-options',
      'framing',
      'referrer-policy',
      'permissions-policy',
      'server-version',
      'cookie-secure id',
      'cookie-httponly id',
      'cookie-samesite id',
      'certificate-trusted',
    ]) {
      expect(by[check], check).toBe('fail');
    }
    expect(by['https-redirect']).toBeUndefined();
  });

  it.each([
    [
      'short',
      { 'certificate-renewed': 'pass', 'certificate-valid': 'pass', 'certificate-trusted': 'pass' },
    ],
    ['other', { 'certificate-name': 'fail', 'certificate-trusted': 'pass' }],
    ['weak', { 'certificate-key': 'fail', 'certificate-signature': 'fail' }],
  ])('has a certificate that is %s', async (name, expected) => {
    const { port, ca } = await https(name, GOOD, { ciphers: 'DEFAULT:@SECLEVEL=0' });
    expect((await verdicts(`https://${HOST}:${port}/`, { ca })).by).toMatchObject(expected);
  });

  it.each([
    ['good', 350, 'fail'], // 15 of 365 days are left
    ['good', 340, 'pass'],
    ['short', 3, 'pass'], // 2 of 5 days
    ['short', 4.5, 'fail'],
  ])('has a certificate (%s) that is %d days old', async (name, days, verdict) => {
    const { port, ca } = await https(name, GOOD);
    const clock = { now: () => new Date(Date.now() + days * 86_400_000) };
    const { by } = await verdicts(`https://${HOST}:${port}/`, { ca, clock });
    expect(by).toMatchObject({ 'certificate-renewed': verdict, 'certificate-valid': 'pass' });
  });

  it('has an expired certificate', async () => {
    const { port, ca } = await https('good', GOOD);
    const clock = { now: () => new Date(Date.now() + 400 * 86_400_000) };
    const { by } = await verdicts(`https://${HOST}:${port}/`, { ca, clock });
    expect(by).toMatchObject({ 'certificate-valid': 'fail', 'certificate-renewed': 'fail' });
  });

  it('still supports TLS 1.0, or nothing newer', async () => {
    const old = { minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' } as const;
    const both = await https('good', GOOD, old);
    expect((await verdicts(`https://${HOST}:${both.port}/`, { ca: both.ca })).by).toMatchObject({
      'tls-modern': 'pass',
      'tls-legacy': 'fail',
    });
    const only = await https('good', GOOD, { ...old, maxVersion: 'TLSv1.1' });
    const found = await verdicts(`https://${HOST}:${only.port}/`, { ca: only.ca });
    expect(found.by).toMatchObject({
      'tls-modern': 'fail',
      'tls-legacy': 'fail',
      // Its page and certificate are checked anyway.
      'certificate-trusted': 'pass',
      hsts: 'pass',
    });
    expect(found.skipped.map(({ what }) => what)).toEqual(['redirect']);
  });

  it('answers over plain HTTP', async () => {
    const port = await http(BARE);
    const { by } = await verdicts(`http://${HOST}:${port}/`);
    expect(by['https-redirect']).toBe('fail');
    expect(by).not.toHaveProperty('hsts');
    expect(by).not.toHaveProperty('tls-modern');
  });
});

describe('a partly reachable site', () => {
  it('only redirects to another one: its headers are not judged', async () => {
    const { port, ca } = await https('good', (_request, response) => {
      response.writeHead(301, { location: 'https://www.example.org/', server: 'nginx/1.25.3' });
      response.end();
    });
    const { by, skipped } = await verdicts(`https://${HOST}:${port}/`, { ca });
    expect(by).toMatchObject({ hsts: 'fail', 'server-version': 'fail' });
    for (const check of ['csp', 'framing', 'content-type-options', 'referrer-policy'])
      expect(by).not.toHaveProperty(check);
    expect(skipped[0]?.why).toMatch(/redirects to https:\/\/www\.example\.org/);
  });

  it('answers at its second address', async () => {
    const { port, ca } = await https('good', GOOD);
    const addresses = ['127.0.0.9', '127.0.0.1']; // nothing listens at the first
    const { by } = await verdicts(`https://${HOST}:${port}/`, { ca, addresses });
    expect(by).toMatchObject({ hsts: 'pass', 'certificate-trusted': 'pass' });
  });

  it('uses an unusual port, so port 80 is not its plain HTTP', async () => {
    const { port, ca } = await https('good', GOOD);
    const { by, skipped } = await verdicts(`https://${HOST}:${port}/`, { ca, httpPort: undefined });
    expect(by).not.toHaveProperty('https-redirect');
    expect(skipped).toEqual([{ what: 'redirect', why: expect.stringContaining(`port ${port}`) }]);
  });
});

describe('bounds', () => {
  it('follows five redirects within the site, and none to a private address', async () => {
    let asked = 0;
    const port = await http((_request, response) => {
      asked += 1;
      response.writeHead(302, { location: `/next-${asked}` }).end();
    });
    const round = await verdicts(`http://${HOST}:${port}/`);
    expect(asked).toBeLessThanOrEqual(12);
    expect(round.skipped[0]?.why).toMatch(/more than 5 redirects/);
    expect(round.by['https-redirect']).toBe('fail');

    const inner = await http(() => {
      throw new Error('never asked');
    });
    const away = await http((_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${inner}/` }).end();
    });
    const declared = { ranges: [], names: [] };
    const found = await verdicts(`http://${HOST}:${away}/`, { declared });
    expect(found.results.find(({ check }) => check === 'https-redirect')?.observed).toMatch(
      /may not be scanned/,
    );
  });

  it('gives up on a silent server', async () => {
    const port = await silence();
    const began = performance.now();
    const found = await verdicts(`https://${HOST}:${port}/`, { timeoutMs: 200 });
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(found.unreachable).toMatch(/did not answer/);
  });

  it('stops on the signal', async () => {
    const port = await silence();
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('enough')), 50);
    await expect(verdicts(`https://${HOST}:${port}/`, { signal: stop.signal })).rejects.toThrow();
  });
});

describe('the report', () => {
  it('is read like a report of any tool, with stable identities', async () => {
    const { port, ca } = await https('good', GOOD);
    const url = parseWebUrl(`https://${HOST}:${port}/`);
    const { results } = await verdicts(url.text, { ca });
    const rows = (at: Date) => {
      const reader = createForeignOcsfReader(readerContext('ocsf'));
      const findings: unknown[] = JSON.parse(webCheckReport(url, results, at));
      expect(findings.every(isForeignOcsf)).toBe(true);
      return findings.flatMap((finding) =>
        [...reader.read(finding)].map((reading) => {
          if (!('row' in reading)) throw new Error(JSON.stringify(reading));
          return reading.row;
        }),
      );
    };
    const today = rows(new Date());
    expect(today).toHaveLength(results.length);
    const identities = (all: typeof today) =>
      all.map(({ check, accountId, resource, subObject }) =>
        [check.id, accountId, resource.uid, subObject].join(' '),
      );
    expect(new Set(identities(today)).size).toBe(results.length);
    expect(identities(rows(new Date(Date.now() - 1e6)))).toEqual(identities(today));
    expect(today.map(({ verdict }) => verdict)).toEqual(results.map(({ verdict }) => verdict));
    expect(today[0]).toMatchObject({
      check: { id: 'web-check:hsts' },
      provider: 'web',
      accountId: url.origin,
    });
  });
});

describe('the scanner', () => {
  const unit = (url: string) =>
    ({
      scanner: 'web-check',
      name: 'web-check',
      target: { kind: 'web', url },
      options: {},
    }) as const;
  const material = { credentials: null, declared: OWN, addresses: ['127.0.0.1'] };

  it('reports that it could not reach a site, and writes no report', async () => {
    const scanner = createWebCheck();
    const given = { outputFolder: folder, signal: new AbortController().signal, onLine: () => {} };
    const ended = await scanner.perform(unit('https://127.0.0.1:9/'), material, given);
    const result = { ...ended, outputFolder: folder, durationMs: 1 };
    const verdict = scanner.judge({ result, read: null, rows: [], checkIds: new Set() });
    expect(verdict).toMatchObject({ outcome: 'failed', coverage: { executed: 0 } });
    expect(verdict.problem).toMatch(/did not answer/);
  });
});
