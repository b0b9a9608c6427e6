import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TeamScope } from '../../../platform/database/collection.js';
import { createTestCore, SCANS_ONLY, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import {
  nucleiMatch,
  sarifLog,
  sarifRun,
  trivyReport,
  vulnerability,
} from '../../../testing/tool-reports.js';
import { ImportsRepository } from './imports.repository.js';

let core: TestCore;
let team: TestTeam;

beforeAll(async () => {
  core = await createTestCore(SCANS_ONLY);
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => core.close());

const packages = { Target: 'package-lock.json', Class: 'lang-pkgs', Type: 'npm' };
const found = [{ ...packages, Vulnerabilities: [vulnerability('CVE-2024-0001')] }];
const trivy = (ArtifactName: string, change: object = {}, at = 0) =>
  trivyReport(found, { at }, { ArtifactName, ArtifactType: 'filesystem', Metadata: {}, ...change });
const repository = (RepoURL: string, more: object = {}) => ({ Metadata: { RepoURL, ...more } });
const image = (name: string, RepoTags: string[] = []) =>
  trivy(name, { ArtifactType: 'container_image', Metadata: { RepoTags } });
const cluster = (ClusterName: string) =>
  JSON.stringify({
    ClusterName,
    Resources: [{ Namespace: 'shop', Kind: 'Deployment', Name: 'web', Results: found }],
  });
const grype = (target: string) =>
  JSON.stringify({
    source: { type: 'directory', target },
    descriptor: { name: 'grype', version: '1.0', timestamp: '2026-02-01T06:00:00Z' },
    matches: [
      { vulnerability: { id: 'CVE-1', severity: 'High' }, artifact: { name: 'a', type: 'npm' } },
    ],
  });
const checkov = (root: string) =>
  JSON.stringify({
    check_type: 'terraform',
    results: {
      failed_checks: [
        {
          ...{ check_id: 'CKV_1', check_result: { result: 'FAILED' }, resource: 'r' },
          ...{ file_path: '/a.tf', file_abs_path: `${root}/a.tf` },
        },
      ],
    },
    summary: { checkov_version: '3.3.0', resource_count: 1 },
  });
const sarif = (repositoryUri?: string, branch = 'main') =>
  sarifLog({
    ...sarifRun('Lint', ['R1']),
    automationDetails: { id: '' },
    ...(repositoryUri && { versionControlProvenance: [{ repositoryUri, branch }] }),
  });
const nuclei = (host: string) =>
  JSON.stringify(nucleiMatch('CVE-2021-0001', {}, { host, 'matched-at': `${host}/login` }));
const accountsOf = async () => [
  ...new Set((await team.findings()).map(({ accountId }) => accountId)),
];

const SHOP = 'https://git.example/acme/shop';
const PAY = 'https://git.example/acme/pay';

describe('two things', () => {
  it.each([
    ['repositories scanned as .', trivy('.', repository(SHOP)), trivy('.', repository(PAY))],
    ['repositories mounted alike', trivy('/src', repository(SHOP)), trivy('/src', repository(PAY))],
    ['branches', trivy('.', repository(SHOP)), trivy('.', repository(SHOP, { Branch: 'v2' }))],
    ['services as tags', image('acme/mono:cart-1.2'), image('acme/mono:checkout-1.2')],
    [
      'services by digest',
      image('acme/mono@sha256:01', ['acme/mono:cart']),
      image('acme/mono@sha256:02', ['acme/mono:checkout']),
    ],
    ['clusters', cluster('prod-eu'), cluster('prod-us')],
    ['repositories in SARIF', sarif(SHOP), sarif(PAY)],
    ['branches in SARIF', sarif(SHOP), sarif(SHOP, 'refs/heads/v2')],
  ])('are two accounts: %s', async (_, one, other) => {
    await team.importText(one);
    const later = await team.importText(other);
    expect(later).toMatchObject({ findings: { opened: 1, resolved: 0 }, notes: [] });
    expect(await accountsOf()).toHaveLength(2);
  });

  it.each([
    ['a folder', () => trivy('.')],
    ['a folder of Grype', () => grype('.')],
    ['a mounted folder', () => checkov('/tf')],
    ['SARIF without a repository', () => sarif()],
    ['a cluster', () => cluster('default')],
    ['a loopback address', () => nuclei('http://localhost:8080')],
  ])('get accounts named after their files, and the import notes it: %s', async (_, text) => {
    const first = await team.importText(text(), 'shop-2026-02-01.json');
    expect(first.notes).toEqual([
      expect.stringMatching(/does not say what was scanned.*stored under “shop\b.*--target/),
    ]);
    expect((await team.importText(text(), 'pay.json')).findings.opened).toBe(1);
    const again = await team.importText(text(), 'shop-2026-02-02.json');
    expect(again.findings).toMatchObject({ opened: 0, unchanged: 1 });
    expect((await accountsOf()).map((account) => account.split(' ')[0]).sort()).toEqual([
      'pay',
      'shop',
    ]);
  });

  it('prove nothing by silence where their file names are usual ones, unless the report is whole', async () => {
    const two = [vulnerability('CVE-2024-0001'), vulnerability('CVE-2024-0002')];
    const both = trivyReport(
      [
        {
          ...packages,
          Vulnerabilities: two.map((one) => ({
            ...one,
            VulnerabilityID: 'CVE-1',
            PkgName: one.VulnerabilityID,
            PkgIdentifier: {},
          })),
        },
      ],
      {},
      { ArtifactName: '.', ArtifactType: 'filesystem', Metadata: {} },
    );
    const one = both.replace('"CVE-2024-0002"', '"CVE-2024-0001"');
    const usual = await team.importText(both, 'trivy-results.json');
    expect(usual.notes?.[0]).toContain('none that it lacks counts as gone');
    expect((await team.importText(one, 'trivy-results.json')).findings.resolved).toBe(0);
    const whole = await team.importText(one.replace('06:00', '07:00'), 'trivy-results.json', {
      coverage: 'complete',
    });
    expect(whole.findings.resolved).toBe(1);
    const named = await team.importText(both, 'shop.json');
    expect(named.notes?.[0]).not.toContain('gone');
  });

  it('get accounts named by --target', async () => {
    const first = await team.importText(trivy('.'), 'trivy.json', { target: 'shop' });
    expect(first).toMatchObject({ target: 'shop', notes: [] });
    await team.importText(trivy('.'), 'trivy.json', { target: 'pay' });
    expect(await accountsOf()).toEqual(expect.arrayContaining(['shop', 'pay']));
    const gone = await team.importText(
      trivyReport(
        [{ ...packages, Vulnerabilities: [] }],
        { at: 1 },
        { ArtifactName: '.', ArtifactType: 'filesystem' },
      ),
      'x.json',
      { target: 'shop' },
    );
    expect(gone.accounts).toEqual(['filesystem/shop']);
  });

  it('keep the names that a report states of them', async () => {
    const { accounts, notes } = await team.importText(image('acme/shop:1.2'), 'x.json', {
      target: 'pay',
    });
    expect(accounts).toEqual(['image/docker.io/acme/shop']);
    expect(notes).toEqual(['The report names what was scanned, so “pay” is not used.']);
  });
});

describe('one thing', () => {
  it.each([
    'acme/shop:latest',
    'acme/shop:1.2.3-alpine',
    'acme/shop:main-3f2a1bc',
    'acme/shop:sha-0123abcd4567',
    'acme/shop@sha256:0123',
  ])('is one account whatever the version: %s', async (name) => {
    await team.importText(image(name));
    expect(await accountsOf()).toEqual(['docker.io/acme/shop']);
  });

  it('is one account by each way of writing its address', async () => {
    for (const url of [
      `${SHOP}.git`,
      'git@git.example:acme/shop.git',
      'https://bot:x@git.example/acme/shop/',
    ]) {
      await team.importText(trivy('.', repository(url)));
    }
    expect(await accountsOf()).toEqual([SHOP]);
  });
});

class AgedImports extends ImportsRepository {
  age(scope: TeamScope, id: string) {
    return this.of(scope).update(id, { set: { readerVersion: 5 } });
  }
}

describe('results of former releases', () => {
  it('keep their accounts and decisions when the same file is imported again', async () => {
    // As former releases did, a scan of ours keeps the name that the report has.
    const assess = () => ({ incomplete: false, problem: null });
    const former = await team.importText(trivy('.'), 'trivy.json', { assess });
    await core.platform.repositories.create(AgedImports).age(team.actor, former.id);
    const [finding] = await team.findings();
    await team.triage(finding?.id ?? '', 'accepted');
    for (const at of [1, 2]) {
      const again = await team.importText(trivy('.', {}, at), former.fileName);
      expect(again.findings).toMatchObject({ opened: 0, unchanged: 1 });
      expect(again.notes?.[0]).toContain('its results stay');
    }
    expect(await team.findings()).toMatchObject([{ accountId: '.', status: 'accepted' }]);
    // The account may hold results of other targets.
    const other = trivy('.', {}, 3).replaceAll('openssl', 'zlib');
    expect((await team.importText(other, former.fileName)).findings).toMatchObject({ resolved: 0 });
    await team.importText(trivy('.', {}, 4), 'other.json');
    expect((await accountsOf()).sort()).toEqual(['.', 'other']);
  });
});
