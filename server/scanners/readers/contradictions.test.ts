import { describe, expect, it, test } from 'vitest';
import type { ReadOutcome, ReportRow } from '../rows/report.js';
import { fixture, readRows } from '../testing/read-rows.js';
import { membersIn, membersWritten, withoutDuplicates } from './json-duplicates.js';

const json = (value: unknown) => JSON.stringify(value);

const prowler = (change: object, version = '5.20.0') => ({
  class_uid: 2004,
  message: 'text',
  severity: 'High',
  severity_id: 4,
  status: 'New',
  status_id: 1,
  status_code: 'PASS',
  status_detail: 'Bucket is private.',
  metadata: { event_code: 's3_bucket_public', product: { name: 'Prowler', version } },
  finding_info: { uid: 'prowler-aws-s3_bucket_public-1-eu-west-1-b', title: 'Private' },
  cloud: { provider: 'aws', account: { uid: '123456789012' }, region: 'eu-west-1' },
  resources: [{ uid: 'arn:aws:s3:::b', name: 'b' }],
  ...change,
});
const foreign = (change: object) => ({
  ...prowler({ status_code: '', status_detail: '' }),
  metadata: { event_code: 'c1', product: { name: 'Watcher' } },
  ...change,
});
const compliance = (stated: object, change: object = {}) =>
  foreign({ class_uid: 2003, compliance: { control: 'c', ...stated }, ...change });
const asff = (change: object) => ({
  SchemaVersion: '2018-10-08',
  Id: 'x',
  GeneratorId: 'prowler-s3_bucket_public',
  AwsAccountId: '123456789012',
  Resources: [{ Id: 'arn:aws:s3:::b' }],
  Compliance: { Status: 'PASSED' },
  ...change,
});
const sarif = (change: object) => ({
  version: '2.1.0',
  runs: [{ tool: { driver: { name: 'lint' } }, results: [{ ruleId: 'r', ...change }] }],
});
const checkov = (list: string, result: string) => ({
  check_type: 'terraform',
  results: {
    [list]: [{ check_id: 'CKV_1', check_result: { result }, file_path: '/a.tf', resource: 'a.b' }],
  },
  summary: { checkov_version: '3.3.0' },
});
const zap = (change: object) => ({
  '@programName': 'ZAP',
  site: [{ '@name': 'https://a.example', alerts: [{ pluginid: '1', alert: 'A', ...change }] }],
});
const CSV_HEAD = 'PROVIDER;CHECK_ID;STATUS;STATUS_EXTENDED;ACCOUNT_UID;RESOURCE_UID;MUTED';
const csv = (row: string, head = CSV_HEAD) => `${head}\n${row}\n`;
const twice = (value: unknown, from: string, to: string) => json(value).replace(from, to);

type Case = [name: string, report: string, verdict: ReportRow['verdict'], note: RegExp | null];
const cases: Case[] = [
  ['Prowler: a pass', json([prowler({})]), 'pass', null],
  [
    'code and status',
    json([prowler({ status: 'FAIL' })]),
    'fail',
    /status is PASS, status is FAIL/,
  ],
  ['code and detail', json([prowler({ status_detail: 'fail' })]), 'fail', /status_detail is fail/],
  [
    'Failure with a detail pass',
    json([prowler({ status_code: '', status: 'Failure', status_detail: 'pass' })]),
    'fail',
    /status is Failure, status_detail is pass/,
  ],
  [
    'suppressed by one of status and id',
    json([prowler({ status_code: 'FAIL', status: 'Suppressed' })]),
    'fail',
    /status is Suppressed, status_id is 1/,
  ],
  [
    'suppressed by both',
    json([prowler({ status_code: 'FAIL', status: 'Suppressed', status_id: 3 })]),
    'muted',
    null,
  ],
  ['what 4.2 writes for all results', json([prowler({ status_id: 3 }, '4.2.0')]), 'pass', null],
  [
    'one name twice, the pass last',
    `[${twice(prowler({}), '"status_code":"PASS"', '"status_code":"FAIL","status_code":"PASS"')}]`,
    'fail',
    /result 1 at byte 1 \(line 1\): status_code occurs twice \(FAIL, PASS\)/,
  ],
  [
    'one name twice, the pass first, as lines',
    `${twice(prowler({}), '"status_code":"PASS"', '"status_code" : "PASS","status_code" :"FAIL"')}\n`,
    'fail',
    /status_code occurs twice \(PASS, FAIL\)/,
  ],
  [
    'one name twice with one value',
    `[${twice(prowler({}), '"status_code":"PASS"', '"status_code":"PASS","status_code":"PASS"')}]`,
    'pass',
    null,
  ],
  [
    'other OCSF: new and resolved',
    json([foreign({ status_id: 4 })]),
    'fail',
    /status_id is 4, status is New/,
  ],
  [
    'other OCSF: suppressed and new',
    json([foreign({ status: 'New', status_id: 3 })]),
    'fail',
    /status is New, status_id is 3/,
  ],
  [
    'OCSF compliance: id and word',
    json([compliance({ status_id: 1, status: 'Fail' })]),
    'fail',
    /compliance.status_id is 1, compliance.status is Fail/,
  ],
  [
    'OCSF compliance: word and code',
    json([compliance({ status: 'Pass', status_code: 'FAIL' })]),
    'fail',
    /compliance.status_code is FAIL/,
  ],
  ['OCSF compliance: agreed', json([compliance({ status_id: 1, status: 'Pass' })]), 'pass', null],
  [
    'ASFF: status and description',
    json([asff({ Description: 'FAIL' })]),
    'fail',
    /Description is FAIL/,
  ],
  [
    'CSV: status and extended status',
    csv('aws;c1;PASS;fail;1;arn:b;False'),
    'fail',
    /result 1 at line 2: status is PASS, STATUS_EXTENDED is fail/,
  ],
  [
    'CSV: a column twice',
    csv(
      'aws;c1;FAIL;PASS;text;1;arn:b',
      'PROVIDER;CHECK_ID;STATUS;STATUS;X;ACCOUNT_UID;RESOURCE_UID',
    ),
    'fail',
    /another STATUS is FAIL/,
  ],
  [
    'SARIF: pass with an error',
    json(sarif({ kind: 'pass', level: 'error' })),
    'fail',
    /level is error/,
  ],
  ['SARIF: pass without a level', json(sarif({ kind: 'pass', level: 'none' })), 'pass', null],
  [
    'SARIF: fail without a level',
    json(sarif({ kind: 'fail', level: 'none' })),
    'fail',
    /level is none/,
  ],
  [
    'SARIF: a name twice',
    twice(sarif({ kind: 'pass' }), '"kind":"pass"', '"kind":"fail","kind":"pass"'),
    'fail',
    /runs\[0\].results\[0\].kind occurs twice/,
  ],
  [
    'Checkov: failed in the list of passed',
    json(checkov('passed_checks', 'FAILED')),
    'fail',
    /the list is passed_checks, check_result.result is FAILED/,
  ],
  [
    'Checkov: passed in the list of failed',
    json(checkov('failed_checks', 'PASSED')),
    'fail',
    /check_result.result is PASSED/,
  ],
  [
    'ZAP: a false positive of medium confidence',
    json(zap({ confidence: '0', riskcode: '3', riskdesc: 'High (Medium)' })),
    'fail',
    /confidence is 0, riskdesc is Medium/,
  ],
  [
    'nuclei: a match with an error',
    `${json({ 'template-id': 't', info: { severity: 'high' }, host: 'a.example', 'matcher-status': true, error: 'x' })}\n`,
    'fail',
    /matcher-status is true, error is set/,
  ],
];

describe('a result that contradicts itself counts as the worse of both', () => {
  it.each(cases)('%s', async (_, report, verdict, note) => {
    const { rows, outcome } = await readRows(report, 'report');
    expect(rows.map((row) => row.verdict)).toEqual([verdict]);
    if (note === null) expect(outcome.contradictions).toBeUndefined();
    else
      expect(outcome.contradictions).toMatchObject({
        count: 1,
        first: expect.stringMatching(note),
      });
  });

  it('also in its severity', async () => {
    const both = [prowler({ status_code: 'FAIL', severity: 'Low', severity_id: 5 })];
    const alerts = [{ pluginid: '1', riskcode: '1', riskdesc: 'High (Low)' }];
    const site = { '@programName': 'ZAP', site: [{ '@name': 'https://a.example', alerts }] };
    for (const [report, severity] of [[both, 'critical'] as const, [site, 'high'] as const]) {
      const { rows, outcome } = await readRows(json(report));
      expect(rows[0]?.severity).toBe(severity);
      expect(outcome.contradictions?.count).toBe(1);
    }
  });

  it('and one that states nothing twice is read as before', async () => {
    const outcomes: ReadOutcome[] = [];
    for (const name of ['aws-sample.ocsf.json', 'aws-sample.csv', 'aws-sample.asff.json']) {
      outcomes.push((await readRows(fixture(name))).outcome);
    }
    expect(outcomes.map(({ contradictions }) => contradictions)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('and results that a report only counts are named as unread', async () => {
    const trivy = {
      SchemaVersion: 2,
      ArtifactName: '.',
      Results: [{ Target: 'Dockerfile', Class: 'config', MisconfSummary: { Failures: 2 } }],
    };
    const { summary, ...rest } = checkov('passed_checks', 'PASSED');
    for (const report of [trivy, { ...rest, summary: { ...summary, failed: 2 } }]) {
      const { outcome } = await readRows(json(report)).catch((error) => ({
        outcome: { unread: [{ what: String(error), count: 0 }] },
      }));
      expect(outcome.unread).toContainEqual({
        what: expect.stringMatching(/^failed .* that the report only counts$/),
        count: 2,
      });
    }
  });
});

test('members that occur twice are joined, and the worse of single values counts', () => {
  const read = (text: string) => withoutDuplicates(text)?.value;
  expect(read('{"a":[1],"a":[2]}')).toEqual({ a: [1, 2] });
  expect(read('{"a":{"b":"PASS"},"a":{"b":"FAIL","c":1}}')).toEqual({ a: { b: 'FAIL', c: 1 } });
  expect(read('{"muted":true,"muted":false}')).toEqual({ muted: false });
  expect(read('{"matcher-status":true,"matcher-status":false}')).toEqual({
    'matcher-status': true,
  });
  expect(read('{"status_id":1,"status_id":3}')).toEqual({ status_id: 1 });
  expect(read('{"compliance":{"status_id":1,"status_id":3}}')).toEqual({
    compliance: { status_id: 3 },
  });
  expect(read('{"riskcode":"3","riskcode":"1"}')).toEqual({ riskcode: '3' });
  expect(read('{"level":"note","level":"error","level":"none"}')).toEqual({ level: 'error' });
  expect(read('{"status":"PASS","status":"so-so"}')).toEqual({ status: 'so-so' });
  expect(read(' { "\\u0061" : 1 , "a" : [ ] , "a" : null } ')).toEqual({ a: [] });
  expect(withoutDuplicates('{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}')).toBeNull();
  expect(withoutDuplicates('{"key":"hunter2","key":"hunter3"}')?.first).toBe('key occurs twice');
});

test('the members of a text are counted as they are written', () => {
  for (const text of [
    '{}',
    '[[],{"a":{"b":[{"c":1}]}},"x"]',
    '{"a":"\\":","b" : 1,"c"\n:\t2,"https://x":"a:b"}',
  ]) {
    expect(membersWritten(text)).toBe(membersIn(JSON.parse(text)));
  }
});
