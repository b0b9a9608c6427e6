import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from './platform/config/config.js';
import { CSPMDatabaseManager } from './platform/database/database-manager.js';
import { setupStructuredLogging } from './platform/log/structured-logging.js';
import { databaseSettings } from './platform/platform.js';
import { maskSecrets } from './scanners/secrets/mask-secrets.js';
import { propertyRuns } from './testing/property-runs.js';
import { createTestApp, type TestApp } from './testing/test-core.js';
import { fileForm } from './testing/test-http.js';

/** What is looked for: it occurs in each planted secret, and in no text that may stay. */
const MARK = 'Qx9ZkPlanted7';
const PLANTED = [
  `ghp_${MARK}aB3dE5gH7jK9mN`,
  `hvs.${MARK}aB3dE5gH7jK9mNaB3`,
  `dckr_pat_${MARK}aB3dE5gH7`,
  `shpat_${MARK}aB3dE5gH7jK9mNaB3dE5`,
  `123456789:AAH${MARK}aB3dE5gH7jK9mNaB3dE`,
  `IQoJb3JpZ2lu${`${MARK}aB3dE5gH7jK9`.repeat(6)}`,
  `password: -----BEGIN RSA PRIVATE KEY-----\nMII${MARK}\n-----END RSA PRIVATE KEY-----`,
  `secret: secret_key="${MARK}"`,
  `DB_PASS=${MARK}`,
] as const;

let dataDir: string;
let app: TestApp;
const logged: string[] = [];
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cspm-nowhere-'));
  const config = readConfig({ DATA_DIR: dataDir });
  app = await createTestApp({
    databases: new CSPMDatabaseManager(databaseSettings(config)),
    log: setupStructuredLogging(
      { logLevel: 'debug' },
      { write: (line) => void logged.push(line) },
      maskSecrets,
    ),
  });
});
afterAll(async () => {
  await app.close();
  await rm(dataDir, { recursive: true, force: true });
});

const SLOTS =
  'check,title,detail,status,severity,account,accountName,region,uid,name,tag,uidOfFinding';
type Slot =
  | 'check'
  | 'title'
  | 'detail'
  | 'status'
  | 'severity'
  | 'account'
  | 'accountName'
  | 'region'
  | 'uid'
  | 'name'
  | 'tag'
  | 'uidOfFinding';

/** Reports of several formats with a text in one of their fields; `nowhere` puts none. */
const FORMATS: readonly [name: string, text: (slot: string, planted: string) => string][] = [
  [
    'report.ocsf.json',
    (slot, planted) => {
      const at = (name: Slot, usual: string) => (slot === name ? `${usual} ${planted}` : usual);
      return JSON.stringify([
        {
          class_uid: 2004,
          severity: at('severity', 'High'),
          status_code: at('status', 'FAIL'),
          status_detail: at('detail', 'It is public.'),
          metadata: {
            event_code: at('check', 'c1'),
            product: { name: 'Prowler', version: '5.20.0' },
          },
          finding_info: { uid: at('uidOfFinding', 'f1'), title: at('title', 'Public') },
          cloud: {
            provider: 'aws',
            account: { uid: at('account', '123456789012'), name: at('accountName', 'prod') },
            region: at('region', 'eu-west-1'),
          },
          resources: [
            { uid: at('uid', 'arn:b'), name: at('name', 'b'), labels: { [at('tag', 'k')]: 'v' } },
          ],
        },
      ]);
    },
  ],
  [
    'report.csv',
    (slot, planted) => {
      const at = (name: Slot, usual: string) =>
        `"${(slot === name ? `${usual} ${planted}` : usual).replaceAll('"', '""')}"`;
      const row = [
        at('check', 'c1'),
        ...[
          'aws',
          at('status', 'FAIL'),
          at('detail', 'It is public.'),
          at('account', '123456789012'),
        ],
        ...[at('uid', 'arn:b'), at('name', 'b'), at('title', 'Public'), at('severity', 'high')],
        ...[at('tag', 'k=v'), at('region', 'eu-west-1'), at('uidOfFinding', 'f1')],
      ];
      return `CHECK_ID;PROVIDER;STATUS;STATUS_EXTENDED;ACCOUNT_UID;RESOURCE_UID;RESOURCE_NAME;CHECK_TITLE;SEVERITY;RESOURCE_TAGS;REGION;FINDING_UID\n${row.join(';')}\n`;
    },
  ],
  [
    'report.sarif',
    (slot, planted) => {
      const at = (name: Slot, usual: string) => (slot === name ? `${usual} ${planted}` : usual);
      const location = { physicalLocation: { artifactLocation: { uri: at('uid', 'a.ts') } } };
      const rules = [{ id: at('check', 'r1'), shortDescription: { text: at('title', 'Rule') } }];
      const results = [
        {
          ruleId: at('check', 'r1'),
          level: at('severity', 'error'),
          message: { text: at('detail', 'It is bad.') },
          locations: [location],
          properties: { tags: [at('tag', 'k')] },
        },
        at('name', 'not a result'),
      ];
      const driver = { name: at('accountName', 'lint'), rules };
      const provenance = [{ repositoryUri: `https://git.example/${at('account', 'acme/shop')}` }];
      return JSON.stringify({
        version: '2.1.0',
        runs: [{ tool: { driver }, results, versionControlProvenance: provenance }],
      });
    },
  ],
  [
    'report.xml',
    (slot, planted) => {
      const at = (name: Slot, usual: string) =>
        (slot === name ? `${usual} ${planted}` : usual).replace(
          /[<>"&\n]/g,
          (c) => `&#${c.charCodeAt(0)};`,
        );
      return `<nmaprun version="7.98"><scaninfo type="connect" protocol="tcp" services="22"/><host endtime="1770000000"><status state="up"/><address addr="198.51.100.7" addrtype="ipv4"/><hostnames><hostname name="${at('name', 'a.example')}"/></hostnames><ports><port protocol="tcp" portid="22"><state state="open"/><service name="${at('uid', 'ssh')}" product="${at('title', 'OpenSSH')}" method="probed"/><script id="${at('check', 'smb-vuln-x')}" output="${at('detail', 'State: VULNERABLE')}"/></port></ports></host><runstats><finished exit="success"/></runstats></nmaprun>`;
    },
  ],
];

const planting = fc.record({
  format: fc.constantFrom(...FORMATS),
  slot: fc.constantFrom(...SLOTS.split(',')),
  planted: fc.constantFrom(...PLANTED),
  inName: fc.constantFrom(...PLANTED.slice(0, 4)),
});

test('what is planted anywhere in a report is found nowhere', async () => {
  const answers: string[] = [];
  const call = async (method: 'GET' | 'POST', url: string, payload?: object) => {
    const { body } = await app.server.inject({ method, url, payload });
    answers.push(body);
    return JSON.parse(body);
  };
  await fc.assert(
    fc.asyncProperty(planting, async ({ format: [name, text], slot, planted, inName }) => {
      const form = fileForm(text(slot, planted), `${inName}-${name}`);
      const { id } = await call('POST', '/api/security-scans/imports', form);
      await app.scans.pendingImports.drain();
      await call('GET', `/api/security-scans/imports/${id}`);
      // A file that is none, so that its first line and its name are in the problem.
      await call('POST', '/api/frameworks', fileForm(`${planted}\na,"b`, `${inName}.csv`));
      for (const each of answers.splice(0))
        expect([slot, name, each.includes(MARK)]).toEqual([slot, name, false]);
    }),
    { numRuns: propertyRuns(150, 25) },
  );
  const { items } = await call('GET', '/api/security-scans/findings?limit=50');
  const [finding] = items.filter(({ status }: { status: string }) => status === 'open');
  await call('POST', `/api/security-scans/findings/${finding.id}/triage`, {
    status: 'accepted',
    reason: `accepted, see ${PLANTED[0]}`,
    expiresAt: new Date(app.clock.now().getTime() + 86_400_000).toISOString(),
  });
  await call('GET', `/api/security-scans/findings/${finding.id}`);
  expect(answers.filter((body) => body.includes(MARK))).toEqual([]);
  expect(logged.filter((line) => line.includes(MARK))).toEqual([]);
  await app.platform.databases.close();
  for (const { name, text } of await contents(dataDir)) {
    expect([name, excerptOf(text)]).toEqual([name, '']);
  }
  for (const { name, text } of await contents(app.platform.config.dataDir)) {
    expect([name, excerptOf(text)]).toEqual([name, '']);
  }
});

/** What surrounds the mark, if it is there. */
function excerptOf(text: string): string {
  const at = text.indexOf(MARK);
  return at < 0 ? '' : text.slice(Math.max(0, at - 80), at + MARK.length + 20);
}

/** Every file below a folder as text, decompressed. */
async function contents(folder: string): Promise<{ name: string; text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => {
        const bytes = await readFile(join(parentPath, name));
        return {
          name,
          text: (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1'),
        };
      }),
  );
}
