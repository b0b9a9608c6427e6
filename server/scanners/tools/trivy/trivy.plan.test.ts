import { describe, expect, it } from 'vitest';
import { ended, readAs } from '../../testing/judging.js';
import { judgeTrivy } from './trivy.judge.js';
import { lesserTrivyRun, planTrivy } from './trivy.plan.js';
import { readTrivyVersion, trivyVersionRun } from './trivy-version.js';

describe('runs of Trivy', () => {
  it('plans an image without sockets, ignore files or logins of other registries', () => {
    const run = planTrivy(
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
    const fs = planTrivy(folder, { allowedFolders: ['/srv/code'], databases: '/var/trivy' });
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
    const config = planTrivy(folder, { allowedFolders: ['/srv/code'], configOnly: true });
    expect(config.args.join(' ')).not.toMatch(/--scanners|--pkg-types/);
    const repo = planTrivy(
      { kind: 'repository', url: 'https://github.com/o/r', at: { what: 'tag', name: 'v1' } },
      {},
    );
    expect(repo.args).toEqual(
      expect.arrayContaining(['repo', '--tag=v1', 'https://github.com/o/r']),
    );
    expect(() => planTrivy(folder, {})).toThrow(/not within/);
  });
  it('allows a folder the network only for the vulnerability database', () => {
    const folder = { kind: 'folder', path: '/srv/a' } as const;
    const network = (options: object) =>
      planTrivy(folder, { allowedFolders: ['/srv'], ...options }).network;
    expect(network({})).toBe('targets');
    expect(network({ configOnly: true })).toBe('none');
    expect(network({ databases: '/db' })).toBe('none');
    expect(network({ scanners: ['secret', 'license'] })).toBe('none');
    expect(planTrivy({ kind: 'image', reference: 'a' }, { databases: '/db' }).network).toBe(
      'targets',
    );
  });
  it('scans licences only where the project chose them, and never fetches rules', () => {
    const flags = (target: Parameters<typeof planTrivy>[0], options = {}) =>
      planTrivy(target, { allowedFolders: ['/srv'], ...options }).args;
    const usual = '--scanners=vuln,misconfig,secret';
    expect(flags({ kind: 'image', reference: 'a' })).toContain(usual);
    expect(flags({ kind: 'folder', path: '/srv/a' })).toContain(`${usual},license`);
    expect(flags({ kind: 'repository', url: 'https://h.example/r' })).toContain(`${usual},license`);
    expect(flags({ kind: 'folder', path: '/srv/a' }, { configOnly: true })).toContain(
      '--skip-check-update',
    );
  });
  it.each([
    'FATAL\tFatal error\trun error: init error: DB error: failed to download vulnerability DB: x',
    'FATAL\tFatal error\trun error: init error: DB error: database error: --skip-db-update cannot be specified on the first run',
  ])('continues without vulnerabilities if there is no database: %s', (stderr) => {
    const target = { kind: 'folder', path: '/srv/a' } as const;
    for (const databases of [undefined, '/db']) {
      const run = planTrivy(target, { allowedFolders: ['/srv'], databases });
      const lesser = lesserTrivyRun(run, ended({ exitCode: 1, stderr }));
      expect(lesser?.lacking).toMatchObject([{ what: 'vulnerabilities' }]);
      expect(lesser?.run.network).toBe('none');
      expect(lesser?.run.args).toContain('--scanners=misconfig,secret,license');
      expect(lesser?.run.args.join(' ')).not.toMatch(/skip-(java-)?db-update/);
      expect(lesser?.run.args.slice(-2)).toEqual(run.args.slice(-2));
      const judged = judgeTrivy({
        ...{ run: lesser?.run ?? run, result: ended(), rows: [], checkIds: new Set<string>() },
        ...{ read: readAs(undefined), lacking: lesser?.lacking },
      });
      expect(judged.outcome).toBe('succeeded_with_gaps');
      expect(judged.coverage.skipped).toMatchObject([{ what: 'vulnerabilities' }]);
    }
  });
  it('does not continue after other failures, nor twice', () => {
    const run = planTrivy({ kind: 'image', reference: 'a' }, {});
    const stderr = 'FATAL DB error: x';
    for (const result of [
      ended({ exitCode: 1, stderr: 'FATAL\tunable to find the specified image' }),
      ended({ exitCode: 0, stderr }),
      ended({ exitCode: null, ended: 'timed_out', stderr }),
    ]) {
      expect(lesserTrivyRun(run, result)).toBeNull();
    }
    const lesser = lesserTrivyRun(run, ended({ exitCode: 1, stderr }));
    expect(lesser?.run.network).toBe('targets');
    expect(lesserTrivyRun(lesser?.run ?? run, ended({ exitCode: 1, stderr }))).toBeNull();
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
  const run = planTrivy({ kind: 'image', reference: 'a' }, { databases: '/db' });
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
    ['no report', { read: null }, 'failed', /no readable report/],
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
      /incomplete/,
    ],
    [
      'findings that comments keep out',
      {
        result: ended({
          stderr: 'INFO\t[terraform executor] Ignore finding\trule="aws-s3-x" range="main.tf:2-5"',
        }),
      },
      'succeeded_with_gaps',
      /main\.tf.*proves nothing/,
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
