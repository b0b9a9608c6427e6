import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { topKeys } from '../../readers/json-keys.js';
import { requireEvidence } from '../../readers/read-report.js';
import type { ReportRow } from '../../rows/report.js';
import { isShown } from '../../rows/shown-results.rules.js';
import { identityOf, readRows } from '../../testing/read-rows.js';
import { isCheckovJson } from './checkov.read.js';
import { rootOf } from './checkov-rows.js';
import { Result } from './checkov-schema.js';

const name = 'checkov-3.3-folder.json';
const text = readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
const frameworks = () => JSON.parse(text) as Framework[];
interface Framework {
  check_type: string;
  results: Record<'failed_checks' | 'passed_checks' | 'skipped_checks', Record<string, unknown>[]>;
}
const read = (value: unknown) => readRows(JSON.stringify(value), name);
const terraform = () => frameworks().find((one) => one.check_type === 'terraform') as Framework;
const check = (change: object = {}) => ({
  ...{ check_id: 'CKV_AWS_18', check_name: 'Access logging', check_result: { result: 'FAILED' } },
  ...{ file_path: '/main.tf', file_abs_path: '/srv/shop/main.tf', file_line_range: [1, 5] },
  ...{ resource: 'aws_s3_bucket.logs', severity: null, guideline: null, ...change },
});
const report = (lists: Record<string, unknown>) => ({
  check_type: 'terraform',
  results: {
    passed_checks: [],
    failed_checks: [],
    skipped_checks: [],
    parsing_errors: [],
    ...lists,
  },
  summary: { resource_count: 1, checkov_version: '3.3.30' },
});
const failed = async (change: object) => {
  const { rows } = await read(report({ failed_checks: [check(change)] }));
  return rows[0] as ReportRow;
};

describe('real reports of Checkov', () => {
  it('is read framework by framework', async () => {
    const { rows, outcome } = await readRows(text, name);
    expect(outcome).toMatchObject({
      ...{ tool: 'checkov', format: 'checkov-json', toolVersion: '3.3.30', partial: false },
      facts: {
        executed: 10,
        skipped: [{ what: 'terraform/broken.tf', why: expect.stringMatching(/parse.*terraform/) }],
      },
    } as object);
    expect(new Set(rows.map(({ verdict }) => verdict))).toEqual(new Set(['fail', 'pass', 'muted']));
    expect(rows.find(({ check: { id } }) => id === 'CKV_AWS_27')).toMatchObject({
      ...{
        provider: 'filesystem',
        accountId: '/home/ci/shop',
        subObject: 'cfn/queue.json#AWS::SQS::Queue.Queue',
      },
      ...{ severity: 'medium', rawSeverity: '', resource: { type: 'AWS::SQS::Queue' } },
      check: { service: 'aws/sqs', categories: ['misconfiguration'] },
    });
  });

  it('is muted if a comment skips a check, with the reason', async () => {
    const { rows } = await readRows(text, name);
    const muted = rows.find(({ verdict }) => verdict === 'muted');
    expect(muted).toMatchObject({ mutedVerdict: null, check: { id: 'CKV_AWS_24' } });
    expect(muted?.observed).toContain('skipped by a comment: the bastion host');
  });

  it('stores neither secrets nor hashes of secrets', async () => {
    const { rows } = await readRows(text, name);
    const secret = rows.find(({ check: { id } }) => id.startsWith('CKV_SECRET'));
    expect(secret).toMatchObject({ severity: 'high', check: { categories: ['secret'] } });
    const hashes = frameworks()
      .filter((one) => one.check_type === 'secrets')
      .flatMap(({ results }) => results.failed_checks.map(({ resource }) => String(resource)));
    expect(hashes.length).toBeGreaterThan(0);
    for (const hash of hashes) expect(JSON.stringify(rows)).not.toContain(hash);
    expect(JSON.stringify(rows)).not.toContain('Sup3');
  });
});

describe('identity', () => {
  it('does not change with lines, names of the check and order', async () => {
    const before = identityOf(await failed({}));
    const after = await failed({ file_line_range: [7, 9], check_name: 'Logging', severity: 'LOW' });
    expect(identityOf(after)).toBe(before);
    const reversed = await read(frameworks().reverse());
    const whole = await readRows(text, name);
    const sorted = (rows: ReportRow[]) => rows.map(identityOf).sort();
    expect(sorted(reversed.rows)).toEqual(sorted(whole.rows));
  });

  it('differs by folder, file, resource and check', async () => {
    const changes = [
      {},
      { file_abs_path: '/srv/other/main.tf' },
      { file_path: '/x.tf', file_abs_path: '/srv/shop/x.tf' },
      { resource: 'aws_s3_bucket.media' },
      { check_id: 'CKV_AWS_21' },
    ];
    const rows = await Promise.all(changes.map(failed));
    expect(new Set(rows.map(identityOf)).size).toBe(changes.length);
  });

  it.each([
    ['/main.tf', '/srv/shop/main.tf', '/srv/shop'],
    ['/main.tf', '/main.tf', ''],
    ['/cfn/a.json', './cfn/a.json', null],
    ['\\main.tf', 'C:\\code\\main.tf', 'C:/code'],
    ['', '', null],
  ])('of the folder: %s in %s is %s', (file, absolute, root) => {
    expect(rootOf(Result.parse({ file_path: file, file_abs_path: absolute }))).toBe(root);
  });
});

describe('a report', () => {
  it('may be one framework alone', async () => {
    const { outcome } = await read(terraform());
    expect(outcome).toMatchObject({ format: 'checkov-json', partial: false });
  });

  it.each([
    ['CRITICAL', 'critical'],
    ['info', 'informational'],
    ['', 'medium'],
    ['ODD', 'medium'],
  ])('states the severity %s: %s', async (severity, expected) => {
    expect(await failed({ severity })).toMatchObject({ severity: expected, rawSeverity: severity });
  });

  it('that breaks before a folder is stated has no results of an unknown folder', async () => {
    const relative = report({ failed_checks: [check({ file_abs_path: '' })] });
    const whole = JSON.stringify([relative, report({ failed_checks: [check()] })]);
    const { rows } = await readRows(whole, name);
    expect(rows.map(({ accountId }) => accountId)).toEqual(['/srv/shop', '/srv/shop']);
    const cut = await readRows(whole.slice(0, whole.lastIndexOf('"failed_checks"')), name);
    expect(cut.outcome).toMatchObject({ results: 0, rejected: 1, partial: true });
    expect(cut.outcome.problem).toContain('the scanned folder is stated behind the place');
  });

  it('counts as the worse of both if list and result disagree', async () => {
    const odd = await read(report({ passed_checks: [check()] }));
    expect(odd.rows[0]?.verdict).toBe('fail');
    const unknown = { check_result: { result: 'UNKNOWN' } };
    const failed = await read(report({ failed_checks: [check(unknown)] }));
    expect(failed.rows[0]?.verdict).toBe('fail');
    const passed = await read(report({ passed_checks: [check(unknown)] }));
    expect(passed.rows[0]?.verdict).toBe('not_evaluated');
  });

  it('without anything to scan is no evidence', async () => {
    const empty = {
      passed: 0,
      failed: 0,
      skipped: 0,
      parsing_errors: 0,
      checkov_version: '3.3.30',
    };
    const { outcome } = await read({ ...empty, resource_count: 0 });
    expect(outcome).toMatchObject({ results: 0, toolVersion: '3.3.30' });
    expect(() => requireEvidence(outcome, name)).toThrow(/contains no results/);
    expect(isCheckovJson(topKeys('{"check_type":"x"}'))).toBe(false);
  });

  it('proves absence only in files and checks that it names and could parse', async () => {
    const failures = [check(), check({ file_path: '/b.tf', file_abs_path: '/srv/shop/b.tf' })];
    const { outcome } = await read(
      report({ failed_checks: failures, parsing_errors: ['/srv/shop/b.tf'] }),
    );
    const shown = outcome.facts?.places[0]?.shown;
    const known = (checkId: string, file: string) =>
      shown && isShown(shown, { checkId, subObject: `${file}#aws_s3_bucket.gone` });
    expect(known('CKV_AWS_18', 'main.tf')).toBe(true);
    expect(known('CKV_AWS_21', 'main.tf')).toBe(false);
    expect(known('CKV_AWS_18', 'b.tf')).toBe(false);
    expect(known('CKV_AWS_18', 'c.tf')).toBe(false);
  });
});

it('never merges two resources whose names are masked', async () => {
  const named = (resource: string) => check({ resource: `vars.auth-token:${resource}` });
  const { rows } = await read(
    report({ failed_checks: [named('hunter2aXYZ12'), named('hunter2bXYZ12')] }),
  );
  expect(new Set(rows.map(identityOf)).size).toBe(2);
  expect(JSON.stringify(rows)).not.toContain('hunter2');
});
