import { describe, expect, it } from 'vitest';
import { rowsIn } from '../../testing/judging.js';
import { createTrivyReader } from './trivy.read.js';

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

describe('other shapes of reports of Trivy', () => {
  it('reads clusters, bare lists, schema 1 and files', () => {
    const cluster = read({
      ClusterName: 'kind',
      Resources: [
        { Namespace: 'shop', Kind: 'Deployment', Name: 'web', Results: [os(vulnerability())] },
      ],
    });
    expect(cluster.rows[0]).toMatchObject({
      provider: 'kubernetes',
      accountId: 'kind',
      resource: { uid: 'shop/Deployment/web' },
    });
    const oldest = read([
      {
        Target: 'alpine:3.10 (alpine 3.10.2)',
        Type: 'alpine',
        Vulnerabilities: [vulnerability({ PkgIdentifier: undefined })],
      },
    ]);
    expect(oldest.rows[0]).toMatchObject({
      provider: 'image',
      accountId: 'docker.io/library/alpine',
      subObject: 'pkg:apk/alpine/openssl',
    });
    const lock = read(
      image(
        [
          {
            Target: 'web/package-lock.json',
            Class: 'lang-pkgs',
            Type: 'npm',
            Vulnerabilities: [vulnerability({ PkgIdentifier: { PURL: 'pkg:npm/%40a/b@1.0.0' } })],
          },
        ],
        { ArtifactName: 'code', ArtifactType: 'repository', Metadata: {} },
      ),
    );
    expect(lock.rows[0]).toMatchObject({
      provider: 'repository',
      accountId: 'code',
      subObject: 'pkg:npm/%40a/b at web/package-lock.json',
    });
  });

  it('reports that it recognised nothing, and that the system is at its end of life', () => {
    expect(read(image([], { Results: undefined })).facts.executed).toBe(0);
    const old = read(
      image([os()], { Metadata: { OS: { Family: 'alpine', Name: '3.10', EOSL: true } } }),
    );
    expect(old.rows[0]).toMatchObject({ check: { id: 'os_end_of_life' }, verdict: 'fail' });
    expect(old.facts.skipped).toHaveLength(1);
  });
});
