import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestCore, SCANS_ONLY, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import {
  nmapReport,
  nucleiMatch,
  sarifLog,
  sarifRun,
  trivyReport,
  vulnerability,
} from '../../../testing/tool-reports.js';

let core: TestCore;
let team: TestTeam;
beforeAll(async () => {
  core = await createTestCore(SCANS_ONLY);
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => core.close());

const REDIS = ['6379 redis'];
const ADDRESS = '198.51.100.7';
const named = (at: number, host = 'db.example') => nmapReport(REDIS, { at, host });
/** Asked for by its address; `name`: what it is called. */
const numbered = (at: number, name: string, address = ADDRESS) =>
  named(at, name).replace('type="user"', 'type="PTR"').replace(ADDRESS, address);

const isOneThing = async (first: string, second: string, file = 'whole') => {
  await team.importText(first, file);
  const [found] = await team.findings();
  await team.triage(found?.id ?? '', 'false_positive');
  const item = await team.importText(second, file);
  expect(item.findings).toMatchObject({ opened: 0, reopened: 0, resolved: 0, stale: 0 });
  const all = await team.findings();
  expect(all.map(({ id, status }) => [id, status])).toEqual([[found?.id, 'false_positive']]);
  return item;
};
const accounts = async () => (await team.findings()).map(({ accountId }) => accountId).sort();

describe('a host', () => {
  it.each([
    ['by its address, and later by its name', numbered(1, ''), named(2)],
    ['by its name, and later by its address', named(1), numbered(2, 'db.example')],
  ])('is one, known %s', async (_, first, second) => {
    const item = await isOneThing(first, second);
    expect(item.notes?.[0]).toMatch(/is stored as .*, under which it was known before/);
  });

  it('is one for nuclei, by the address of its service', async () => {
    const match = (at: number, host: string) =>
      JSON.stringify(
        nucleiMatch(
          'CVE-1',
          { at },
          { type: 'tcp', host, ip: ADDRESS, 'matched-at': `${host}:22` },
        ),
      );
    await isOneThing(`${match(1, ADDRESS)}\n`, `${match(2, 'db.example')}\n`);
  });

  it('stays apart where a name has several addresses, or an address several names', async () => {
    await team.importText(named(1), 'whole');
    await team.importText(numbered(2, 'db.example', '198.51.100.8'), 'whole');
    expect(await accounts()).toEqual(['198.51.100.8', 'db.example']);
    team = new TestTeam(core);
    await team.importText(numbered(1, ''), 'whole');
    const host = (name: string) => /<host .*<\/host>/.exec(named(2, name))?.[0] ?? '';
    const both = named(2, 'a.example').replace('</host>', `</host>${host('b.example')}`);
    await team.importText(both, 'whole');
    expect(await accounts()).toEqual([ADDRESS, 'b.example']);
  });

  it('is another one for web sites, of which an address may have many', async () => {
    const match = (at: number, host: string) =>
      JSON.stringify(nucleiMatch('CVE-1', { at }, { host, ip: ADDRESS, 'matched-at': `${host}/` }));
    await team.importText(`${match(1, `http://${ADDRESS}`)}\n`, 'whole');
    await team.importText(`${match(2, 'http://shop.example')}\n`, 'whole');
    expect(await accounts()).toEqual([`http://${ADDRESS}`, 'http://shop.example']);
  });
});

describe('a folder', () => {
  const packages = { Target: 'package-lock.json', Class: 'lang-pkgs', Type: 'npm' };
  const trivy = (ArtifactName: string, at: number) =>
    trivyReport(
      [{ ...packages, Vulnerabilities: [vulnerability('CVE-2024-0001')] }],
      { at },
      { ArtifactName, ArtifactType: 'filesystem', Metadata: {} },
    );
  const grype = (target: string, at: number) =>
    JSON.stringify({
      source: { type: 'directory', target },
      descriptor: { name: 'grype', version: '1.0', timestamp: `2026-02-0${at}T06:00:00Z` },
      matches: [
        { vulnerability: { id: 'CVE-1', severity: 'High' }, artifact: { name: 'a', type: 'npm' } },
      ],
    });
  const checkov = (root: string, at: number, more = {}) =>
    JSON.stringify({
      check_type: 'terraform',
      ...more,
      results: {
        failed_checks: [
          {
            ...{ check_id: 'CKV_1', check_result: { result: 'FAILED' }, resource: 'r' },
            ...{ file_path: '/a.tf', file_abs_path: `${root}/a.tf` },
          },
        ],
      },
      summary: { checkov_version: '3.3.0', resource_count: at },
    });
  const sarif = (uri: string, at: number, more = {}) => {
    const run = sarifRun('Lint', ['R1'], { at });
    const locations = [{ physicalLocation: { artifactLocation: { uri } } }];
    return sarifLog({ ...run, ...more, results: [{ ...run.results[0], locations }] });
  };
  const shop = { versionControlProvenance: [{ repositoryUri: 'https://git.example/acme/shop' }] };

  it.each([
    ['Trivy', trivy('/builds/17/shop', 1), trivy('/builds/18/shop', 2)],
    ['Grype', grype('/builds/17/shop', 1), grype('/builds/18/shop', 2)],
    ['Checkov', checkov('/builds/17/shop', 1), checkov('/builds/18/shop', 2)],
    [
      'Checkov with its repository',
      checkov('/builds/17/one', 1, { repo_id: 'acme/shop' }),
      checkov('/builds/18/two', 2, { repo_id: 'acme/shop' }),
    ],
    [
      'SARIF in a folder of builds',
      sarif('file:///home/runner/work/shop/shop/src/a.c', 1),
      sarif('src/a.c', 2),
    ],
    [
      'SARIF of a repository',
      sarif('file:///data/17/shop/src/a.c', 1, shop),
      sarif('file:///data/18/shop/src/a.c', 2, shop),
    ],
  ])('is the same wherever it lies: %s', async (_, first, second) => {
    await isOneThing(first, second);
  });

  it('keeps the name that a former release gave it', async () => {
    await team.importText(trivy('/builds/17/shop', 1), 'whole', {
      assess: () => ({ incomplete: false, problem: null }),
    });
    const item = await team.importText(trivy('/builds/17/shop', 2), 'whole');
    expect(item.findings).toMatchObject({ opened: 0, unchanged: 1 });
    expect(await accounts()).toEqual(['/builds/17/shop']);
  });

  it('has its parent’s name too, where its own may be that of any project', async () => {
    const item = await team.importText(trivy('/home/ann/shop/src', 1), 'whole');
    expect(item.accounts).toEqual(['filesystem/shop/src']);
    expect(item.notes).toContain(
      'The folder /home/ann/shop/src is stored under its own name, “shop/src”. Name the target when you import it (--target).',
    );
    const other = await team.importText(trivy('/home/ann/pay/src', 2), 'whole');
    expect(other.findings).toMatchObject({ opened: 1, resolved: 0 });
  });
});

it.each([
  ['Semgrep', 'Semgrep AppSec Platform', 'Semgrep, Inc.', '1.90.0'],
  ['SonarQube', 'Sonar Scanner', 'SonarSource', '10.4'],
  ['CodeQL', 'Code Scanning', 'GitHub', '2.20.1'],
])(
  'a driver %s is the same as %s, by its maker and series',
  async (old, name, organization, version) => {
    const log = (driver: object, at: number) => {
      const run = sarifRun(old, ['R1'], { at });
      return sarifLog({ ...run, tool: { driver: { ...run.tool.driver, ...driver } } });
    };
    await isOneThing(log({}, 1), log({ name, organization, semanticVersion: version }, 2));
    const other = log({ name, organization, semanticVersion: '99.1' }, 3);
    const item = await team.importText(other, 'whole');
    expect(item.findings.opened).toBe(old === 'SonarQube' ? 0 : 1);
  },
);
