import { describe, expect, it } from 'vitest';
import { parseDocument } from '../../readers/json-document.js';
import { topKeys } from '../../readers/json-keys.js';
import { rowsIn } from '../../testing/judging.js';
import { identityOf } from '../../testing/read-rows.js';
import { createTrivyReader, isTrivyJson, TRIVY_LISTS } from './trivy.read.js';

const read = (report: unknown) => {
  const reader = createTrivyReader();
  return { rows: rowsIn(reader.read(report)), facts: reader.facts() };
};
const vulnerability = (change: object = {}) => ({
  VulnerabilityID: 'CVE-2024-0001',
  PkgName: 'openssl',
  PkgIdentifier: {
    PURL: 'pkg:deb/debian/openssl@3.0.1-1?arch=amd64&distro=debian-12.1',
    UID: 'abc',
  },
  InstalledVersion: '3.0.1-1',
  FixedVersion: '3.0.2-1',
  Status: 'fixed',
  SeveritySource: 'debian',
  Severity: 'HIGH',
  Title: 'overflow',
  CVSS: { nvd: { V3Score: 9.8 }, debian: { V3Score: 7.1, V3Vector: 'CVSS:3.1/AV:N' } },
  CweIDs: ['CWE-787'],
  ...change,
});
const image = (results: object[], change: object = {}) => ({
  SchemaVersion: 2,
  Trivy: { Version: '0.74.0' },
  CreatedAt: '2026-05-01T10:00:00.123456789Z',
  ArtifactName: 'ghcr.io/acme/shop:1.2',
  ArtifactType: 'container_image',
  Metadata: {
    OS: { Family: 'debian', Name: '12.1' },
    ImageConfig: { config: { Env: ['DB_PASSWORD=hunter2hunter2'] } },
  },
  Results: results,
  ...change,
});
const os = (...list: object[]) => ({
  Target: 'ghcr.io/acme/shop:1.2 (debian 12.1)',
  Class: 'os-pkgs',
  Type: 'debian',
  Vulnerabilities: list,
});

describe('reports of Trivy', () => {
  it('reads a vulnerability with source, score and fix', () => {
    const { rows, facts } = read(image([os(vulnerability())]));
    expect(rows[0]).toMatchObject({
      check: { id: 'CVE-2024-0001', categories: ['vulnerability', 'CWE-787'] },
      verdict: 'fail',
      severity: 'high',
      rawSeverity: 'HIGH (debian)',
      provider: 'image',
      accountId: 'ghcr.io/acme/shop',
      resource: { uid: 'ghcr.io/acme/shop' },
      subObject: 'pkg:deb/debian/openssl',
      observedAt: '2026-05-01T10:00:00.123Z',
    });
    expect(rows[0]?.observed).toContain('fixed in 3.0.2-1');
    expect(rows[0]?.observed).toContain('CVSS 7.1 (debian CVSS:3.1/AV:N)');
    expect(facts).toMatchObject({ executed: 1, skipped: [], toolVersion: '0.74.0' });
    expect(JSON.stringify(rows)).not.toContain('hunter2');
  });

  it('keeps an identity across tags, versions and generations', () => {
    const before = read(image([os(vulnerability())])).rows;
    const later = read(
      image(
        [
          {
            ...os(
              vulnerability({
                InstalledVersion: '3.0.1-9',
                PkgIdentifier: { PURL: 'pkg:deb/debian/openssl@3.0.1-9?distro=debian-12.9' },
              }),
            ),
            Target: 'ghcr.io/acme/shop:1.3 (debian 12.9)',
          },
        ],
        { ArtifactName: 'ghcr.io/acme/shop:1.3@sha256:00', CreatedAt: '2026-06-01T10:00:00Z' },
      ),
    ).rows;
    const old = read(image([os(vulnerability({ PkgIdentifier: undefined }))])).rows;
    expect(later.map(identityOf)).toEqual(before.map(identityOf));
    expect(old.map(identityOf)).toEqual(before.map(identityOf));
  });

  it('treats "not affected" as neither fail nor pass, and unknown severities as medium', () => {
    const { rows } = read(
      image([
        os(
          vulnerability({ Status: 'not_affected' }),
          vulnerability({ VulnerabilityID: 'CVE-2', Severity: 'UNKNOWN' }),
        ),
      ]),
    );
    expect(rows.map((row) => [row.verdict, row.severity])).toEqual([
      ['not_evaluated', 'high'],
      ['fail', 'medium'],
    ]);
  });

  it('reads misconfigurations of all verdicts under one id, and distinguishes causes without lines', () => {
    const cause = (line: number, code: string) => ({
      StartLine: line,
      Code: {
        Lines: [
          { Content: code, IsCause: true },
          { Content: 'beside', IsCause: false },
        ],
      },
    });
    const given = (line: number) => ({
      Target: 'Dockerfile',
      Class: 'config',
      Type: 'dockerfile',
      MisconfSummary: { Successes: 3, Failures: 2 },
      Misconfigurations: [
        { ID: 'DS002', Status: 'FAIL', Severity: 'HIGH', CauseMetadata: cause(line, 'RUN a') },
        {
          ID: 'AVD-DS-0002',
          Status: 'FAIL',
          Severity: 'HIGH',
          CauseMetadata: cause(line + 5, '  RUN b'),
        },
        { ID: 'DS-0001', Status: 'PASS', Severity: 'LOW' },
        { ID: 'DS-0003', Status: 'EXCEPTION', Severity: 'LOW' },
        { ID: 'DS-0004', Severity: 'LOW' },
      ],
    });
    const { rows, facts } = read(image([given(1)]));
    expect(rows.map((row) => [row.check.id, row.verdict])).toEqual([
      ['DS-0002', 'fail'],
      ['DS-0002', 'fail'],
      ['DS-0001', 'pass'],
      ['DS-0003', 'muted'],
      ['DS-0004', 'not_evaluated'],
    ]);
    expect(new Set(rows.map(identityOf)).size).toBe(5);
    expect(read(image([given(40)])).rows.map(identityOf)).toEqual(rows.map(identityOf));
    expect(facts.skipped[0]?.why).toContain('2 checks passed that the report does not name');
  });

  it('leaves out the lines next to a secret', () => {
    const secret = {
      RuleID: 'aws-access-key-id',
      Category: 'AWS',
      Severity: 'CRITICAL',
      Title: 'AWS key',
      StartLine: 3,
      Match: 'key = "********************"',
      Code: { Lines: [{ Content: 'other_token = ghp_0123456789abcdefghijABCDEFGHIJ012345' }] },
    };
    const { rows } = read(image([{ Target: 'app/.env', Class: 'secret', Secrets: [secret] }]));
    expect(rows[0]).toMatchObject({
      check: { id: 'secret:aws-access-key-id' },
      severity: 'critical',
      verdict: 'fail',
    });
    expect(JSON.stringify(rows)).not.toContain('ghp_');
    const bare = read(
      image([
        { Target: 'x', Class: 'secret', Secrets: [{ ...secret, Match: 'plainsecretvalue' }] },
      ]),
    );
    expect(JSON.stringify(bare.rows)).not.toContain('plainsecretvalue');
  });

  it('treats licences as observations unless forbidden or restricted', () => {
    const licence = (Category: string) => ({
      Severity: 'LOW',
      Category,
      PkgName: 'p',
      Name: `L-${Category}`,
    });
    const { rows } = read(
      image([
        {
          Target: 'OS Packages',
          Class: 'license',
          Licenses: ['forbidden', 'restricted', 'notice', 'unknown'].map(licence),
        },
      ]),
    );
    expect(rows.map((row) => row.verdict)).toEqual(['fail', 'fail', 'manual', 'manual']);
  });

  it('shows suppressed results as muted', () => {
    const hidden = {
      Type: 'vulnerability',
      Status: 'ignored',
      Statement: 'accepted',
      Source: '.trivyignore',
      Finding: vulnerability(),
    };
    const { rows } = read(image([{ ...os(), ExperimentalModifiedFindings: [hidden] }]));
    expect(rows[0]).toMatchObject({ verdict: 'muted', mutedVerdict: 'fail' });
  });

  it('keeps the complete part of a truncated report, and rejects other files', () => {
    const text = JSON.stringify(
      image([os(vulnerability(), vulnerability({ VulnerabilityID: 'CVE-2' }))]),
    );
    const { value, problem } = parseDocument(
      text.slice(0, text.indexOf('CVE-2"') + 3),
      TRIVY_LISTS,
    );
    expect(problem).toMatch(/complete part/);
    expect(read(value).rows.map((row) => row.check.id)).toEqual(['CVE-2024-0001']);
    expect([...createTrivyReader().read('text')]).toEqual([{ rejected: expect.any(String) }]);
    expect(isTrivyJson(topKeys(text))).toBe(true);
    expect(isTrivyJson(topKeys('{"runs": []}'))).toBe(false);
  });
});
