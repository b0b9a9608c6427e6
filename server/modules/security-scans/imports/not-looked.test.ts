import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { instantOf, ocsfRow, ocsfText } from '../../../testing/prowler-rows.js';
import {
  createTestCore,
  SCANS_ONLY,
  SCANS_TO_CONTROLS,
  type TestCore,
} from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';
import { nmapReport, nucleiMatch, sarifLog, sarifRun } from '../../../testing/tool-reports.js';

let core: TestCore;
let full: TestCore;
let team: TestTeam;

beforeAll(async () => {
  [core, full] = await Promise.all([createTestCore(SCANS_ONLY), createTestCore(SCANS_TO_CONTROLS)]);
});
beforeEach(() => {
  team = new TestTeam(core);
});
afterAll(() => Promise.all([core.close(), full.close()]));

const json = (value: unknown) => JSON.stringify(value);

/** A cluster in which `api` and `web` are checked; an error in place of a verdict: it was not scanned. */
const cluster = (resources: Record<string, string>, at: number) =>
  json({
    ClusterName: 'prod',
    CreatedAt: instantOf(at),
    Resources: Object.entries(resources).map(([Name, given]) => ({
      ...{ Namespace: 'shop', Kind: 'Deployment', Name },
      ...(/^(?:PASS|FAIL)$/.test(given)
        ? {
            Results: [
              {
                ...{ Target: `Deployment/${Name}`, Class: 'config', Type: 'kubernetes' },
                Misconfigurations: [
                  { ID: 'KSV-0012', Title: 'Runs as root', Severity: 'MEDIUM', Status: given },
                ],
              },
            ],
          }
        : { Error: given }),
    })),
  });

describe('Trivy that could not scan a resource of a cluster', () => {
  it('leaves its findings open and stale, and says what was not looked at', async () => {
    await team.importText(cluster({ web: 'PASS', api: 'FAIL' }, 1));
    const item = await team.importText(
      cluster({ web: 'PASS', api: 'image password=hunter22 unreadable' }, 2),
    );
    expect(item).toMatchObject({ status: 'partial', findings: { resolved: 0, stale: 1 } });
    expect(item.problem).toMatch(/^not looked at: shop\/Deployment\/api: Trivy could not scan it/);
    expect(item.problem).not.toContain('hunter22');
    expect(await team.finding('shop/Deployment/api')).toMatchObject({
      status: 'open',
      staleSince: instantOf(2),
    });
    const back = await team.importText(cluster({ web: 'PASS', api: 'FAIL' }, 3));
    expect(back).toMatchObject({ problem: null, findings: { unchanged: 1, stale: 0 } });
    expect(await team.finding('shop/Deployment/api')).toMatchObject({ staleSince: null });
  });

  it('proves no control, also where nothing else fails', async () => {
    team = new TestTeam(full);
    await team.importText(cluster({ web: 'PASS', api: 'timeout' }, 1));
    const green = (await team.controls()).filter(({ status }) => status !== 'not_assessed');
    expect(green).toEqual([]);
    await team.importText(cluster({ web: 'PASS', api: 'PASS' }, 2));
    const proven = (await team.controls()).filter(({ status }) => status !== 'not_assessed');
    expect(proven.length).toBeGreaterThan(0);
    await team.importText(cluster({ web: 'PASS', api: 'timeout' }, 3));
    const after = (await team.controls()).filter(({ status }) => status === 'implemented');
    expect(after).toEqual([]);
  });

  it('still resolves what is gone elsewhere', async () => {
    await team.importText(cluster({ web: 'FAIL', old: 'FAIL', api: 'FAIL' }, 1));
    const item = await team.importText(cluster({ web: 'FAIL', api: 'timeout' }, 2));
    expect(item.findings).toMatchObject({ resolved: 1, stale: 1, unchanged: 1 });
    expect(await team.finding('shop/Deployment/old')).toMatchObject({ resolution: 'gone' });
  });
});

describe('a SARIF run that states errors', () => {
  const run = (files: Record<string, string[]>, at: number, invocation: object = {}) => {
    const rules = Object.values(files).flat();
    const base = sarifRun('Code Scanner', rules, { at });
    const uris = Object.entries(files).flatMap(([uri, found]) => found.map(() => uri));
    const results = base.results.map((result, n) => ({
      ...result,
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: uris[n] },
            region: { startLine: 1, snippet: { text: `use(${uris[n]}, ${result.ruleId})` } },
          },
        },
      ],
    }));
    return sarifLog({
      ...base,
      results,
      invocations: [{ executionSuccessful: true, endTimeUtc: instantOf(at), ...invocation }],
    });
  };
  const errorIn = (...uris: string[]) => ({
    toolExecutionNotifications: [
      { level: 'note', message: { text: 'all went well' } },
      {
        level: 'error',
        message: { text: 'out of memory' },
        locations: uris.map((uri) => ({ physicalLocation: { artifactLocation: { uri } } })),
      },
    ],
  });
  const before = { 'a.c': ['R1', 'R2'], 'b.c': ['R1', 'R2'], 'c.c': ['R1', 'R2'] };

  it('about a file leave its findings stale', async () => {
    await team.importText(run(before, 1));
    const after = { 'a.c': ['R1'], 'b.c': ['R1'], 'c.c': ['R1', 'R2'] };
    const item = await team.importText(run(after, 2, errorIn('a.c')));
    expect(item).toMatchObject({ status: 'partial', findings: { resolved: 1, stale: 1 } });
    expect(item.problem).toBe('not looked at: a.c: out of memory');
  });

  it('about the run leave all that it lacks stale', async () => {
    await team.importText(run(before, 1));
    const after = { 'a.c': ['R1'], 'b.c': ['R1', 'R2'], 'c.c': ['R1', 'R2'] };
    const item = await team.importText(run(after, 2, errorIn()));
    expect(item).toMatchObject({ status: 'partial', findings: { resolved: 0, stale: 1 } });
  });
});

it.each([
  ['another file', { externalPropertyFileReferences: { results: [{ itemCount: 1 }] } }, {}],
  ['no run', {}, { inlineExternalProperties: [{ results: [{ ruleId: 'R2' }] }] }],
])('SARIF with results in %s is not whole', async (_, ofRun, ofLog) => {
  await team.importText(sarifLog(sarifRun('Code Scanner', ['R1'], { at: 1 })));
  const after = { ...sarifRun('Code Scanner', [], { at: 2 }), ...ofRun };
  const item = await team.importText(json({ version: '2.1.0', runs: [after], ...ofLog }));
  expect(item).toMatchObject({ status: 'partial', findings: { resolved: 0, stale: 1 } });
  expect(item.problem).toMatch(/it has results (?:in other files|outside of a run)/);
});

it('Nmap that gave up on a host leaves its ports stale', async () => {
  await team.importText(nmapReport(['6379 redis'], { at: 1 }));
  const late = /<host .*<\/host>/.exec(nmapReport([], { at: 2 }))?.[0] ?? '';
  const other = nmapReport(['22 ssh'], { at: 2, host: 'other.example' });
  const timedOut = late.replace('<host ', '<host timedout="true" ');
  const item = await team.importText(other.replace('<host ', `${timedOut}<host `));
  expect(item).toMatchObject({ status: 'partial', findings: { resolved: 0, stale: 1 } });
  expect(item.problem).toMatch(/not looked at: db.example: it exceeded the time limit/);
  const alone = nmapReport([], { at: 3 }).replace('<host ', '<host timedout="true" ');
  expect(await team.importText(alone)).toMatchObject({
    ...{ status: 'partial', findings: { resolved: 0, stale: 1 } },
    problem: item.problem,
  });
});

it('ZAP that could not reach a site leaves its alerts stale', async () => {
  const alert = (pluginid: string, uri: string) => ({
    ...{ pluginid, name: `Alert ${pluginid}`, riskcode: '2', confidence: '2' },
    instances: [{ uri, method: 'GET' }],
  });
  const site = (alerts: object[], at: number, insights: object[] = []) =>
    json({
      ...{ '@programName': 'ZAP', '@version': '2.17.0', created: instantOf(at), insights },
      site: [{ '@name': 'https://shop.example', '@host': 'shop.example', alerts }],
    });
  const pages = ['a', 'b', 'c'].map((page) => `https://shop.example/${page}`);
  const all = pages.flatMap((page) => [alert('10038', page), alert('10020', page)]);
  await team.importText(site(all, 1));
  const insight = {
    ...{ level: 'High', site: 'https://shop.example', key: 'insight.network.failure' },
    ...{ description: 'most requests failed', statistic: '95' },
  };
  const item = await team.importText(site(all.slice(1), 2, [insight]));
  expect(item).toMatchObject({ status: 'partial', findings: { resolved: 0, stale: 1 } });
  expect(item.problem).toMatch(
    /not looked at: https:\/\/shop.example: most requests failed \(95\)/,
  );
});

it('nuclei whose template failed on a site leaves its matches there stale', async () => {
  const matches = (found: [string, string][], at: number, change: object = {}) =>
    found
      .map(([id, page]) => {
        const at_ = `https://shop.example/${page}`;
        return json(nucleiMatch(id, { at }, { 'matched-at': at_, ...change }));
      })
      .join('\n');
  const all: [string, string][] = ['a', 'b', 'c'].flatMap((page): [string, string][] => [
    ['CVE-2021-0001', page],
    ['CVE-2021-0002', page],
  ]);
  await team.importText(matches(all, 1));
  const failed = matches([['CVE-2021-0001', '']], 2, { error: 'context deadline exceeded' });
  const item = await team.importText(`${matches(all.slice(1), 2)}\n${failed}\n`);
  expect(item).toMatchObject({ status: 'partial', findings: { resolved: 0, stale: 1 } });
  expect(item.problem).toMatch(
    /CVE-2021-0001 on https:\/\/shop.example: context deadline exceeded/,
  );
});

it.each([
  ['no template', {}, 2],
  ['its template', { template: 'http/cves/2021/CVE-2021-0001.yaml' }, 1],
])('a line of nuclei’s error log that names %s is a gap of its site', async (_, named, stale) => {
  const match = (id: string, path: string, at: number) =>
    json(nucleiMatch(id, { at }, { 'matched-at': `https://shop.example/${path}` }));
  const [first, second] = ['CVE-2021-0001', 'CVE-2021-0002'];
  const all = (at: number) =>
    ['a', 'b'].flatMap((path) => [match(first, path, at), match(second, path, at)]);
  await team.importText(`${all(1).join('\n')}\n`, 'whole');
  const error = { type: 'http', input: 'https://shop.example', error: 'timeout', ...named };
  const lines = [json(error), ...all(2).slice(2)];
  const item = await team.importText(`${lines.join('\n')}\n`, 'whole');
  expect(item).toMatchObject({ status: 'partial', rejected: 0 });
  expect(item.problem).toContain('on https://shop.example: timeout'.slice(named ? 3 : 0));
  expect(item.findings.stale).toBeGreaterThanOrEqual(stale);
  expect(item.findings.resolved).toBe(0);
});

it('an error of a scan’s log hides the results of its service only', async () => {
  const rows = (at: number) =>
    ocsfText(
      ['s3_a', 'iam_a'].map((check) => ocsfRow({ check, resource: 'x', status: 'PASS', at })),
    );
  const hidden = [{ what: 's3', why: 'AccessDenied', part: { tool: 'prowler', service: 's3' } }];
  const assess = () => ({ incomplete: true, problem: 'AccessDenied', hidden });
  await team.importText(rows(1));
  const item = await team.importText(rows(2), undefined, { assess });
  expect(item.problem).toContain('not looked at: s3: AccessDenied');
  const { scopes } = await core.scans.evidence.of(team.actor);
  const gaps = scopes.filter(({ gapSince }) => gapSince !== undefined);
  expect(gaps.map(({ checkId }) => checkId)).toEqual(['s3_a']);
});

it('Checkov that could not parse a file leaves its findings stale', async () => {
  const report = (files: string[], broken: string[] = []) =>
    json({
      check_type: 'terraform',
      results: {
        passed_checks: [],
        failed_checks: files.map((file) => ({
          ...{ check_id: 'CKV_AWS_1', check_name: 'c', resource: 'aws_s3_bucket.b' },
          ...{ check_result: { result: 'FAILED' }, file_path: `/${file}` },
          ...{ file_abs_path: `/srv/shop/${file}`, file_line_range: [1, 2] },
        })),
        skipped_checks: [],
        parsing_errors: broken,
      },
      summary: { resource_count: 3, checkov_version: '3.3.30' },
    });
  await team.importText(report(['a.tf', 'b.tf', 'c.tf']));
  const item = await team.importText(report(['b.tf', 'c.tf'], ['/srv/shop/a.tf']));
  expect(item).toMatchObject({ status: 'partial', findings: { resolved: 0, stale: 1 } });
  expect(item.problem).toContain('not looked at: a.tf: Checkov could not parse it (terraform)');
  const complete = await team.importText(report(['b.tf', 'c.tf'], ['/srv/shop/a.tf']), 'whole', {
    coverage: 'complete',
  });
  expect(complete.findings).toMatchObject({ resolved: 0, stale: 1 });
});

it('Grype without a valid database proves nothing about what it lacks', async () => {
  const match = (id: string, path: string) => ({
    vulnerability: { id, severity: 'High', fix: { versions: ['2'], state: 'fixed' } },
    matchDetails: [],
    artifact: {
      ...{ name: 'lib', version: '1', type: 'npm', purl: 'pkg:npm/lib@1' },
      locations: [{ path }],
    },
  });
  const report = (matches: object[], at: number, db: object = {}) =>
    json({
      ...{ matches, source: { type: 'directory', target: '/srv/shop' } },
      descriptor: { name: 'grype', version: '0.121.0', timestamp: instantOf(at), db },
    });
  const all = ['/a', '/b', '/c'].flatMap((path) => [match('CVE-1', path), match('CVE-2', path)]);
  await team.importText(report(all, 1));
  const broken = { status: { valid: false, error: 'checksum differs' } };
  const item = await team.importText(report(all.slice(1), 2, broken));
  expect(item).toMatchObject({ status: 'partial', findings: { resolved: 0, stale: 1 } });
  expect(item.problem).toContain(
    'not looked at: the database of vulnerabilities: checksum differs',
  );
});
