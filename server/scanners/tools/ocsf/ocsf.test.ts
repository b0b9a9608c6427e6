import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../readers/json-document.js';
import { readerContext } from '../../readers/reader-context.js';
import { checkIdOf } from '../../rows/generic-row.js';
import { rowsIn } from '../../testing/judging.js';
import { createForeignOcsfReader, isForeignOcsf } from './ocsf.read.js';

const finding = (change: object = {}) => ({
  class_uid: 2004,
  severity_id: 4,
  severity: 'High',
  status_id: 1,
  status: 'New',
  message: 'seen',
  time: 1_777_600_000_000,
  metadata: { product: { name: 'Other Scanner', version: '3.1' } },
  finding_info: { uid: 'u1', title: 'Public bucket', desc: 'd', analytic: { uid: 'S3.1' } },
  resources: [{ uid: 'arn:aws:s3:::a', name: 'a', type: 'Bucket', region: 'eu-west-1' }],
  cloud: { provider: 'AWS', account: { uid: '123456789012' } },
  ...change,
});
const read = (given: unknown) => rowsIn(createForeignOcsfReader(readerContext('ocsf')).read(given));

describe('OCSF of other products', () => {
  it('reads a detection with a row per resource', () => {
    const rows = read(finding({ resources: [{ uid: 'a' }, { uid: 'b' }] }));
    expect(rows.map((row) => row.resource.uid)).toEqual(['a', 'b']);
    expect(rows[0]).toMatchObject({
      check: { id: 'other-scanner:S3.1', title: 'Public bucket' },
      verdict: 'fail',
      severity: 'high',
      provider: 'aws',
      accountId: '123456789012',
      observedAt: '2026-05-01T01:46:40.000Z',
    });
  });
  it.each<[string, object, string]>([
    ['suppressed', { status_id: 3, status: 'Suppressed' }, 'muted'],
    ['resolved', { status_id: 4, status: 'Resolved' }, 'not_evaluated'],
    ['resolved by its id', { status_id: 4, status: '' }, 'not_evaluated'],
    ['resolved, yet new', { status_id: 4 }, 'fail'],
    ['closed', { activity_id: 3, status_id: 4, status: 'Resolved' }, 'not_evaluated'],
    ['closed, yet new', { activity_id: 3 }, 'fail'],
    ['with a code', { status_code: 'PASS' }, 'pass'],
    ['compliance pass', { class_uid: 2003, compliance: { status_id: 1 } }, 'pass'],
    ['compliance warning', { class_uid: 2003, compliance: { status_id: 2 } }, 'manual'],
    ['compliance fail', { class_uid: 2003, compliance: { status_id: 3 } }, 'fail'],
    ['compliance word', { class_uid: 2003, compliance: { status: 'Pass' } }, 'pass'],
    ['compliance unknown', { class_uid: 2003, compliance: { status_id: 0 } }, 'not_evaluated'],
    ['compliance silent', { class_uid: 2003 }, 'not_evaluated'],
    [
      'compliance muted',
      { class_uid: 2003, status_id: 3, status: 'Suppressed', compliance: { status_id: 1 } },
      'muted',
    ],
  ])('%s', (_, change, verdict) => {
    expect(read(finding(change))[0]?.verdict).toBe(verdict);
  });
  it('keeps requirements, rejects other classes, leaves Prowler to its reader', () => {
    const [row] = read(
      finding({
        class_uid: 2003,
        compliance: { status_id: 3, standards: ['CIS', '__proto__'], requirements: ['1.1'] },
      }),
    );
    expect({ ...row?.check.statedRequirements }).toEqual({ CIS: ['1.1'] });
    expect([
      ...createForeignOcsfReader(readerContext('ocsf')).read(finding({ class_uid: 2002 })),
    ]).toEqual([{ rejected: expect.stringContaining('2003') }]);
    expect(isForeignOcsf(finding())).toBe(true);
    expect(isForeignOcsf(finding({ metadata: { product: { name: 'Prowler' } } }))).toBe(false);
    expect(isForeignOcsf({ class_uid: 1 })).toBe(false);
  });
});

describe('documents and ids', () => {
  it('cuts back to complete elements from any place', () => {
    const whole = { Results: [{ a: 1, list: [{ b: '}]"\\' }] }, { a: 2 }, { a: 3 }] };
    const text = JSON.stringify(whole);
    fc.assert(
      fc.property(fc.nat(text.length), (cut) => {
        const { value, problem } = parseDocument(text.slice(0, cut), ['{[']);
        if (value === undefined) return problem === 'is not valid JSON';
        const read = (value as typeof whole).Results;
        return JSON.stringify(read) === JSON.stringify(whole.Results.slice(0, read.length));
      }),
    );
    expect(parseDocument('{"a": tru', ['{['])).toEqual({
      value: undefined,
      problem: 'is not valid JSON',
    });
    expect(parseDocument(`${'['.repeat(5000)}`, ['{[']).value).toBeUndefined();
  });
  it('makes ids that are safe in logs and addresses', () => {
    expect(checkIdOf('js/sql-injection')).toBe('js/sql-injection');
    expect(checkIdOf('  A b\nc ')).toBe('A_b_c');
    expect(checkIdOf('-x')).toBe('x');
    expect(checkIdOf('§')).toBeNull();
  });
});
