import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PATIENT } from '../../testing/patient.js';
import { type Recorded, RecordedRunner } from '../../testing/recorded-runner.js';
import { anActor } from '../../testing/test-core.js';
import { createTestHttp } from '../../testing/test-http.js';
import { PUBLIC_ADDRESS, type ScanProcess, TestScans } from '../../testing/test-scans.js';
import { type ContainerSecurity, createContainerSecurity } from './index.js';

const IMAGES = '/api/container-security/images';
const SHOP = 'ghcr.io/acme/shop';
const DIGEST = `sha256:${'ab'.repeat(32)}`;

let answer: (image: string) => Recorded;
let test: TestScans;
let one: ScanProcess;
let containers: ContainerSecurity;
let server: Awaited<ReturnType<typeof createTestHttp>>['server'];

/** A Trivy report with the package list of `--list-all-pkgs` and metadata. */
function trivyReport(image: string, vulnerable: [cve: string, name: string, fixed?: string][]) {
  const purl = (name: string) => `pkg:deb/debian/${name}@1.0-1?arch=amd64&distro=debian-12.1`;
  const packages = ['openssl', 'zlib1g', ...vulnerable.map(([, name]) => name)];
  const report = {
    SchemaVersion: 2,
    Trivy: { Version: '0.74.0' },
    CreatedAt: new Date().toISOString(),
    ArtifactName: image,
    ArtifactType: 'container_image',
    Metadata: {
      Size: 123_456_789,
      OS: { Family: 'debian', Name: '12.1' },
      ImageID: DIGEST,
      RepoDigests: [`${SHOP}@${DIGEST}`],
      ImageConfig: {
        architecture: 'amd64',
        created: '2026-02-01T10:00:00.5Z',
        config: { Env: ['DB_PASSWORD=hunter2hunter2'] },
      },
    },
    Results: [
      {
        Target: `${image} (debian 12.1)`,
        Class: 'os-pkgs',
        Type: 'debian',
        Packages: [...new Set(packages)].map((name) => ({
          ID: `${name}@1.0-1`,
          Name: name,
          Version: '1.0',
          Release: '1',
          Epoch: name === 'zlib1g' ? 1 : undefined,
          Licenses: ['Apache-2.0'],
          Identifier: { PURL: purl(name) },
        })),
        Vulnerabilities: vulnerable.map(([id, name, fixed]) => ({
          VulnerabilityID: id,
          PkgName: name,
          PkgIdentifier: { PURL: purl(name) },
          InstalledVersion: '1.0-1',
          FixedVersion: fixed,
          Status: fixed ? 'fixed' : 'affected',
          Severity: 'CRITICAL',
          Title: 'overflow',
        })),
      },
      {
        Target: 'app/package-lock.json',
        Class: 'lang-pkgs',
        Type: 'npm',
        Packages: [
          { Name: 'left-pad', Version: '1.3.0', Identifier: { PURL: 'pkg:npm/left-pad@1.3.0' } },
        ],
      },
    ],
  };
  return { files: { 'trivy.json': JSON.stringify(report) } };
}

beforeEach(async () => {
  answer = (image) =>
    trivyReport(image, [
      ['CVE-2026-0001', 'openssl', '1.0-2'],
      ['CVE-2026-0002', 'zlib1g'],
    ]);
  test = await TestScans.create({
    resolve: async () => [PUBLIC_ADDRESS],
    runner: (base) => new RecordedRunner(base, ({ args }) => answer(args.at(-1) ?? '')),
  });
  for (const id of ['a', 'b']) {
    await test.platform.teams.ensure({ id, name: id, createdAt: test.clock.now().toISOString() });
  }
  one = await test.process();
  containers = createContainerSecurity(test.platform, {
    securityScans: test.scans,
    orchestration: one.orchestration,
  });
  await test.platform.repositories.prepareAll();
  const stack = await createTestHttp({
    authenticate: ({ headers }) => anActor(String(headers['x-team'] ?? 'a')),
  });
  server = stack.server;
  containers.addRoutes(stack.http);
});
afterEach(async () => {
  await server.close();
  await test.close();
});

async function call(method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object, team = 'a') {
  const response = await server.inject({ method, url, payload, headers: { 'x-team': team } });
  return { status: response.statusCode, body: response.json() };
}
const add = async (reference: string): Promise<string> => {
  const { status, body } = await call('POST', IMAGES, { reference });
  expect(status).toBe(201);
  return body.id;
};
const scanned = async (imageId: string) => {
  const { status, body } = await call('POST', `${IMAGES}/${imageId}/scan`);
  expect(status).toBe(202);
  return test.until(one, body.id);
};
const adHoc = async (image: string) => {
  const { id } = await one.orchestration.scans.start(test.actor, { kind: 'image', image });
  return test.until(one, id);
};
const listed = async (query = '', team = 'a') =>
  (await call('GET', `${IMAGES}?${query}`, undefined, team)).body.items;
/** The end of a scan is stored before listeners have handled its event. */
const recorded = (imageId: string, scanId: string) =>
  expect
    .poll(async () => (await call('GET', `${IMAGES}/${imageId}`)).body.lastScan?.scanId, PATIENT)
    .toBe(scanId);

describe('an image', () => {
  it('is added once, by its full reference', async () => {
    const { status, body } = await call('POST', IMAGES, { reference: ' nginx ' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      reference: 'docker.io/library/nginx:latest',
      ...{ registry: 'docker.io', repository: 'docker.io/library/nginx', tag: 'latest' },
      ...{ addedBy: 'person', lastScan: null, runningScanId: null, details: null },
      findings: { open: 0, isOwn: false },
    });
    expect(Object.keys(body)).not.toContain('teamId');
    const again = await call('POST', IMAGES, { reference: 'docker.io/library/nginx:latest' });
    expect(again).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(again.body.detail).toContain(body.id);
  });

  it.each(['', '-x', 'a b', 'UPPER/case', 'x@sha256:1', '$(id)', 'ghcr.io:99999/x'])(
    'is refused, naming the field: %j',
    async (reference) => {
      const { status, body } = await call('POST', IMAGES, { reference });
      expect(status).toBe(422);
      expect(body.errors[0].path).toBe('body.reference');
      expect(await listed()).toEqual([]);
    },
  );

  it('has open findings, fixable findings, details and history after a scan', async () => {
    const id = await add(`${SHOP}:1.2`);
    const scan = await scanned(id);
    await recorded(id, scan.id);
    const { body } = await call('GET', `${IMAGES}/${id}`);
    expect(body).toMatchObject({
      runningScanId: null,
      lastScan: { scanId: scan.id, status: scan.status, finishedAt: scan.finishedAt },
      fixable: 1,
      findings: {
        ...{ open: 2, bySeverity: { critical: 2, high: 0 }, isOwn: true },
        filter: { provider: 'image', accountId: [SHOP] },
      },
      details: {
        ...{ scanId: scan.id, digest: DIGEST, configDigest: DIGEST, architecture: 'amd64' },
        ...{ os: { family: 'debian', name: '12.1', endOfLife: false }, packages: 3 },
        ...{ sizeBytes: 123_456_789, trivyVersion: '0.74.0' },
      },
      scans: [{ scanId: scan.id, status: scan.status }],
    });
    const filter = { provider: ['image'], accountId: [SHOP] };
    const { items } = await test.scans.findings.list(test.actor, filter, 10);
    expect(items).toHaveLength(body.findings.open);
  });

  it('has one scan at a time', async () => {
    const id = await add(`${SHOP}:1.2`);
    answer = () => ({ takesMs: 30_000 });
    const first = await call('POST', `${IMAGES}/${id}/scan`);
    expect((await call('GET', `${IMAGES}/${id}`)).body.runningScanId).toBe(first.body.id);
    const second = await call('POST', `${IMAGES}/${id}/scan`);
    expect(second.status).toBe(409);
    expect(second.body.detail).toContain(first.body.id);
    await one.orchestration.scans.cancel(test.actor, first.body.id);
    await test.until(one, first.body.id);
    await recorded(id, first.body.id);
    expect((await call('GET', `${IMAGES}/${id}`)).body).toMatchObject({
      ...{ runningScanId: null, details: null, lastScan: { status: 'cancelled' } },
      findings: { isOwn: false },
    });
  });

  it('stays in the inventory unscanned when its registry is not allowed', async () => {
    const id = await add('10.0.0.7:5000/app:1');
    expect(await call('POST', `${IMAGES}/${id}/scan`)).toMatchObject({ status: 422 });
    expect((await call('GET', `${IMAGES}/${id}`)).body).toMatchObject({
      lastScan: null,
      scans: [],
    });
  });

  it('is added by its first scan, and keeps its details when a later scan fails', async () => {
    const good = await adHoc(`${SHOP}:1.2`);
    await expect.poll(async () => (await listed())[0]?.lastScan?.scanId, PATIENT).toBe(good.id);
    const [image] = await listed();
    expect(image).toMatchObject({ reference: `${SHOP}:1.2`, addedBy: 'scan' });
    answer = () => ({ exitCode: 1 });
    const bad = await adHoc(`${SHOP}:1.2`);
    await recorded(image.id, bad.id);
    expect((await call('GET', `${IMAGES}/${image.id}`)).body).toMatchObject({
      lastScan: { status: 'failed', problem: expect.stringMatching(/exit 1/) },
      details: { scanId: good.id },
      findings: { open: 2, isOwn: true },
      scans: [{ scanId: bad.id }, { scanId: good.id }],
    });
  });

  it('shares its findings with other tags, and says which tag was scanned last', async () => {
    const [old, young] = [await add(`${SHOP}:1`), await add(`${SHOP}:2`)];
    for (const id of [old, young]) await recorded(id, (await scanned(id)).id);
    const own = async () =>
      (await listed()).map((image: { findings: { isOwn: boolean } }) => image.findings.isOwn);
    expect(await own()).toEqual([false, true]);
    await recorded(old, (await scanned(old)).id);
    expect(await own()).toEqual([true, false]);
  });

  it('is removed with its packages but not its findings, and only a new scan restores it', async () => {
    const id = await add(`${SHOP}:1.2`);
    const scan = await scanned(id);
    await recorded(id, scan.id);
    expect(await call('DELETE', `${IMAGES}/${id}`)).toMatchObject({ status: 200, body: { id } });
    expect(await call('GET', `${IMAGES}/${id}`)).toMatchObject({ status: 404 });
    expect(await call('DELETE', `${IMAGES}/${id}`)).toMatchObject({ status: 404 });
    expect((await call('GET', '/api/container-security/packages')).body.items).toEqual([]);
    expect(await test.scans.findings.openByAccount(test.actor, 'image')).toHaveProperty('size', 1);
    await containers.follower.follow(test.actor);
    expect(await listed()).toEqual([]);
    const { id: next } = await adHoc(`${SHOP}:1.2`);
    await recorded(id, next);
    expect((await call('GET', `${IMAGES}/${id}`)).body).toMatchObject({
      ...{ addedBy: 'scan', details: { scanId: next } },
    });
    const trail = await test.platform.audit.about(test.actor, id);
    expect(trail.map(({ action }) => action).sort()).toEqual([
      ...['image.added', 'image.added', 'image.removed', 'image.scanned'],
    ]);
  });

  it('is updated at the next start when its scan ended without listeners', async () => {
    const quiet = await TestScans.create({
      resolve: async () => [PUBLIC_ADDRESS],
      runner: (base) => new RecordedRunner(base, ({ args }) => answer(args.at(-1) ?? '')),
    });
    const { platform, actor } = quiet;
    await platform.teams.ensure({ id: 'a', name: 'a', createdAt: '2026-01-01T00:00:00.000Z' });
    const process = await quiet.process();
    const { id } = await process.orchestration.scans.start(actor, { kind: 'image', image: SHOP });
    await quiet.until(process, id);
    const late = createContainerSecurity(platform, {
      securityScans: quiet.scans,
      orchestration: process.orchestration,
    });
    await platform.repositories.prepareAll();
    await late.start();
    await late.catchUp();
    const read = async () => (await late.images.list(actor, {}, 10)).items;
    await expect.poll(async () => (await read())[0]?.lastScan, PATIENT).toBeTruthy();
    const items = await read();
    expect(items).toMatchObject([{ reference: `${SHOP}:latest`, lastScan: { scanId: id } }]);
    await late.follower.follow(actor);
    expect((await late.images.list(actor, {}, 10)).items).toEqual(items);
    await quiet.close();
  });
});

describe('the inventory of images', () => {
  beforeEach(async () => {
    for (const name of ['nginx:1', `${SHOP}:1.2`, 'quay.io/acme/tool:x']) {
      await add(name);
    }
  });
  const names = (items: { reference: string }[]) => items.map(({ reference }) => reference);

  it('is paged by reference', async () => {
    const first = (await call('GET', `${IMAGES}?limit=2`)).body;
    const second = (await call('GET', `${IMAGES}?limit=2&cursor=${first.nextCursor}`)).body;
    expect(names([...first.items, ...second.items])).toEqual([
      ...['docker.io/library/nginx:1', `${SHOP}:1.2`, 'quay.io/acme/tool:x'],
    ]);
    expect(second.nextCursor).toBeNull();
  });

  it('is filtered by text, registry and severity', async () => {
    expect(names(await listed('q=ACME'))).toHaveLength(2);
    expect(names(await listed('registry=quay.io,docker.io'))).toHaveLength(2);
    expect(await listed('severity=critical')).toEqual([]);
    await adHoc(`${SHOP}:1.2`);
    expect(names(await listed('severity=critical,high'))).toEqual([`${SHOP}:1.2`]);
    expect(await listed('severity=high')).toEqual([]);
    expect((await call('GET', '/api/container-security/registries')).body.items).toEqual([
      ...[
        { registry: 'docker.io', images: 1 },
        { registry: 'ghcr.io', images: 1 },
      ],
      { registry: 'quay.io', images: 1 },
    ]);
  });

  it('is hidden from other teams', async () => {
    const [{ id }] = await listed(`q=${SHOP}`);
    await recorded(id, (await scanned(id)).id);
    for (const [method, url] of [
      ['GET', `${IMAGES}/${id}`],
      ['GET', `${IMAGES}/${id}/sbom`],
      ['POST', `${IMAGES}/${id}/scan`],
      ['DELETE', `${IMAGES}/${id}`],
    ] as const) {
      expect(await call(method, url, undefined, 'b'), url).toMatchObject({ status: 404 });
    }
    expect(await listed('', 'b')).toEqual([]);
    for (const url of ['registries', 'packages', `packages?imageId=${id}`]) {
      const { body } = await call('GET', `/api/container-security/${url}`, undefined, 'b');
      expect(body.items).toEqual([]);
    }
    const own = await call('POST', IMAGES, { reference: `${SHOP}:1.2` }, 'b');
    expect(own.body).toMatchObject({ findings: { open: 0, isOwn: false } });
    expect((await call('GET', `${IMAGES}/${id}`)).status).toBe(200);
  });
});

describe('the packages of images', () => {
  const PACKAGES = '/api/container-security/packages';

  it('list the images with a package, and are deleted when a later scan lacks them', async () => {
    const id = await add(`${SHOP}:1.2`);
    await recorded(id, (await scanned(id)).id);
    const { body } = await call('GET', `${PACKAGES}?q=ZLIB`);
    expect(body.items).toEqual([
      {
        ...{ imageId: id, image: `${SHOP}:1.2`, name: 'zlib1g', version: '1:1.0-1', path: '' },
        ...{ type: 'debian', licenses: ['Apache-2.0'] },
        purl: 'pkg:deb/debian/zlib1g@1.0-1?arch=amd64&distro=debian-12.1',
      },
    ]);
    const npm = (await call('GET', `${PACKAGES}?q=pkg:npm/left-pad&imageId=${id}`)).body.items;
    expect(npm).toMatchObject([{ name: 'left-pad', path: 'app/package-lock.json' }]);
    answer = (image) => {
      const { files } = trivyReport(image, []);
      return { files: { 'trivy.json': files['trivy.json'].replaceAll('left-pad', 'right-pad') } };
    };
    await recorded(id, (await scanned(id)).id);
    const all = (await call('GET', `${PACKAGES}?imageId=${id}`)).body.items;
    expect(all.map(({ name }: { name: string }) => name)).toEqual([
      ...['openssl', 'right-pad', 'zlib1g'],
    ]);
  });

  it('are exported as the same CycloneDX document each time, without secrets', async () => {
    const id = await add(`${SHOP}:1.2`);
    expect(await call('GET', `${IMAGES}/${id}/sbom`)).toMatchObject({ status: 409 });
    await recorded(id, (await scanned(id)).id);
    const { status, body } = await call('GET', `${IMAGES}/${id}/sbom`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 },
      serialNumber: expect.stringMatching(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab]/),
      metadata: { component: { type: 'container', name: SHOP, version: '1.2' } },
    });
    expect(body.components).toHaveLength(4);
    const refs = body.components.map((component: { 'bom-ref': string }) => component['bom-ref']);
    expect(new Set(refs).size).toBe(4);
    expect(body.components[0]).toMatchObject({ type: 'operating-system', name: 'debian' });
    expect(JSON.stringify(body)).not.toContain('hunter2');
    expect((await call('GET', `${IMAGES}/${id}/sbom`)).body).toEqual(body);
  });
});
