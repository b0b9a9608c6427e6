import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from './platform/config/config.js';
import { CSPMDatabaseManager } from './platform/database/database-manager.js';
import { setupStructuredLogging } from './platform/log/structured-logging.js';
import { databaseSettings } from './platform/platform.js';
import { maskSecrets } from './scanners/secrets/mask-secrets.js';
import { placesIn, plantedAt, WAYS } from './testing/plant-in-report.js';
import { excerpts, filesWithMark, PLAIN_SECRETS, SECRETS } from './testing/planted.js';
import { propertyRuns } from './testing/property-runs.js';
import { type ReportSample, reportSamples } from './testing/report-samples.js';
import { createTestApp, type TestApp } from './testing/test-core.js';
import { fileForm } from './testing/test-http.js';
import { unpackedTexts } from './testing/unpacked-texts.js';

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

let samples: ReportSample[];
beforeAll(async () => {
  samples = await reportSamples();
});

const planting = fc.record({
  places: fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 4 }),
  way: fc.constantFrom(...Object.keys(WAYS)),
  secret: fc.constantFrom(...SECRETS),
  inName: fc.constantFrom(...PLAIN_SECRETS),
});

test('what is planted anywhere in a report is found nowhere', async () => {
  let run = 0;
  const answers: string[] = [];
  const call = async (method: 'GET' | 'POST', url: string, payload?: object) => {
    const { body } = await app.server.inject({ method, url, payload });
    answers.push(body);
    return JSON.parse(body);
  };
  await fc.assert(
    fc.asyncProperty(planting, async ({ places, way, secret, inName }) => {
      // Each format in turn, so that few runs have every one.
      const sample = samples[run++ % samples.length] as ReportSample;
      const write = (usual: string) => WAYS[way]?.(usual, secret) ?? '';
      const text = places.reduce(
        (report, place) => plantedAt(report, place % placesIn(report), write, inName),
        sample.text,
      );
      const { name } = sample;
      const form = fileForm(text, `${inName}-${name}`);
      const { id } = await call('POST', '/api/security-scans/imports', form);
      await app.scans.pendingImports.drain();
      await call('GET', `/api/security-scans/imports/${id}`);
      // A file that is none, so that its first line and its name are in the problem.
      await call('POST', '/api/frameworks', fileForm(`${secret}\na,"b`, `${inName}.csv`));
      for (const each of answers.splice(0)) expect([name, ...excerpts([each])]).toEqual([name]);
    }),
    { numRuns: propertyRuns(150, 25) },
  );
  const { items } = await call('GET', '/api/security-scans/findings?limit=50');
  const [finding] = items.filter(({ status }: { status: string }) => status === 'open');
  await call('POST', `/api/security-scans/findings/${finding.id}/triage`, {
    status: 'accepted',
    reason: `accepted, see ${SECRETS[0]}`,
    expiresAt: new Date(app.clock.now().getTime() + 86_400_000).toISOString(),
  });
  await call('GET', `/api/security-scans/findings/${finding.id}`);
  for (const url of READ) answers.push(...(await unpackedTexts(await raw(url))));
  expect(excerpts(answers)).toEqual([]);
  expect(excerpts(logged)).toEqual([]);
  await app.platform.databases.close();
  expect(await filesWithMark(dataDir)).toEqual([]);
  expect(await filesWithMark(app.platform.config.dataDir)).toEqual([]);
}, 300_000);

/** What shows results in bulk. */
const READ = [
  ...['findings?limit=200', 'finding-groups', 'finding-facets', 'finding-export', 'imports'].map(
    (path) => `/api/security-scans/${path}`,
  ),
  ...['open-ports', 'report-places', 'targets'].map((path) => `/api/security-scans/${path}`),
  ...['/api/cloud-security/accounts', '/api/container-security/images'],
  ...['/api/compliance-engine/posture', '/api/compliance-engine/export/ocsf'],
  ...['/api/common-controls/mappings', '/api/drift/events', '/api/drift/notifications'],
];

async function raw(url: string): Promise<Buffer> {
  const { statusCode, rawPayload } = await app.server.inject({ method: 'GET', url });
  expect([url, statusCode]).toEqual([url, 200]);
  return rawPayload;
}
