import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ocsfReport } from './testing/prowler-rows.js';
import { anActor, createTestApp, type TestApp } from './testing/test-core.js';
import { TestTeam } from './testing/test-team.js';
import { osPackages, TOOL_REPORTS, trivyReport, vulnerability } from './testing/tool-reports.js';

const modules = ['security-scans', 'cloud-security', 'orchestration', 'container-security'];
const IMAGES = '/api/container-security/images';
const TARGETS = '/api/security-scans/targets';
const ACCOUNTS = '/api/cloud-security/accounts';

let app: TestApp;
let team: TestTeam;
beforeAll(async () => {
  app = await createTestApp({
    authenticate: () => anActor(team.actor.teamId),
    env: { CSPM_MODULES: [...modules, 'web-security'].join(',') },
  });
});
afterAll(() => app.close());
beforeEach(() => {
  team = new TestTeam(app);
  // Each import has a later time than the one before it.
  app.clock.moveDays(1);
});

async function call(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) {
  const response = await app.server.inject({ method, url, payload });
  return { status: response.statusCode, body: response.json() };
}
const items = async (url: string) => (await call('GET', url)).body.items;
const reportOf = (format: string) => {
  const found = TOOL_REPORTS.find((report) => report.format === format);
  if (!found) throw new Error(`no report in ${format}`);
  return found.text(found.fails);
};

const packages = (...names: string[]) => ({
  Target: 'shop (debian 12.1)',
  Class: 'os-pkgs',
  Type: 'debian',
  Packages: names.map((Name) => ({ Name, Version: '1.0', Identifier: {} })),
});
const digest = `sha256:${'cd'.repeat(32)}`;

describe('an imported Trivy report of an image', () => {
  it('makes the image with its packages and bill of materials, marked with its import', async () => {
    const report = trivyReport([packages('openssl', 'zlib1g')]);
    const { id: importId } = await team.importText(report, 'trivy.json');
    const [image] = await items(IMAGES);
    expect(image).toMatchObject({
      ...{ reference: 'ghcr.io/acme/shop:1.2', addedBy: 'import', lastScan: null },
      lastImport: { importId },
      details: { scanId: null, importId, packages: 2, os: { name: '12.1' } },
    });
    const found = await items('/api/container-security/packages?q=zlib');
    expect(found).toMatchObject([{ name: 'zlib1g', image: image.reference }]);
    const sbom = (await call('GET', `${IMAGES}/${image.id}/sbom`)).body;
    expect(sbom.components.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['openssl', 'zlib1g']),
    );
    const trail = await app.platform.audit.about(team.actor, image.id);
    expect(trail).toMatchObject([{ action: 'image.added', details: { importId } }]);
  });

  it('updates a known image; an older report, or one without packages, leaves them', async () => {
    await team.importText(trivyReport([packages('openssl')], { at: 3 }), 'trivy.json');
    app.clock.moveDays(1);
    await team.importText(trivyReport([packages('openssl', 'bash')], { at: 4 }), 'trivy.json');
    const names = async () =>
      (await items('/api/container-security/packages')).map(({ name }: { name: string }) => name);
    expect(await names()).toEqual(['bash', 'openssl']);
    app.clock.moveDays(1);
    await team.importText(trivyReport([packages('curl')], { at: 1 }), 'trivy.json');
    await team.importText(trivyReport([packages()], { at: 6 }), 'trivy.json');
    expect(await names()).toEqual(['bash', 'openssl']);
    expect(await items(IMAGES)).toHaveLength(1);
  });

  it.each([
    ['an archive', 'build/shop.tar', { RepoTags: ['ghcr.io/acme/tar:9'] }, 'ghcr.io/acme/tar:9'],
    [
      'an image id',
      digest,
      { RepoDigests: [`ghcr.io/acme/id@${digest}`] },
      `ghcr.io/acme/id@${digest}`,
    ],
    ['a file of no name', './shop.tar', {}, undefined],
  ])('of %s is known by its tags', async (_, ArtifactName, Metadata, reference) => {
    const report = trivyReport([packages('openssl')], {}, { ArtifactName, Metadata });
    await team.importText(report, 'trivy.json');
    expect((await items(IMAGES))[0]?.reference).toBe(reference);
  });

  it('shows its findings also where a tag beside its digest names a service', async () => {
    const name = `ghcr.io/acme/shop@${digest}`;
    const Metadata = { RepoTags: ['ghcr.io/acme/shop:cart-1.2'], RepoDigests: [name] };
    const found = osPackages([vulnerability('CVE-2026-0001')]);
    await team.importText(trivyReport([found], {}, { ArtifactName: name, Metadata }), 'trivy.json');
    expect(await items(IMAGES)).toMatchObject([{ reference: name, findings: { open: 1 } }]);
  });

  it('brings a removed image back only when it is imported later', async () => {
    const report = trivyReport([packages('openssl')]);
    await team.importText(report, 'trivy.json');
    const [{ id }] = await items(IMAGES);
    await call('DELETE', `${IMAGES}/${id}`);
    expect(await items(IMAGES)).toEqual([]);
    app.clock.moveDays(1);
    await team.importText(trivyReport([packages('bash')], { at: 2 }), 'trivy.json');
    expect(await items(IMAGES)).toMatchObject([{ id, addedBy: 'import' }]);
  });
});

describe('an imported report of web sites or hosts', () => {
  it.each([
    ['nmap-xml', { kind: 'network', name: 'db.example', hosts: ['db.example'] }],
    ['zap-json', { kind: 'web', url: 'https://shop.example/' }],
    ['zap-xml', { kind: 'web', url: 'https://shop.example/' }],
    ['nuclei-json', { kind: 'web', url: 'https://shop.example/' }],
  ])('makes targets: %s', async (format, target) => {
    const { id: importId } = await team.importText(reportOf(format), `report.${format}`);
    const [found, ...more] = await items(TARGETS);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ ...target, addedBy: 'import', lastImport: { importId } });
    expect(found.findings.open).toBeGreaterThan(0);
  });

  it('of the built-in check makes the site a target', async () => {
    const found = TOOL_REPORTS.find(({ tool }) => tool === 'web-check');
    await team.importText(found?.text(found.fails) ?? '', 'web-check.json');
    expect(await items(TARGETS)).toMatchObject([{ kind: 'web', url: 'https://shop.example/' }]);
  });

  it('goes to the target that covers it, where there is one', async () => {
    const url = 'https://shop.example/start';
    const { body } = await call('POST', TARGETS, { kind: 'web', url });
    const { id: importId } = await team.importText(reportOf('zap-json'), 'zap.json');
    expect(await items(TARGETS)).toMatchObject([
      { id: body.id, addedBy: 'person', lastImport: { importId } },
    ]);
  });
});

describe('an imported report of a network', () => {
  const network = (hosts: number) => {
    const at = Math.round(app.clock.now().getTime() / 1000) - 60;
    const hostsOf = Array.from({ length: hosts }, (_, n) => {
      const port = '<port protocol="tcp" portid="22"><state state="open"/></port>';
      return `<host endtime="${at}"><status state="up"/><address addr="192.0.2.${n + 1}" addrtype="ipv4"/><ports>${port}</ports></host>`;
    });
    return `<?xml version="1.0"?><nmaprun scanner="nmap" start="${at}" version="7.93">${hostsOf.join('\n')}<runstats><finished time="${at}" exit="success"/></runstats></nmaprun>`;
  };
  const names = async () =>
    (await items(`${TARGETS}?limit=100`)).map(({ hosts: [host] }: { hosts: string[] }) => host);

  it('makes each of many hosts a target once, with one audit entry for all', async () => {
    const { id: importId } = await team.importText(network(25), 'network.xml');
    expect(new Set(await names()).size).toBe(25);
    const trail = await app.platform.audit.about(team.actor, importId);
    expect(trail.filter(({ action }) => action === 'target.added')).toMatchObject([
      { details: { importId, targets: 25 } },
    ]);
    app.clock.moveDays(1);
    const later = await team.importText(network(27), 'network.xml');
    expect(await names()).toHaveLength(27);
    for (const target of await items(`${TARGETS}?limit=100`)) {
      expect(target.lastImport).toMatchObject({ importId: later.id });
    }
  });

  it('adds many hosts although one was removed before, which comes back with them', async () => {
    await team.importText(network(1), 'network.xml');
    const [{ id }] = await items(TARGETS);
    expect((await call('DELETE', `${TARGETS}/${id}`)).status).toBe(200);
    app.clock.moveDays(1);
    await team.importText(network(25), 'network.xml');
    expect(await names()).toHaveLength(25);
    expect(await items(`${TARGETS}?limit=100`)).toContainEqual(expect.objectContaining({ id }));
  });
});

describe('an imported report of a cloud account', () => {
  const row = { check: 's3_bucket_public', resource: 'a', account: '123456789012' };
  const account = async () => (await items(ACCOUNTS))[0];

  it('makes the account, for reports only: without credentials, schedules and scans', async () => {
    const { id: importId } = await team.importText(ocsfReport([row]));
    expect(await items(ACCOUNTS)).toMatchObject([
      {
        ...{ provider: 'aws', name: '123456789012', status: 'reports_only', credentials: null },
        ...{ scope: { kind: 'reported', accountId: '123456789012' }, lastImport: { importId } },
      },
    ]);
    const { id } = await account();
    const refused = await call('POST', '/api/scans', { kind: 'cloud', accountId: id });
    expect([refused.status, refused.body.detail]).toEqual([
      409,
      expect.stringContaining('imported reports only'),
    ]);
    for (const [method, path, payload] of [
      ['PATCH', '', { status: 'active' }],
      ['POST', '/test', {}],
    ] as const) {
      expect((await call(method, `${ACCOUNTS}/${id}${path}`, payload)).status).toBe(409);
    }
    const renamed = await call('PATCH', `${ACCOUNTS}/${id}`, { name: 'Production' });
    expect(renamed.body.name).toBe('Production');
    expect(await items('/api/scans/schedules')).toEqual([]);
    await team.importText(ocsfReport([row, { ...row, resource: 'b' }], { at: 2 }));
    expect(await items(ACCOUNTS)).toMatchObject([{ id, name: 'Production' }]);
  });

  it('is the same account once it is added with credentials', async () => {
    await team.importText(ocsfReport([row]));
    const { id } = await account();
    const added = await call('POST', ACCOUNTS, {
      name: 'Production',
      scope: { kind: 'aws', accountId: '123456789012', regions: ['eu-west-1'] },
      credentials: {
        kind: 'aws_keys',
        accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
        secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      },
    });
    expect([added.status, added.body.id]).toEqual([201, id]);
    expect(await items('/api/scans/schedules')).toHaveLength(2);
    expect(await items(ACCOUNTS)).toMatchObject([
      { id, status: 'active', scope: { kind: 'aws' }, credentials: { kind: 'aws_keys' } },
    ]);
    const again = await call('POST', ACCOUNTS, {
      ...{ name: 'Twin', scope: added.body.scope },
      credentials: { kind: 'aws_role', roleArn: 'arn:aws:iam::123456789012:role/Scan' },
    });
    expect(again.status).toBe(409);
    await team.importText(ocsfReport([{ ...row, resource: 'b' }], { at: 2 }));
    expect(await items(ACCOUNTS)).toMatchObject([{ id, status: 'active' }]);
  });

  it('comes back after its removal only with a later import', async () => {
    await team.importText(ocsfReport([row]));
    const { id } = await account();
    expect((await call('DELETE', `${ACCOUNTS}/${id}`)).status).toBe(200);
    expect(await items(ACCOUNTS)).toEqual([]);
    await team.importText(ocsfReport([{ ...row, resource: 'c' }], { at: 2 }));
    expect(await items(ACCOUNTS)).toMatchObject([{ status: 'reports_only' }]);
  });
});
