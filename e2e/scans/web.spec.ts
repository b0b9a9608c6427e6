import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { OutgoingHttpHeaders } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getPosture } from '../../contract/compliance.js';
import { Product, Refused, until } from './product.js';

const POOR: OutgoingHttpHeaders = { 'set-cookie': 'session=1' };
const GOOD: OutgoingHttpHeaders = {
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'content-security-policy': "default-src 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
  'set-cookie': 'session=1; Secure; HttpOnly; SameSite=Lax',
};

describe('the built-in web check, on an HTTPS server of this machine', () => {
  let product: Product;
  let headers = POOR;
  let url: string;
  const folder = mkdtempSync(join(tmpdir(), 'web-check-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  // Node cannot create certificates.
  const kind = ['req', '-x509', '-nodes', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', key, '-out', cert, '-days', '365'];
  execFileSync('openssl', [...kind, ...files, ...subject], { stdio: 'pipe' });
  const own = { key: readFileSync(key), cert: readFileSync(cert) };
  const server = createServer(own, (_, answer) => {
    answer.writeHead(200, { 'content-type': 'text/html', ...headers });
    answer.end('<p>hello</p>');
  });

  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    product = await Product.make();
    await product.serve();
  });
  afterAll(async () => {
    await product?.remove();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const scanned = () => product.scanned({ kind: 'web', url });
  const openChecks = async () =>
    (await product.findings({ status: 'open' }))
      .map(({ checkId }) => checkId.replace(/^web-check:/, ''))
      .sort();

  test('rejects loopback until the team declares it as its own', async () => {
    const refused = await product.start({ kind: 'web', url }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Refused);
    expect(refused).toMatchObject({ status: 422 });
    expect((refused as Refused).detail).toMatch(/loopback|own/);
    await product.ownsLoopback();
  });

  test('reports missing protections as findings, and the posture follows', async () => {
    const scan = await scanned();
    expect(scan).toMatchObject({ status: 'completed', problem: null });
    expect(scan.subJobs[0]).toMatchObject({ tool: 'web-check', outcome: 'succeeded' });
    const [its] = scan.subJobs;
    expect(its?.coverage).toMatchObject({ unit: 'checks', evidenced: its?.coverage?.executed });
    const open = await openChecks();
    expect(open).toEqual(
      expect.arrayContaining([
        ...['certificate-trusted', 'content-type-options', 'cookie-httponly', 'cookie-secure'],
        ...['csp', 'framing', 'hsts', 'referrer-policy'],
      ]),
    );
    expect(open).not.toContain('tls-modern');
    expect(open).not.toContain('certificate-name');
    await until(
      async () => (await product.call(getPosture)).lastRun,
      (last) => last !== null,
    );
  });

  test('resolves what was fixed at the next scan; the certificate stays untrusted', async () => {
    const before = await openChecks();
    headers = GOOD;
    const scan = await scanned();
    expect(scan.status).toBe('completed');
    const open = await openChecks();
    expect(open).toContain('certificate-trusted');
    for (const check of ['csp', 'hsts', 'framing', 'cookie-secure']) {
      expect(open).not.toContain(check);
    }
    expect(scan.findings.resolved).toBe(before.length - open.length);
  });

  test('fails the scan of an unreachable site and changes no finding', async () => {
    const before = await openChecks();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    const scan = await scanned();
    expect(scan).toMatchObject({ status: 'failed', results: 0 });
    expect(scan.problem).toMatch(/did not answer|ECONNREFUSED/);
    expect(await openChecks()).toEqual(before);
    expect(await product.leftovers()).toEqual([]);
  });
});
