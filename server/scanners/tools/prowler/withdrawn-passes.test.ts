import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withdrawPasses } from './withdrawn-passes.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'withdrawn-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const LOGGED =
  '{"timestamp": "t", "filename": "privilege_escalation.py:513", "level": "ERROR", "module": "privilege_escalation", "message": "InvalidActionPatternError[494]: Service \'codestar\' not found"}\n';
const finding = (event_code: string, status_code: string, more = {}) => ({
  message: '"status_code": "PASS",\n    "status_code": "PASS",',
  metadata: { event_code, product: { name: 'Prowler' } },
  status: 'New',
  status_code,
  resources: [{ data: { metadata: { event_code: 'iam_policy_allows_privilege_escalation' } } }],
  ...more,
});
const FINDINGS = [
  finding('iam_policy_allows_privilege_escalation', 'PASS'),
  finding('iam_policy_allows_privilege_escalation', 'FAIL'),
  finding('iam_rotate_access_key_90_days', 'PASS', { unmapped: { status_code: 'PASS' } }),
  finding('iam_inline_policy_allows_privilege_escalation', 'PASS'),
];
/** As Prowler writes it: each finding separately, four blanks a level. */
const AS_WRITTEN = `[${FINDINGS.map((each) => JSON.stringify(each, null, 4)).join(',')}]`;

it.each([
  ['as Prowler writes it', AS_WRITTEN],
  ['indented as a whole', JSON.stringify(FINDINGS, null, 4)],
])('withdraws passes that Prowler could not judge: %s', async (_, text) => {
  const path = join(folder, 'report');
  await writeFile(path, text);
  await withdrawPasses(path, LOGGED);
  const expected = structuredClone(FINDINGS);
  for (const index of [0, 3]) (expected[index] as { status_code: string }).status_code = 'MANUAL';
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(expected);
});

it.each([null, '', LOGGED.replaceAll('privilege_escalation', 's3_service')])(
  'leaves a report unchanged without such errors: %s',
  async (log) => {
    const path = join(folder, 'report');
    await writeFile(path, AS_WRITTEN);
    await withdrawPasses(path, log);
    expect(await readFile(path, 'utf8')).toBe(AS_WRITTEN);
  },
);
