import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { trivyCovers } from '../../../scanners/tools/trivy/trivy-coverage.js';
import {
  createTestCore,
  SCANS_ONLY,
  SCANS_TO_CONTROLS,
  type TestCore,
} from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import {
  nmapReport,
  osPackages,
  sarifLog,
  sarifRun,
  TOOL_REPORTS,
  trivyReport,
  vulnerability,
} from '../../../testing/tool-reports.js';

let core: TestCore;
/** With the modules that evaluate controls. */
let full: TestCore;
let team: TestTeam;
let runs = 0;

beforeAll(async () => {
  [core, full] = await Promise.all([createTestCore(SCANS_ONLY), createTestCore(SCANS_TO_CONTROLS)]);
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => Promise.all([core.close(), full.close()]));

const NOTHING = { opened: 0, reopened: 0, resolved: 0, unchanged: 0, stale: 0 };
const trivy = (ids: string[], at: number) =>
  trivyReport([osPackages(ids.map((id) => vulnerability(id)))], { at });

const ALL = ['image', '--scanners=vuln,misconfig,secret', '--', 'ghcr.io/acme/shop:1.2'];

/** Imports a report with the coverage of its scan, as orchestration does. */
async function importRun(text: string, args: readonly string[], incomplete = false) {
  const path = join(core.platform.config.dataDir, `run-${++runs}`);
  await writeFile(path, text);
  const assess = () => ({ incomplete, problem: null, covers: trivyCovers({ args }) });
  return core.scans.imports.importFile(team.actor, path, { assess });
}

describe('a report without results', () => {
  it.each([
    ['Trivy', trivyReport([osPackages([])]), 'image/ghcr.io/acme/shop'],
    ['Nmap', nmapReport([]), 'network/db.example'],
    ['SARIF', sarifLog(sarifRun('Code Scanner', [])), 'code/acme/shop'],
    [
      'ZAP',
      '<OWASPZAPReport version="2.17.0"><site name="https://a.example" host="a.example"><alerts></alerts></site></OWASPZAPReport>',
      'web/https://a.example',
    ],
  ])(
    'of %s that says what it looked at is imported, and proves no pass',
    async (_, text, account) => {
      team = new TestTeam(full);
      const item = await team.importText(text, 'clean');
      expect(item).toMatchObject({
        status: 'completed',
        results: 0,
        accounts: [account],
        findings: NOTHING,
        problem: null,
      });
      expect(await team.findings()).toEqual([]);
      const controls = await team.controls();
      expect(controls.filter(({ status }) => status !== 'not_assessed')).toEqual([]);
    },
  );

  it.each([
    ['Trivy that recognised nothing', trivyReport([]), /contains no results/],
    ['Trivy without a list', trivyReport([], {}, { Results: undefined }), /contains no results/],
    [
      'SARIF of a run without results',
      sarifLog({ tool: { driver: { name: 'x' } } }),
      /no results \(x/,
    ],
    ['ZAP without a site', '<OWASPZAPReport version="2.17.0"></OWASPZAPReport>', /contains no/],
    [
      'Nmap of a host that was down',
      nmapReport([]).replace('state="up"', 'state="down"'),
      /no results \(db.example: it did not answer\)/,
    ],
    [
      'Nmap that broke off',
      nmapReport([], { end: '' }).replace(/<host.*/s, ''),
      /contains no readable result: it ends in the middle/,
    ],
  ])('of %s is rejected', async (_, text, problem) => {
    const item = await team.importText(text, 'blind');
    expect(item).toMatchObject({ status: 'failed', results: 0 });
    expect(item.problem).toMatch(problem);
  });

  it('is partial if the tool reports that it failed, and closes nothing', async () => {
    await team.importText(sarifLog(sarifRun('Code Scanner', ['R1'])));
    const run = {
      ...sarifRun('Code Scanner', [], { at: 1 }),
      invocations: [{ executionSuccessful: false, exitCodeDescription: 'out of disk' }],
    };
    const item = await team.importText(sarifLog(run));
    expect(item).toMatchObject({ status: 'partial', findings: { resolved: 0 } });
    expect(item.problem).toContain('out of disk');
    expect(await team.open()).toHaveLength(1);
  });
});

describe('a result that a Trivy report lacks', () => {
  it('is stale, since filters leave no trace in the report', async () => {
    await team.importText(trivy(['CVE-1', 'CVE-2'], 0));
    const some = await team.importText(trivy(['CVE-1'], 1));
    expect(some.findings).toEqual({ ...NOTHING, unchanged: 1, stale: 1 });
    const none = await team.importText(trivy([], 2));
    expect(none.findings).toEqual({ ...NOTHING, stale: 2 });
    expect(await team.open()).toHaveLength(2);
    const back = await team.importText(trivy(['CVE-1', 'CVE-2'], 3));
    expect(back.findings).toEqual({ ...NOTHING, unchanged: 2 });
    expect((await team.findings()).map(({ staleSince }) => staleSince)).toEqual([null, null]);
  });

  it('is gone when the scan’s arguments show that nothing was filtered', async () => {
    await team.importText(trivy(['CVE-1', 'CVE-2'], 0));
    const partly = await importRun(trivy([], 1), ALL, true);
    expect(partly.findings).toEqual({ ...NOTHING, stale: 2 });
    const one = await importRun(trivy(['CVE-1'], 2), ALL);
    expect(one.findings).toEqual({ ...NOTHING, resolved: 1, unchanged: 1 });
    const none = await importRun(trivy([], 3), ALL);
    expect(none.findings).toEqual({ ...NOTHING, resolved: 1 });
    for (const finding of await team.findings()) {
      expect(finding).toMatchObject({ status: 'resolved', resolution: 'gone', staleSince: null });
    }
    const late = await team.importText(trivy(['CVE-1', 'CVE-2'], 1.5));
    expect(late.findings).toMatchObject({ opened: 0, reopened: 0 });
    const again = await team.importText(trivy(['CVE-2'], 4));
    expect(again.findings).toMatchObject({ reopened: 1 });
  });

  it('is gone only if its scanner was on', async () => {
    const secret = { RuleID: 'aws-key', Severity: 'CRITICAL', Title: 'AWS', Match: 'KEY=****' };
    const license = { Name: 'AGPL-3.0', Category: 'forbidden', PkgName: 'x', Severity: 'HIGH' };
    const cause = { Type: 'dockerfile', ID: 'DS-0002', Status: 'FAIL', Severity: 'HIGH' };
    const results = [
      osPackages([vulnerability('CVE-1')]),
      { Target: 'a.env', Class: 'secret', Secrets: [secret] },
      { Target: 'x', Class: 'license', Licenses: [license] },
      { Target: 'Dockerfile', Class: 'config', Misconfigurations: [cause] },
    ];
    await team.importText(trivyReport(results));
    const checks = async () => (await team.findings({ status: ['open'] })).map((f) => f.checkId);
    await importRun(trivyReport([osPackages([])], { at: 1 }), ['image', '--scanners=secret,vuln']);
    expect((await checks()).sort()).toEqual(['DS-0002', 'license:AGPL-3.0']);
    await importRun(trivyReport([osPackages([])], { at: 2 }), ['config']);
    expect(await checks()).toEqual(['license:AGPL-3.0']);
  });

  it('does not change when it is of another image', async () => {
    await team.importText(trivy(['CVE-1'], 0));
    const other = { ArtifactName: 'ghcr.io/acme/cart:1' };
    const item = await importRun(trivyReport([osPackages([])], { at: 1 }, other), ALL);
    expect(item.findings).toEqual(NOTHING);
    expect((await team.findings())[0]).toMatchObject({ status: 'open', staleSince: null });
  });
});

describe('a result that an Nmap report lacks', () => {
  const open = ['6379 redis', '16379 redis', '3306 mysql'];

  it('is gone when its port was scanned and is closed', async () => {
    await team.importText(nmapReport(open, { asked: '1-20000' }));
    const item = await team.importText(nmapReport(['6379 redis'], { at: 1, asked: '1-20000' }));
    expect(item.findings).toEqual({ ...NOTHING, resolved: 2, unchanged: 1 });
    const none = await team.importText(nmapReport([], { at: 2, asked: '1-20000' }));
    expect(none.findings).toEqual({ ...NOTHING, resolved: 1 });
  });

  it('is not gone when its port was not scanned', async () => {
    await team.importText(nmapReport(open, { asked: '1-20000' }));
    const item = await team.importText(nmapReport(['6379 redis'], { at: 1, asked: '1-7000' }));
    expect(item.findings).toEqual({ ...NOTHING, resolved: 1, unchanged: 1 });
    const ports = (await team.findings({ status: ['open'] })).map((f) => f.details?.network?.port);
    expect(ports.sort()).toEqual([16379, 6379]);
    const none = await team.importText(nmapReport([], { at: 2, asked: '1-100' }));
    expect(none.findings).toEqual({ ...NOTHING, stale: 2 });
  });

  it('is not gone when the host did not answer or the report was cut off', async () => {
    await team.importText(nmapReport(open, { asked: '1-20000' }));
    const silent = nmapReport([], { at: 1, asked: '1-20000' }).replace('"closed"', '"filtered"');
    expect((await team.importText(`${silent}\n`)).status).toBe('failed');
    const cut = nmapReport(['6379 redis'], { at: 2, asked: '1-20000', end: '' });
    expect(await team.importText(cut)).toMatchObject({
      status: 'partial',
      findings: { resolved: 0 },
    });
    expect(await team.open()).toHaveLength(3);
  });
});

describe('an archive that was cut off', () => {
  it('keeps its rows up to the break, and closes nothing', async () => {
    const ids = Array.from({ length: 300 }, (_, n) => `CVE-2024-${n}`);
    await team.importText(trivy(ids, 0));
    const packed = gzipSync(trivy(ids, 1), { level: 0 });
    const item = await team.importText(packed.subarray(0, packed.length / 2), 'cut.gz');
    expect(item).toMatchObject({ status: 'partial', findings: { opened: 0, resolved: 0 } });
    expect(item.results).toBeGreaterThan(50);
    expect(item.problem).toMatch(/damaged gzip archive/);
    expect(await team.open()).toHaveLength(300);
  });
});

describe('a result that a report of an unnamed place lacks', () => {
  it('is not gone: it may be another repository', async () => {
    const run = (rules: string[], uri: string, at: number) => {
      const one = sarifRun('Code Scanner', rules, { at });
      const results = one.results.map((result) => {
        const physicalLocation = { artifactLocation: { uri } };
        return { ...result, locations: [{ physicalLocation }] };
      });
      return sarifLog({ ...one, automationDetails: undefined, results });
    };
    await team.importText(run(['R1', 'R2'], 'shop/a.c', 0));
    const item = await team.importText(run(['R1'], 'cart/b.c', 1));
    expect(item.findings).toMatchObject({ opened: 1, resolved: 0 });
    expect(await team.open()).toHaveLength(3);
  });
});

describe('the details of a finding', () => {
  const first = async (format: string) => {
    const report = TOOL_REPORTS.find((one) => one.format === format);
    await team.importText(report?.text(report.fails.slice(0, 1)) ?? '');
    const [finding] = await team.findings();
    return core.scans.findings.get(team.actor, finding?.id ?? '');
  };

  it('of a CVE are score, package and fixed version', async () => {
    const finding = await first('trivy-json');
    expect(finding.details).toEqual({
      vulnerability: {
        ids: ['CVE-2024-0001'],
        cvss: { score: 7.1, vector: null, source: 'debian' },
        epss: null,
        knownExploited: null,
      },
      package: {
        name: 'openssl',
        purl: 'pkg:deb/debian/openssl@3.0.1-1?arch=amd64',
        installedVersion: '3.0.1-1',
        fixedVersion: '3.0.2-1',
        path: null,
      },
    });
    const found = await core.scans.findings.list(team.actor, { q: 'OpenSSL' }, 10);
    expect(found.items).toHaveLength(1);
  });

  it('of a nuclei template are CVSS, EPSS, KEV and address', async () => {
    expect((await first('nuclei-json')).details).toEqual({
      vulnerability: {
        ids: ['CVE-2021-0001'],
        cvss: { score: 9.8, vector: 'CVSS:3.1/AV:N', source: 'template' },
        epss: { score: 0.94, percentile: 0.99 },
        knownExploited: true,
      },
      web: { url: 'https://shop.example/login?at=…', method: null, parameter: null },
    });
  });

  it('are address and parameter of an alert, number and service of a port, file and line of code', async () => {
    expect((await first('zap-json')).details?.web).toEqual({
      url: 'https://shop.example/p/10038?order=…',
      method: 'GET',
      parameter: 'order',
    });
    team = new TestTeam(core);
    expect((await first('nmap-xml')).details?.network).toMatchObject({
      address: '198.51.100.7',
      protocol: 'tcp',
      port: 6379,
      service: 'redis',
      encrypted: false,
    });
    team = new TestTeam(core);
    expect((await first('sarif')).details?.code).toMatchObject({ file: 'src/a.c', match: null });
  });
});
