import { parseWebUrl } from '../scanners/targets/index.js';
import { webCheckReport } from '../scanners/tools/web-check/web-check.report.js';
import { instantOf } from './prowler-rows.js';

/** How another run would write the same results. */
export interface Rewritten {
  /** Days after 2026-02-01 06:00 UTC. */
  at?: number;
  reversed?: boolean;
  /** Put into free text that does not identify a finding. */
  words?: string;
}

/** A small report of one tool with fails named by the caller, in the tool's own format. */
export interface ToolReport {
  format: string;
  tool: string;
  /** `provider/account` of the scanned target. */
  account: string;
  /** Names of failures that `text` can report. */
  fails: readonly string[];
  text(fails: readonly string[], how?: Rewritten): string;
}

const ordered = <T>(items: readonly T[], { reversed = false }: Rewritten): T[] =>
  reversed ? [...items].reverse() : [...items];
const iso = ({ at = 0 }: Rewritten) => instantOf(at);
const seconds = (how: Rewritten) => Math.floor(Date.parse(iso(how)) / 1000);
const json = (value: unknown) => JSON.stringify(value, null, 1);

export const trivyReport = (results: object[], how: Rewritten = {}, change: object = {}) =>
  json({
    SchemaVersion: 2,
    Trivy: { Version: '0.74.0' },
    CreatedAt: iso(how),
    ArtifactName: 'ghcr.io/acme/shop:1.2',
    ArtifactType: 'container_image',
    Metadata: {
      OS: { Family: 'debian', Name: '12.1' },
      ImageConfig: { config: { Env: ['PASSPHRASE_HINT=k9-Whisker-Lane'] } },
    },
    Results: results,
    ...change,
  });

export const osPackages = (vulnerabilities: object[]) => ({
  Target: 'ghcr.io/acme/shop:1.2 (debian 12.1)',
  Class: 'os-pkgs',
  Type: 'debian',
  Vulnerabilities: vulnerabilities,
});

export const vulnerability = (id: string, words = '') => ({
  VulnerabilityID: id,
  PkgName: 'openssl',
  PkgIdentifier: { PURL: 'pkg:deb/debian/openssl@3.0.1-1?arch=amd64' },
  InstalledVersion: '3.0.1-1',
  FixedVersion: '3.0.2-1',
  Status: 'fixed',
  SeveritySource: 'debian',
  Severity: 'HIGH',
  Title: `overflow ${words}`,
  CVSS: { nvd: { V3Score: 9.8, V3Vector: 'CVSS:3.1/AV:N' }, debian: { V3Score: 7.1 } },
});

const zapSite = { name: 'https://shop.example', host: 'shop.example', port: '443', ssl: 'true' };
const zapAlert = (pluginid: string, words = '') => ({
  pluginid,
  alertRef: pluginid,
  alert: `Alert ${pluginid}`,
  name: `Alert ${pluginid}`,
  riskcode: '2',
  confidence: '3',
  riskdesc: 'Medium (High)',
  desc: `<p>Seen. ${words}</p>`,
});
const zapUri = (pluginid: string, how: Rewritten) =>
  `https://shop.example/p/${pluginid}?order=${seconds(how)}`;

const zapJson = (fails: readonly string[], how: Rewritten = {}) =>
  json({
    '@programName': 'ZAP',
    '@version': '2.17.0',
    '@generated': new Date(iso(how)).toUTCString().replace(' GMT', ''),
    created: iso(how),
    site: [
      {
        '@name': zapSite.name,
        '@host': zapSite.host,
        alerts: ordered(fails, how).map((id) => ({
          ...zapAlert(id, how.words),
          instances: [{ uri: zapUri(id, how), method: 'GET', param: 'order', evidence: '' }],
        })),
      },
    ],
  });

const zapXml = (fails: readonly string[], how: Rewritten = {}) => {
  const items = ordered(fails, how).map((id) => {
    const { desc, ...rest } = zapAlert(id, how.words);
    const fields = Object.entries({ ...rest, desc: desc.replace(/[<>]/g, ' ') });
    const inside = fields.map(([name, value]) => `<${name}>${value}</${name}>`).join('');
    return `<alertitem>${inside}<instances><instance><uri>${zapUri(id, how)}</uri><method>GET</method><param>order</param></instance></instances></alertitem>`;
  });
  const site = Object.entries(zapSite).map(([name, value]) => ` ${name}="${value}"`);
  return `<?xml version="1.0"?><OWASPZAPReport version="2.17.0" created="${iso(how)}"><site${site.join('')}><alerts>${items.join('')}</alerts></site></OWASPZAPReport>`;
};

/** Ports as `6379 redis`, on one host; `asked`: the scanned ports. */
export const nmapReport = (
  fails: readonly string[],
  how: Rewritten & { asked?: string; host?: string; end?: string } = {},
) => {
  const { asked = '1-10000', host = 'db.example' } = how;
  const ports = ordered(fails, how).map((name) => {
    const [port, service] = name.split(' ');
    return `<port protocol="tcp" portid="${port}"><state state="open"/><service name="${service}" product="${how.words ?? ''}" method="probed" conf="10"/></port>`;
  });
  const end =
    how.end ??
    '<runstats><finished exit="success"/><hosts up="1" down="0" total="1"/></runstats></nmaprun>';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE nmaprun>\n<nmaprun scanner="nmap" start="${seconds(how)}" version="7.98"><scaninfo type="connect" protocol="tcp" services="${asked}"/><host endtime="${seconds(how)}"><status state="up"/><address addr="198.51.100.7" addrtype="ipv4"/><hostnames><hostname name="${host}" type="user"/></hostnames><ports><extraports state="closed" count="9"/>${ports.join('')}</ports></host>${end}`;
};

export const nucleiMatch = (id: string, how: Rewritten = {}, change: object = {}) => ({
  'template-id': id,
  info: {
    name: `Template ${id}`,
    description: how.words ?? '',
    severity: 'critical',
    tags: ['cve', 'kev'],
    classification: {
      'cve-id': [id],
      'cvss-score': 9.8,
      'cvss-metrics': 'CVSS:3.1/AV:N',
      'epss-score': 0.94,
      'epss-percentile': 0.99,
    },
  },
  type: 'http',
  host: 'https://shop.example',
  'matched-at': `https://shop.example/login?at=${seconds(how)}`,
  request: 'GET /login HTTP/1.1\r\nCookie: sid=k9-Whisker-Lane\r\n',
  timestamp: iso(how),
  ...change,
});

export const sarifRun = (tool: string, rules: readonly string[], how: Rewritten = {}) => ({
  tool: { driver: { name: tool, semanticVersion: '1.2.3', rules: rules.map((id) => ({ id })) } },
  automationDetails: { id: `acme/shop/${seconds(how)}` },
  invocations: [{ executionSuccessful: true, endTimeUtc: iso(how) }],
  results: ordered(rules, how).map((ruleId) => ({
    ruleId,
    level: 'error',
    message: { text: `found ${how.words ?? ''}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'src/a.c' },
          region: { startLine: seconds(how) % 1000, snippet: { text: `use(${ruleId})` } },
        },
      },
    ],
  })),
});

export const sarifLog = (...runs: object[]) => json({ version: '2.1.0', runs });

export const ocsfFinding = (id: string, how: Rewritten = {}, change: object = {}) => ({
  class_uid: 2004,
  severity_id: 4,
  severity: 'High',
  status_id: 1,
  status: 'New',
  message: `seen ${how.words ?? ''}`,
  time: Date.parse(iso(how)),
  metadata: { product: { name: 'Cloud Watcher', version: '3.1' } },
  finding_info: { uid: `u-${seconds(how)}`, title: `Finding ${id}`, analytic: { uid: id } },
  resources: [{ uid: 'arn:aws:s3:::a', name: 'a', type: 'Bucket', region: 'eu-west-1' }],
  cloud: { provider: 'AWS', account: { uid: '123456789012' } },
  ...change,
});

const webCheck = (fails: readonly string[], how: Rewritten = {}) => {
  const results = ordered(fails, how).map((check) => ({
    check: check as 'hsts' | 'csp',
    verdict: 'fail' as const,
    observed: `missing ${how.words ?? ''}`,
  }));
  return webCheckReport(parseWebUrl('https://shop.example/'), results, new Date(iso(how)));
};

/** One report of each format except Prowler's. */
export const TOOL_REPORTS: readonly ToolReport[] = [
  {
    format: 'trivy-json',
    tool: 'trivy',
    account: 'image/ghcr.io/acme/shop',
    fails: ['CVE-2024-0001', 'CVE-2024-0002', 'CVE-2024-0003'],
    text: (fails, how = {}) => {
      const found = ordered(fails, how).map((id) => vulnerability(id, how.words));
      return trivyReport([osPackages(found)], how);
    },
  },
  {
    format: 'zap-json',
    tool: 'zap',
    account: 'web/https://shop.example',
    fails: ['10038', '10020', '40012'],
    text: zapJson,
  },
  {
    format: 'zap-xml',
    tool: 'zap',
    account: 'web/https://shop.example',
    fails: ['10038', '10020', '40012'],
    text: zapXml,
  },
  {
    format: 'nmap-xml',
    tool: 'nmap',
    account: 'network/db.example',
    fails: ['6379 redis', '3306 mysql', '23 telnet'],
    text: nmapReport,
  },
  {
    format: 'nuclei-json',
    tool: 'nuclei',
    account: 'web/https://shop.example',
    fails: ['CVE-2021-0001', 'CVE-2021-0002', 'CVE-2021-0003'],
    text: (fails, how = {}) =>
      ordered(fails, how)
        .map((id) => `${JSON.stringify(nucleiMatch(id, how))}\n`)
        .join(''),
  },
  {
    format: 'sarif',
    tool: 'code-scanner',
    account: 'code/acme/shop',
    fails: ['R1', 'R2', 'R3'],
    text: (fails, how) => sarifLog(sarifRun('Code Scanner', fails, how)),
  },
  {
    format: 'ocsf',
    tool: 'cloud-watcher',
    account: 'aws/123456789012',
    fails: ['S3.1', 'S3.2', 'IAM.1'],
    text: (fails, how = {}) => json(ordered(fails, how).map((id) => ocsfFinding(id, how))),
  },
  {
    format: 'ocsf',
    tool: 'web-check',
    account: 'web/https://shop.example',
    fails: ['hsts', 'csp'],
    text: webCheck,
  },
];
