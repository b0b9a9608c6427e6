import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Product, Refused } from './product.js';

/** The folder that .ci/trivy/install.sh filled: the program and a database with one advisory. */
const tools = process.env.TEST_TRIVY_FOLDER;

const OPEN_BUCKET = `
resource "aws_s3_bucket" "invoices" {
  bucket = "harbor-retail-invoices"
}
resource "aws_security_group_rule" "ssh" {
  type              = "ingress"
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  cidr_blocks       = ["0.0.0.0/0"]
  security_group_id = "sg-123456"
}
`;
const ROOT_IMAGE = 'FROM debian:12\nRUN apt-get update\nUSER root\n';
const locked = (version: string) =>
  JSON.stringify({
    ...{ name: 'shop', version: '1.0.0', lockfileVersion: 3, requires: true },
    packages: {
      '': { name: 'shop', version: '1.0.0', dependencies: { lodash: version } },
      'node_modules/lodash': { version, license: 'MIT' },
    },
  });

describe.skipIf(!tools)('Trivy, run by the platform (TEST_TRIVY_FOLDER)', () => {
  let product: Product;
  let sources: string;
  const path = (name: string) => join(sources, name);

  beforeAll(async () => {
    sources = await realpath(await mkdtemp(join(tmpdir(), 'scan-sources-')));
    for (const name of ['infrastructure', 'shop']) await mkdir(path(name));
    await writeFile(path('infrastructure/main.tf'), OPEN_BUCKET);
    await writeFile(path('infrastructure/Dockerfile'), ROOT_IMAGE);
    await writeFile(path('shop/package-lock.json'), locked('4.17.19'));
    product = await Product.make({
      PATH: `${tools}:${process.env.PATH}`,
      DOCKER_HOST: 'unix:///nowhere/docker.sock',
      SCAN_FOLDERS: sources,
    });
    await product.serve('all', { TRIVY_DATABASES: join(tools as string, 'databases') });
  });
  afterAll(async () => {
    await product?.remove();
    await rm(sources, { recursive: true, force: true });
  });
  /** The files of open findings. */
  const files = async () =>
    (await product.findings({ status: 'open' })).map(({ details }) => details?.code?.file);

  test('scans nothing outside the allowed folders', async () => {
    const refused = product.start({ kind: 'config', path: tmpdir() });
    await expect(refused).rejects.toThrow(Refused);
  });

  test('config: reports failures and passes of infrastructure code', async () => {
    const scan = await product.scanned({ kind: 'config', path: path('infrastructure') });
    expect(scan).toMatchObject({ status: 'completed', problem: null });
    expect(scan.subJobs[0]).toMatchObject({ tool: 'trivy', outcome: 'succeeded' });
    expect(scan.subJobs[0]?.coverage?.toolVersion).toMatch(/^\d+\.\d+/);
    expect(scan.findings.opened).toBeGreaterThan(3);
    // Passes are stored too, and outnumber the failures in this sample.
    expect(scan.results).toBeGreaterThan(scan.findings.opened);
    expect(await files()).toEqual(expect.arrayContaining(['Dockerfile', 'main.tf']));
  });

  test('fs: finds a package with a known vulnerability, and resolves it after the update', async () => {
    const request = { kind: 'filesystem', path: path('shop') } as const;
    const scan = await product.scanned(request);
    expect(scan).toMatchObject({ status: 'completed', problem: null });
    const vulnerable = async () =>
      (await product.findings({ status: 'open', q: 'CVE-2020-8203' })).length;
    expect(await vulnerable()).toBe(1);
    await writeFile(path('shop/package-lock.json'), locked('4.17.21'));
    expect((await product.scanned(request)).findings).toMatchObject({ resolved: 1 });
    expect(await vulnerable()).toBe(0);
  });

  test('fs without a database: reports that vulnerabilities were not checked, and closes nothing', async () => {
    await writeFile(path('shop/package-lock.json'), locked('4.17.19'));
    const request = { kind: 'filesystem', path: path('shop') } as const;
    expect((await product.scanned(request)).findings).toMatchObject({ reopened: 1 });
    const [served] = product.processes;
    if (served) await product.stop(served);
    await product.serve('all', { HTTPS_PROXY: 'http://127.0.0.1:9' });
    const scan = await product.scanned(request);
    expect(scan.status).toMatch(/^(partial|failed)$/);
    expect(scan.problem).toMatch(/database/i);
    expect(scan.findings.resolved).toBe(0);
    expect(await product.findings({ status: 'open', q: 'CVE-2020-8203' })).toHaveLength(1);
    expect(await product.leftovers()).toEqual([]);
  });
});

if (!tools) console.warn('Trivy is NOT TESTED: TEST_TRIVY_FOLDER (.ci/trivy/install.sh)');
