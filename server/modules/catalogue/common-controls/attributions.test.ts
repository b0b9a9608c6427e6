import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fixturePath } from '../../../testing/prowler-rows.js';
import { scfWorkbook } from '../../../testing/scf-workbook.js';
import { anActor, createTestApp, type TestApp } from '../../../testing/test-core.js';
import { attributionsOf } from './attributions.js';

const HARBOUR = 'scf:general-harbour-code-2';
const SAID =
  /^Secure Controls Framework © SCF Council, CC BY-ND 4\.0, release 2026\.1, file sha256 /;
const actor = anActor('a');
let app: TestApp;
let folder: string;

beforeAll(async () => {
  app = await createTestApp({ authenticate: () => actor });
  folder = await mkdtemp(join(tmpdir(), 'cspm-attribution-'));
  await app.platform.teams.ensure({ id: 'a', name: 'A', createdAt: '2026-01-01T00:00:00.000Z' });
  await app.scans.imports.importFile(actor, fixturePath('aws-sample.ocsf.json'));
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

const get = async (url: string) => {
  const response = await app.server.inject({ method: 'GET', url });
  expect(response.statusCode, url).toBe(200);
  return response;
};
const LISTS = [
  '/api/compliance-engine/posture',
  `/api/frameworks/${encodeURIComponent(HARBOUR)}`,
  `/api/frameworks/${encodeURIComponent(HARBOUR)}/gaps`,
];

test('our own texts need no attribution; others are listed once', () => {
  expect(attributionsOf([undefined, {}, { attribution: undefined }])).toEqual([]);
  const [a, b] = [{ attribution: 'A' }, { attribution: 'B' }];
  expect(attributionsOf([b, a, b])).toEqual(['A', 'B']);
});

test('results from our library have no attribution', async () => {
  expect((await get(LISTS[0] ?? '')).json().attributions).toEqual([]);
  const events = (await get('/api/compliance-engine/export/ocsf')).body;
  expect(events).not.toContain('SCF Council');
  expect((await get('/api/frameworks/iso-27001-2022/gaps')).json().attributions).toEqual([]);
});

test('the SCF is attributed wherever its texts are shown: posture, frameworks, gaps and every export', async () => {
  const workbook = join(folder, 'scf.xlsx');
  await writeFile(workbook, await scfWorkbook());
  const { imports, frameworks } = app.catalogue.scf;
  const { release } = await imports.stage(actor, { path: workbook });
  await imports.import(actor, release.id);
  await frameworks.choose(actor, HARBOUR, true);
  for (const url of LISTS) {
    expect((await get(url)).json().attributions, url).toEqual([expect.stringMatching(SAID)]);
  }
  const available = (await get('/api/frameworks/available')).json().items;
  const listed = available.filter(({ attribution }: { attribution?: string }) => attribution);
  expect(listed.map(({ id }: { id: string }) => id)).toEqual([HARBOUR]);

  const { text } = (await get(`${LISTS[2]}/export`)).json();
  const [head, ...rows] = text.trim().split(/\r?\n/);
  expect(head).toMatch(/,attribution$/);
  for (const row of rows) expect(row).toContain('© SCF Council');

  const mapping = (await get('/api/common-controls/export/mapping-collection')).json();
  const { resources } = mapping['mapping-collection']['back-matter'];
  const attributed = resources.filter(({ remarks }: { remarks?: string }) => remarks);
  expect(attributed.map(({ title }: { title: string }) => title)).toEqual([
    'Common control library',
    expect.stringContaining('Harbour Code'),
  ]);
  expect(attributed[0].remarks).toMatch(SAID);

  // A control of ours that serves its framework, and the coverage of one framework by another.
  const SERVING = ['/api/common-controls/IAC-06', `/api/frameworks/overlaps?from=${HARBOUR}`];
  for (const url of SERVING) {
    expect((await get(url)).json().attributions, url).toEqual([expect.stringMatching(SAID)]);
  }
  expect((await get('/api/common-controls/CRY-05')).json().attributions).toEqual([]);

  const lines = (await get('/api/compliance-engine/export/ocsf')).body.trim().split('\n');
  const events = lines.map((line) => JSON.parse(line));
  const serves = ({ compliance }: { compliance: { requirements: string[] } }) =>
    compliance.requirements.some((each) => each.startsWith(HARBOUR));
  expect(events.some(serves)).toBe(true);
  for (const event of events) {
    const expected = serves(event) ? [expect.stringMatching(SAID)] : undefined;
    expect(event.unmapped.attributions).toEqual(expected);
  }
});

test('the SCF is attributed with its controls in mapping reviews', async () => {
  const review = {
    ...{ tool: 'prowler', checkId: 'ec2_instance_imdsv2_enabled', controlId: 'AST-77' },
    ...{ verdict: 'accept' as const, reason: 'it tests that too' },
  };
  await app.mapping.reviews.review(actor, [review]);
  const check = '/api/common-controls/by-check/prowler/ec2_instance_imdsv2_enabled';
  const mappings = '/api/common-controls/mappings?controlId=';
  for (const url of [check, `${mappings}AST-77`]) {
    expect((await get(url)).json().attributions, url).toEqual([expect.stringMatching(SAID)]);
  }
  expect((await get(`${mappings}IAC-06`)).json()).toMatchObject({ attributions: [] });
});
