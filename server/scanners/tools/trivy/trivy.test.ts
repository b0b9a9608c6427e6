import { describe, expect, it } from 'vitest';
import { identityOf } from '../../testing/read-rows.js';
import { parseDocument } from '../ocsf/index.js';
import {
  createTrivyReader,
  isTrivyJson,
  readTrivyVersion,
  TRIVY_LISTS,
  trivyTool,
  trivyVersionRun,
} from './index.js';
import { ended, readAs, rowsIn } from './judging.fixture.js';
import { packageKey, packagePath, repositoryOfArtifact } from './package-identity.js';
import { judgeTrivy } from './trivy.judge.js';

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

  it('keeps an identity from tag to tag, version to version and generation to generation', () => {
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

  it('never takes "not affected" for a fail or a pass, and unknown severities for harmless', () => {
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

  it('reads misconfigurations of all verdicts under one id, telling causes apart without lines', () => {
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

  it('leaves the lines beside a secret out', () => {
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

  it('takes licences for observations unless forbidden or restricted', () => {
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

  it('shows what was suppressed as muted', () => {
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

  it('says that it recognised nothing, and that the system is at its end', () => {
    expect(read(image([], { Results: undefined })).facts.executed).toBe(0);
    const old = read(
      image([os()], { Metadata: { OS: { Family: 'alpine', Name: '3.10', EOSL: true } } }),
    );
    expect(old.rows[0]).toMatchObject({ check: { id: 'os_end_of_life' }, verdict: 'fail' });
    expect(old.facts.skipped).toHaveLength(1);
  });

  it('keeps the whole part of a report that was cut off, and rejects what is none', () => {
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
    expect(isTrivyJson(text)).toBe(true);
    expect(isTrivyJson('{"runs": []}')).toBe(false);
  });
});

describe('identity of packages and artifacts', () => {
  it.each([
    ['pkg:npm/@scope/name@1.0.0', 'npm', '', 'pkg:npm/@scope/name'],
    ['pkg:golang/example.com/m@v1?x=1#sub', '', '', 'pkg:golang/example.com/m'],
    ['pkg:deb/debian/x', '', '', 'pkg:deb/debian/x'],
    ['', 'pom', 'org.a:b', 'pkg:maven/org.a/b'],
    ['', 'pip', 'My_Pkg', 'pkg:pypi/my-pkg'],
    ['', '', 'x', 'pkg:generic/x'],
  ])('%s', (purl, type, name, key) => {
    expect(packageKey(purl, type, name)).toBe(key);
  });
  it('takes the version out of a path', () => {
    const python = { Class: 'lang-pkgs', Target: 'Python' };
    expect(packagePath('lib/requests-2.25.1.dist-info/METADATA', python, '2.25.1')).toBe(
      'lib/requests-*.dist-info/METADATA',
    );
    expect(packagePath('', python, '1')).toBe('');
  });
  it.each([
    ['nginx:1', 'docker.io/library/nginx'],
    ['acme/x@sha256:1', 'docker.io/acme/x'],
    ['localhost:5000/x:1', 'localhost:5000/x'],
    ['images/a.tar', 'images/a.tar'],
  ])('artifact %s', (name, repository) => {
    expect(repositoryOfArtifact(name, true)).toBe(repository);
  });
});

describe('runs of Trivy', () => {
  it('plans an image without sockets, ignore files or the login of others', () => {
    const run = trivyTool.plan(
      { kind: 'image', reference: 'ghcr.io/acme/shop:1', platform: 'linux/arm64' },
      { registryLogin: { username: 'u', password: 'hunter2' } },
    );
    expect(run.args).toEqual(
      expect.arrayContaining([
        '--image-src=remote',
        '--include-non-failures',
        '--platform=linux/arm64',
        '--config={input}/trivy.yaml',
      ]),
    );
    expect(run.args.slice(-2)).toEqual(['--', 'ghcr.io/acme/shop:1']);
    expect(JSON.stringify([run.args, run.env])).not.toContain('hunter2');
    expect(run.files.at(-1)).toMatchObject({
      secret: true,
      content: expect.stringMatching(/^\{"auths":\{"ghcr.io":/),
    });
  });
  it('plans folders, configuration, repositories and offline databases', () => {
    const folder = { kind: 'folder', path: '/srv/code/a' } as const;
    const fs = trivyTool.plan(folder, { allowedFolders: ['/srv/code'], databases: '/var/trivy' });
    expect(fs).toMatchObject({
      network: 'none',
      mounts: [{ hostPath: '/srv/code/a', name: 'source' }, { name: 'databases' }],
    });
    expect(fs.args).toEqual(
      expect.arrayContaining([
        'fs',
        '--skip-db-update',
        '--cache-backend=memory',
        '{input}/source',
      ]),
    );
    const config = trivyTool.plan(folder, { allowedFolders: ['/srv/code'], configOnly: true });
    expect(config.args.join(' ')).not.toMatch(/--scanners|--pkg-types/);
    const repo = trivyTool.plan(
      { kind: 'repository', url: 'https://github.com/o/r', at: { what: 'tag', name: 'v1' } },
      {},
    );
    expect(repo.args).toEqual(
      expect.arrayContaining(['repo', '--tag=v1', 'https://github.com/o/r']),
    );
    expect(() => trivyTool.plan(folder, {})).toThrow(/not within/);
  });
  it('reads the versions of its databases', () => {
    const printed =
      'note\n{"Version":"0.74.0","VulnerabilityDB":{"Version":2,"UpdatedAt":"2026-05-01T00:00:00.123456Z"}}';
    expect(readTrivyVersion(printed)).toEqual({
      version: '0.74.0',
      databases: [{ name: 'trivy-db', version: '2', updatedAt: '2026-05-01T00:00:00.123Z' }],
    });
    expect(readTrivyVersion('no')).toEqual({ version: null, databases: [] });
    expect(trivyVersionRun('/db').network).toBe('none');
  });
});

describe('judging Trivy', () => {
  const run = trivyTool.plan({ kind: 'image', reference: 'a' }, { databases: '/db' });
  const facts = {
    executed: 2,
    skipped: [],
    completed: null,
    createdAt: '2026-05-10T00:00:00Z',
    toolVersion: '0.74.0',
  };
  const db = (updatedAt: string) => [{ name: 'trivy-db', version: '2', updatedAt }];
  const judge = (change: object) =>
    judgeTrivy({
      run,
      result: ended(),
      read: readAs(facts),
      rows: [],
      checkIds: new Set(),
      databases: db('2026-05-09T00:00:00Z'),
      ...change,
    });
  it.each<[string, object, string, RegExp | null]>([
    ['all well', {}, 'succeeded', null],
    [
      'fatal',
      {
        result: ended({ exitCode: 1, stderr: 'x\n2026 FATAL image not found token=abcdefghijkl' }),
      },
      'failed',
      /image not found/,
    ],
    ['no report', { read: null }, 'failed', /no report/],
    [
      'nothing recognised',
      { read: readAs({ ...facts, executed: 0 }) },
      'succeeded_with_gaps',
      /recognised nothing/,
    ],
    [
      'old database',
      { databases: db('2026-04-01T00:00:00Z') },
      'succeeded_with_gaps',
      /39 days old/,
    ],
    [
      'unknown database',
      { databases: [] },
      'succeeded_with_gaps',
      /age of the vulnerability database/,
    ],
    [
      'end of life',
      { read: readAs({ ...facts, skipped: [{ what: 'alpine', why: 'old' }] }) },
      'succeeded_with_gaps',
      /alpine: old/,
    ],
    [
      'unsupported system',
      { result: ended({ stderr: 'WARN Unsupported os family="x"' }) },
      'succeeded_with_gaps',
      /Unsupported os/,
    ],
    [
      'cut off',
      { read: readAs(facts, { partial: true, problem: 'ends' }) },
      'succeeded_with_gaps',
      /not whole/,
    ],
    ['timed out', { result: ended({ ended: 'timed_out', exitCode: null }) }, 'timed_out', /time/],
    [
      'cancelled',
      { result: ended({ ended: 'cancelled', exitCode: null }) },
      'cancelled',
      /cancelled/,
    ],
    ['no memory', { result: ended({ ended: 'out_of_memory', exitCode: 137 }) }, 'failed', /memory/],
  ])('%s', (_, change, outcome, problem) => {
    const verdict = judge(change);
    expect(verdict.outcome).toBe(outcome);
    if (problem) expect(verdict.problem).toMatch(problem);
    else expect(verdict.problem).toBeNull();
    expect(verdict.problem ?? '').not.toContain('abcdefghijkl');
  });
});
