import { describe, expect, it } from 'vitest';
import type { ReportRow } from '../rows/report.js';
import { fixture, identityOf, inChunks, readRows } from '../testing/read-rows.js';

const verdicts = (rows: ReportRow[]) => rows.map((row) => row.verdict);
const identities = (rows: ReportRow[]) => new Set(rows.map(identityOf));

describe('Prowler OCSF', () => {
  it('reads 4.2: status id 3 with "New" is not muted, text categories, event_time', async () => {
    const { rows, outcome } = await readRows(fixture('prowler-4.2.ocsf.json'));
    expect(outcome).toMatchObject({ format: 'prowler-ocsf', toolVersion: '4.2.4', partial: false });
    expect(verdicts(rows)).toEqual(['fail', 'muted']);
    expect(rows[0]).toMatchObject({
      provider: 'aws',
      accountId: '123456789012',
      region: 'us-east-1',
      severity: 'high',
      rawSeverity: 'High',
      observedAt: '2024-06-03T14:15:19.382Z',
      check: { categories: ['trustboundaries'], statedRequirements: { 'MITRE-ATTACK': ['T1078'] } },
      resource: {
        uid: 'arn:aws:iam::123456789012:role/AuditRole',
        labels: ['some-label=some value'],
      },
    });
  });

  it('reads 5.3: no class, no status code, no resource, milliseconds, muted pass', async () => {
    const { rows } = await readRows(fixture('prowler-5.3.ocsf.json'));
    expect(verdicts(rows)).toEqual(['fail', 'not_evaluated', 'fail', 'muted']);
    expect(rows.map((row) => row.mutedVerdict)).toEqual([null, null, null, 'pass']);
    expect(rows[0]?.check.remediationUrl).toBe('https://example.com/remove');
    expect(rows[0]?.observedAt).toBe('2025-02-14T13:27:03.000Z');
    expect(rows[2]).toMatchObject({ observedAt: rows[0]?.observedAt, severity: 'medium' });
    expect(rows[2]?.resource).toMatchObject({ uid: '', name: '' });
    expect(rows[3]?.provider).toBe('aws');
  });

  it('reads Kubernetes: account from unmapped or uid, namespace in the resource', async () => {
    const { rows } = await readRows(fixture('prowler-5.19-kubernetes.ocsf.json'));
    expect(rows.map((row) => [row.accountId, row.region, row.resource.uid])).toEqual([
      ['kind-harbor', '', 'shop/5f0d6a2e-0001-4c8e-9f00-aaaabbbbcccc'],
      ['kind-harbor', '', 'kube-apiserver'],
      ['harbor', '', 'shop/web2'],
    ]);
    expect(JSON.stringify(rows)).not.toContain('hunter2');
  });

  it('leaves lines of infrastructure code out of the identity', async () => {
    const { rows } = await readRows(fixture('prowler-5.19-iac.ocsf.json'));
    expect(rows.map((row) => row.formerSubObject)).toEqual(['3:9', '20-24']);
    expect(rows.map((row) => row.details?.code?.line)).toEqual([3, 20]);
    expect(identities(rows).size).toBe(1);
  });

  it('reads JSON Lines with a comma after each line, whatever the chunks', async () => {
    const list: unknown[] = JSON.parse(fixture('prowler-4.2.ocsf.json').toString());
    const lines = Buffer.from(list.map((item) => `${JSON.stringify(item)},\n`).join(''));
    const { rows, outcome } = await readRows(lines);
    expect(outcome).toMatchObject({ results: 2, rejected: 0, partial: false });
    expect((await readRows(inChunks(lines, 1))).rows).toEqual(rows);
  });

  it('reads JSON Lines, concatenated objects and gzip alike', async () => {
    const { gzipSync } = await import('node:zlib');
    const list: unknown[] = JSON.parse(fixture('prowler-4.2.ocsf.json').toString());
    const { rows } = await readRows(fixture('prowler-4.2.ocsf.json'));
    const lines = `\ufeff${list.map((item) => JSON.stringify(item)).join('\n')}\n`;
    expect((await readRows(lines)).rows).toEqual(rows);
    const joined = list.map((item) => JSON.stringify(item, null, 2)).join('');
    expect((await readRows(joined)).outcome).toMatchObject({ results: 2, partial: false });
    expect((await readRows(gzipSync(fixture('prowler-4.2.ocsf.json')))).rows).toEqual(rows);
  });
});

describe('Prowler 3, ASFF and CSV', () => {
  it('gives the same results from JSON, ASFF and CSV', async () => {
    const native = await readRows(fixture('prowler-3.json'));
    const asff = await readRows(fixture('prowler-3.asff.json'));
    const csv = await readRows(fixture('prowler-3.csv'));
    expect(verdicts(native.rows)).toEqual(['fail', 'manual', 'muted', 'not_evaluated']);
    for (const { rows, outcome } of [asff, csv]) {
      expect(outcome).toMatchObject({ results: 4, partial: false });
      expect(verdicts(rows)).toEqual(verdicts(native.rows));
      expect(rows.map(identityOf)).toEqual(native.rows.map(identityOf));
      expect(rows[0]?.resource.labels).toEqual(['env:prod']);
      expect(rows[0]?.check.statedRequirements).toMatchObject({ SOC2: ['cc_6_1'] });
    }
    expect(asff.outcome.toolVersion).toBe('3.16.1');
    expect(native.rows[1]?.resource.uid).toBe('123456789012');
  });

  it('reads Security Hub: suppressed and archived are muted, other products rejected', async () => {
    const { rows, outcome } = await readRows(
      fixture('security-hub-findings.asff.json'),
      'hub.json',
    );
    expect(rows.map((row) => [row.verdict, row.mutedVerdict])).toEqual([
      ['muted', 'fail'],
      ['muted', 'pass'],
    ]);
    expect(outcome).toMatchObject({ format: 'prowler-asff', rejected: 1, partial: true });
    expect(outcome.problem).toContain('result 3 at byte 4198 (line 124): GeneratorId');
  });

  it('reads quoted cells with line breaks and removes the formula guard', async () => {
    const { rows } = await readRows(fixture('prowler-5.46-kubernetes.csv'), 'k8s.csv');
    expect(rows[0]).toMatchObject({
      accountId: 'kind-harbor',
      observed: 'Pod web; runs\nas "root".',
      resource: { labels: ['app:web', 'eq:a=b'] },
      check: { categories: ['cluster-security', 'secrets'] },
    });
    expect(rows[0]?.check.statedRequirements.SOC2).toEqual(['cc_6_1', 'cc_6_3']);
    expect(rows[1]).toMatchObject({
      verdict: 'muted',
      mutedVerdict: 'pass',
      observed: '=cmd() is fine',
    });
    expect(rows[1]?.resource).toMatchObject({ uid: 'kube-apiserver', name: '-kube' });
    const ocsf = await readRows(fixture('prowler-5.19-kubernetes.ocsf.json'));
    expect(rows.map(identityOf)).toEqual(ocsf.rows.slice(0, 2).map(identityOf));
  });
});

describe('real output of Prowler 5', () => {
  it('gives the same identity and verdict from OCSF, CSV and ASFF', async () => {
    const ocsf = await readRows(fixture('aws-sample.ocsf.json'));
    const csv = await readRows(fixture('aws-sample.csv'), 'aws-sample.csv');
    const asff = await readRows(fixture('aws-sample.asff.json'));
    const known = new Map(ocsf.rows.map((row) => [identityOf(row), row]));
    for (const { rows, outcome } of [ocsf, csv, asff]) {
      expect(outcome).toMatchObject({ toolVersion: '5.46.0', rejected: 0, partial: false });
      for (const row of rows) {
        const same = known.get(identityOf(row));
        expect(same?.verdict, identityOf(row)).toBe(row.verdict);
        expect(same?.severity).toBe(row.severity);
      }
    }
    expect(csv.rows.length).toBeGreaterThan(20);
    expect(asff.rows.length).toBeGreaterThan(20);
  });

  it('reads muted results with the verdict beneath', async () => {
    const { rows } = await readRows(fixture('aws-muted.ocsf.json'));
    expect(new Set(verdicts(rows))).toEqual(new Set(['muted']));
    expect(new Set(rows.map((row) => row.mutedVerdict))).toEqual(new Set(['pass', 'fail']));
  });

  it('keeps no secret of the scanned account', async () => {
    const { rows } = await readRows(fixture('aws-plaintext-secrets.ocsf.json'));
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toMatch(
      /Sup3rS3cret|hR8xQ2vLr0|AKIAZ7HR|harbor-internal-token/,
    );
  });
});
