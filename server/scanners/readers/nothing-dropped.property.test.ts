import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../platform/errors.js';
import { propertyRuns } from '../../testing/property-runs.js';
import {
  nucleiMatch,
  ocsfFinding,
  osPackages,
  sarifLog,
  sarifRun,
  trivyReport,
  vulnerability,
} from '../../testing/tool-reports.js';
import { fixture, readRows } from '../testing/read-rows.js';

/** Parts of a report, each by what a tool may write in its place, and the report that has these. */
interface Written {
  parts: Readonly<Record<string, (n: number) => unknown>>;
  text(parts: readonly (readonly [kind: string, part: unknown])[]): string;
}

const of = (wanted: readonly string[], parts: Parameters<Written['text']>[0]) =>
  parts.filter(([kind]) => wanted.includes(kind)).map(([, part]) => part);
const others = { 'no object': () => 'odd', nothing: () => null, empty: () => ({}) };
const secret = (n: number) => ({ RuleID: `r${n}`, Severity: 'HIGH', Match: `k${n} = ****` });
const modified = (Type: string, Finding: unknown) => ({ Type, Status: 'ignored', Finding });
const trivyLists: Record<string, string> = {
  vulnerability: 'Vulnerabilities',
  misconfiguration: 'Misconfigurations',
  secret: 'Secrets',
  licence: 'Licenses',
  ...{ 'no object': 'Secrets', nothing: 'Misconfigurations', empty: 'Licenses' },
  newer: 'CustomResources',
};

const misconfiguration = (n: number) => ({ ID: `DS-${n}`, Status: 'FAIL', Severity: 'LOW' });
const alert = (pluginid: string, instances: unknown) => ({ pluginid, riskcode: '2', instances });
const uri = (n: number) => ({ uri: `https://shop.example/p${n}x`, method: 'GET' });
const match = (n: number) => ({
  vulnerability: { id: `CVE-2024-${n}`, severity: 'High' },
  artifact: { name: 'a', version: '1', type: 'npm', purl: 'pkg:npm/a@1' },
});
const checked = (n: number) => ({
  check_id: `CKV_${n}`,
  check_result: { result: 'FAILED' },
  file_path: '/a.tf',
  resource: `r${n}`,
});
const prowlerRow = JSON.parse(fixture('aws-sample.ocsf.json').toString())[0];
const asffRow = JSON.parse(fixture('aws-sample.asff.json').toString())[0];
const nmapPort = (inside: string, id = '22') =>
  `<port protocol="tcp" portid="${id}"><state state="filtered"/>${inside}</port>`;
const script = (id: string, inside = '') =>
  nmapPort(`<script id="${id}" output="x">${inside}</script>`);
const stated = (n: number) =>
  script(`http-vuln-${n}`, '<table key="x"><elem key="state">VULNERABLE</elem></table>');

const TOOLS: Record<string, Written> = {
  trivy: {
    parts: {
      ...{ vulnerability: (n) => vulnerability(`CVE-2024-${n}`), misconfiguration, secret },
      licence: (n) => ({ Name: `L${n}`, Severity: 'LOW' }),
      'suppressed secret': (n) => modified('secret', secret(n)),
      'suppressed licence': (n) => modified('license', { Name: `L${n}` }),
      'suppressed misconfiguration': (n) => modified('misconfiguration', misconfiguration(n)),
      'suppressed vulnerability': (n) => modified('vulnerability', vulnerability(`CVE-1-${n}`)),
      'suppressed newer': (n) => modified('behaviour', { ID: n }),
      newer: (n) => ({ n }),
      ...others,
    },
    text: (parts) => {
      const result: Record<string, unknown[]> = { ...osPackages([]), Vulnerabilities: [] } as never;
      for (const [kind, part] of parts) {
        const list = trivyLists[kind] ?? 'ExperimentalModifiedFindings';
        result[list] = [...(result[list] ?? []), part];
      }
      return trivyReport([result]);
    },
  },
  grype: {
    parts: { match, ignored: match, newer: match, ...others },
    text: (parts) =>
      JSON.stringify({
        source: { type: 'directory', target: 'shop' },
        descriptor: { name: 'grype', version: '1.0', timestamp: '2026-02-01T00:00:00Z' },
        matches: of(['match', ...Object.keys(others)], parts),
        ignoredMatches: of(['ignored'], parts),
        alsoMatches: of(['newer'], parts),
      }),
  },
  checkov: {
    parts: { failed: checked, skipped: checked, passed: checked, newer: checked, ...others },
    text: (parts) =>
      JSON.stringify({
        check_type: 'terraform',
        results: {
          failed_checks: of(['failed', ...Object.keys(others)], parts),
          skipped_checks: of(['skipped'], parts),
          passed_checks: of(['passed'], parts),
          deferred_checks: of(['newer'], parts),
        },
        summary: { checkov_version: '3.3.0', resource_count: 1 },
      }),
  },
  'zap-json': {
    parts: {
      alert: (n) => alert('10038', [uri(n)]),
      'without an id': (n) => alert('', [uri(n)]),
      newer: (n) => ({ n }),
      insight: () => ({ level: 'Low', description: 'x' }),
      'no object': others['no object'],
      nothing: others.nothing,
    },
    text: (parts) =>
      JSON.stringify({
        '@programName': 'ZAP',
        '@version': '2.17.0',
        site: [
          {
            '@name': 'https://shop.example',
            alerts: of(['alert', 'without an id', 'no object', 'nothing'], parts),
            newer: of(['newer'], parts),
          },
        ],
        insights: of(['insight'], parts),
      }),
  },
  'zap-xml': {
    parts: {
      alert: (n) =>
        `<alertitem><pluginid>10038</pluginid><instances><instance><uri>https://shop.example/p${n}x</uri></instance></instances></alertitem>`,
      'without an id': () => '<alertitem><name>x</name></alertitem>',
      newer: (n) => `<newer>${n}</newer>`,
    },
    text: (parts) =>
      `<OWASPZAPReport version="2.17.0"><site name="https://shop.example" host="shop.example"><alerts>${parts.map(([, part]) => part).join('')}</alerts></site></OWASPZAPReport>`,
  },
  nmap: {
    parts: {
      stated,
      'other script': (n) => script(`http-title-${n}`),
      'port 0': () => nmapPort('', '0').replace('filtered', 'open'),
      'port without a number': () => nmapPort('', 'x'),
      undecided: () => nmapPort('').replace('filtered', 'open|filtered'),
      'operating system': () => '</ports><os/><ports>',
    },
    text: (parts) =>
      `<nmaprun version="7.98"><host endtime="1770000000"><status state="up"/><address addr="198.51.100.7" addrtype="ipv4"/><ports>${parts.map(([, part]) => part).join('')}</ports></host><runstats><finished exit="success"/></runstats></nmaprun>`,
  },
  nuclei: {
    parts: { match: (n) => nucleiMatch(`CVE-2024-${n}`), torn: () => null },
    text: (parts) =>
      [nucleiMatch('first'), ...parts.map(([, part]) => part)]
        .map((part) => (part ? JSON.stringify(part) : '{"template-id": "x", "info'))
        .join('\n')
        .concat('\n'),
  },
  sarif: {
    parts: {
      result: (n) => ({ ruleId: `R${n}`, message: { text: 'x' } }),
      'without a rule': () => ({ message: { text: 'x' } }),
      suppressed: () => ({ ruleId: 'R', suppressions: [{ kind: 'inSource' }] }),
      'of the baseline': () => ({ ruleId: 'R', baselineState: 'absent' }),
      'no object': others['no object'],
      nothing: others.nothing,
      'in another file': () => ({ itemCount: 1 }),
      'odd run': () => 5,
    },
    text: (parts) => {
      const kinds = Object.keys(TOOLS.sarif?.parts ?? {}).slice(0, -2);
      const run = {
        ...sarifRun('Lint', []),
        results: of(kinds, parts),
        externalPropertyFileReferences: { results: of(['in another file'], parts) },
      };
      return sarifLog(run, ...(of(['odd run'], parts) as object[]));
    },
  },
  ocsf: {
    parts: {
      finding: (n) => ocsfFinding(`S3.${n}`),
      'of another class': () => ({ ...ocsfFinding('x'), class_uid: 2002 }),
      'no object': others['no object'],
    },
    text: (parts) => JSON.stringify([ocsfFinding('first'), ...parts.map(([, part]) => part)]),
  },
  prowler: {
    parts: {
      result: () => prowlerRow,
      'without a check': () => ({ ...prowlerRow, metadata: { product: { name: 'Prowler' } } }),
      'no object': others['no object'],
    },
    text: (parts) => JSON.stringify([prowlerRow, ...parts.map(([, part]) => part)]),
  },
  asff: {
    parts: {
      result: () => asffRow,
      'of another product': () => ({ ...asffRow, GeneratorId: 'aws/inspector' }),
      'no object': others['no object'],
    },
    text: (parts) => JSON.stringify([asffRow, ...parts.map(([, part]) => part)]),
  },
};
/** Results that a report has beside its random parts. */
const FIRST = new Set(['nuclei', 'ocsf', 'prowler', 'asff']);

describe.each(Object.entries(TOOLS))('a report of %s', (tool, { parts, text }) => {
  it('is what was read, what was rejected and what is counted as unread', async () => {
    const kinds = fc.array(fc.constantFrom(...Object.keys(parts)), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(kinds, async (chosen) => {
        const given = chosen.map((kind, n) => [kind, parts[kind]?.(n + 1)] as const);
        const read = await readRows(text(given), 'report').catch((error: unknown) => {
          // A report without a single readable result is refused as a whole.
          expect(error).toBeInstanceOf(InvalidInputError);
          return null;
        });
        if (!read) return;
        const { results, rejected, unread } = read.outcome;
        const counted = unread.reduce((sum, { count }) => sum + count, results + rejected);
        expect(counted).toBe(given.length + (FIRST.has(tool) ? 1 : 0));
      }),
      { numRuns: propertyRuns(200, 25) },
    );
  });
});

describe('parts that are no result', () => {
  it('are rejected with their place, and the rest is read', async () => {
    const result = {
      ...osPackages([]),
      Secrets: [secret(1), { Severity: 'HIGH' }, null, secret(2)],
    };
    const { outcome } = await readRows(trivyReport([result]), 'report.json');
    expect(outcome).toMatchObject({ results: 2, rejected: 2, partial: true });
    expect(outcome.problem).toContain('at Results[0].Secrets[1]: has no usable check id');
  });
  it.each([
    ['grype', ['match', 'empty', 'nothing', 'match'], 'matches[1]'],
    ['checkov', ['failed', 'empty', 'nothing', 'failed'], 'results.failed_checks[1]'],
    ['zap-json', ['alert', 'without an id', 'nothing', 'alert'], 'site[0].alerts[1]'],
    ['sarif', ['result', 'nothing', 'no object', 'result'], 'runs[0].results[1]'],
  ])('lose nothing else in a report of %s', async (tool, kinds, place) => {
    const { parts, text } = TOOLS[tool] as Written;
    const given = kinds.map((kind, n) => [kind, parts[kind]?.(n + 1)] as const);
    const { outcome } = await readRows(text(given), 'report');
    expect(outcome).toMatchObject({ results: 2, rejected: 2, partial: true });
    expect(outcome.problem).toContain(`at ${place}: `);
  });
  it.each([
    [
      'further places of a result',
      'sarif',
      'result',
      { ruleId: 'R', locations: [{}, {}, {}], message: { text: 'x' } },
    ],
    [
      'instances of alerts that the report only counts',
      'zap-json',
      'alert',
      { ...alert('10038', [uri(1)]), count: '3' },
    ],
    [
      'instances of alerts that the report only counts',
      'zap-xml',
      'alert',
      '<alertitem><pluginid>10038</pluginid><count>3</count><instances><instance><uri>https://shop.example/</uri></instance></instances></alertitem>',
    ],
    [
      'scores and packages of further vulnerabilities',
      'ocsf',
      'finding',
      ocsfFinding('x', {}, { vulnerabilities: [{}, {}, {}] }),
    ],
  ])('beside a result are counted: %s of %s', async (what, tool, kind, part) => {
    const { outcome } = await readRows((TOOLS[tool] as Written).text([[kind, part]]), 'report');
    expect(outcome.unread).toEqual([{ what, count: 2 }]);
    expect(outcome.partial).toBe(false);
  });
  it('of kinds that are not read are named', async () => {
    const result = { ...osPackages([]), CustomResources: [{}, {}], Secrets: [secret(1)] };
    const { outcome } = await readRows(trivyReport([result]), 'report.json');
    expect(outcome.partial).toBe(false);
    expect(outcome.unread).toEqual([
      { what: 'entries of lists that are not read (CustomResources)', count: 2 },
    ]);
  });
});
