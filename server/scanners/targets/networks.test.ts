import { describe, expect, it } from 'vitest';
import {
  AwsTarget,
  GcpTarget,
  KubernetesTarget,
  ScanTarget,
} from '../../../contract/scan-targets.js';
import { InvalidInputError } from '../../platform/errors.js';
import { folderOf, networkHostsOf, parseHost, parsePorts, repositoryOf } from './index.js';

const network = (...hosts: string[]) => networkHostsOf({ kind: 'network', hosts });
const repo = (url: string) => repositoryOf({ kind: 'repository', url });

describe('repositories and folders', () => {
  it('takes https and names of branches', () => {
    const at = { what: 'branch', name: 'feature/x-1' } as const;
    expect(
      repositoryOf({ kind: 'repository', url: 'https://GitHub.com/o/r.git', at }),
    ).toMatchObject({ text: 'https://github.com/o/r.git', at });
  });
  it.each([
    'http://github.com/o/r',
    'ext::sh -c id',
    'file:///srv/r',
    'git@github.com:o/r',
    'ssh://h/r',
    'https://tok@github.com/o/r',
    '--upload-pack=x',
    'https://github.com/',
    'https://h/r?x=1',
    'https://h/%2e%2e/r',
    '/srv/r',
  ])('refuses %s', (url) => {
    expect(() => repo(url)).toThrow(InvalidInputError);
  });
  it.each(['-b', 'a..b', 'x.lock', '@{1}', 'a b', 'a/.b', 'a/', 'a\n'])(
    'refuses branch %s',
    (name) => {
      const at = { what: 'branch', name } as const;
      expect(() => repositoryOf({ kind: 'repository', url: 'https://h.example/r', at })).toThrow();
    },
  );
  it.each(['/srv/code/../x', 'relative', '/srv/codex', '/', '/srv/code/a:b', '/srv/code/\n'])(
    'refuses folder %s',
    (path) => {
      expect(() => folderOf({ kind: 'folder', path }, ['/srv/code', '', '/'])).toThrow();
    },
  );
  it('takes a folder within the base and the base itself', () => {
    expect(folderOf({ kind: 'folder', path: '/srv//code/a b/' }, ['/srv/code/'])).toBe(
      '/srv/code/a b',
    );
    expect(folderOf({ kind: 'folder', path: '/srv/code' }, ['/srv/code/'])).toBe('/srv/code');
  });
});

describe('networks', () => {
  it('expands ranges and drops duplicates', () => {
    expect(network('192.0.2.5/30', '192.0.2.4', 'scan.example').hosts.map((h) => h.text)).toEqual([
      '192.0.2.4',
      '192.0.2.5',
      '192.0.2.6',
      '192.0.2.7',
      'scan.example',
    ]);
    expect(network('2001:db8::ff/127').hosts.map((h) => h.text)).toEqual([
      '2001:db8::fe',
      '2001:db8::ff',
    ]);
    expect(network('10.0.255.0/22').hosts).toHaveLength(1024);
  });
  it.each([
    '10.0.0.0/8',
    '10.0.0.0/21',
    '2001:db8::/64',
    '10.0.0.1-5',
    '10.0.0.*',
    '10.0.0.0/33',
    '-iL/etc/passwd',
    '--script=/x.lua',
    '-oX=/x',
    '-iR',
    'example.com/24',
    'http://localhost',
    'a..b',
    '10.0.0',
    'fe80::1%eth0',
  ])('refuses %s', (text) => {
    expect(() => network(text)).toThrow(InvalidInputError);
  });
  it('counts all hosts together', () => {
    expect(() => network('10.0.0.0/22', '10.1.0.0/32')).toThrow(/more than 1024/);
  });
  it('merges ports and refuses others', () => {
    expect(parsePorts('443, 80,8000-8100,8050-8200')).toBe('80,443,8000-8200');
    for (const text of ['0', '70000', '9-1', 'T:80', '-', '80 -oN x', '*']) {
      expect(() => parsePorts(text)).toThrow(InvalidInputError);
    }
  });
  it('reads hosts', () => {
    expect(parseHost('EXAMPLE.com.')).toEqual({ kind: 'name', text: 'example.com' });
    expect(parseHost('_dmarc.example.com').kind).toBe('name');
  });
});

describe('cloud targets by their form', () => {
  it('takes good ones and refuses options and other forms', () => {
    const aws = { kind: 'aws', accountId: '123456789012', regions: ['eu-west-1', 'us-gov-east-1'] };
    expect(ScanTarget.safeParse(aws).success).toBe(true);
    const bad = [
      { regions: ['eu-west-1 -x'] },
      { regions: [] },
      { regions: ['--fixer'] },
      { accountId: '12' },
      { roleArn: 'arn:aws:lambda:eu-west-1:1:function:x' },
      { roleArn: '-R' },
      { externalId: 'a\nb' },
    ];
    for (const change of bad)
      expect(AwsTarget.safeParse({ ...aws, ...change }).success).toBe(false);
    expect(GcpTarget.safeParse({ kind: 'gcp', projectId: 'example.com:my-project' }).success).toBe(
      true,
    );
    expect(GcpTarget.safeParse({ kind: 'gcp', projectId: '--list-project-ids' }).success).toBe(
      false,
    );
    const cluster = { kind: 'kubernetes', context: 'kind-a', server: 'https://k:6443' };
    expect(KubernetesTarget.safeParse(cluster).success).toBe(true);
    expect(KubernetesTarget.safeParse({ ...cluster, context: '-x' }).success).toBe(false);
  });
});
