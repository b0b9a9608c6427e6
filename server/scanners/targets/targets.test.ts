import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AwsTarget,
  GcpTarget,
  KubernetesTarget,
  ScanTarget,
} from '../../../contract/scan-targets.js';
import { InvalidInputError } from '../../platform/errors.js';
import {
  folderOf,
  imageOf,
  networkHostsOf,
  parseHost,
  parsePorts,
  parseWebUrl,
  repositoryOf,
} from './index.js';

const image = (reference: string) => imageOf({ kind: 'image', reference });
const network = (...hosts: string[]) => networkHostsOf({ kind: 'network', hosts });
const repo = (url: string) => repositoryOf({ kind: 'repository', url });

/** Strings made of what attacks are made of. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        ...[
          '-',
          '--',
          'http://',
          'https://',
          'file:',
          'ext::',
          '@',
          '$',
          '{',
          '}',
          '/',
          '..',
          ':',
          '8',
          '0x7f',
        ],
        ...[
          'a',
          'example.com',
          '127.0.0.1',
          '\n',
          '\0',
          ' ',
          '%00',
          '%2f',
          '[::1]',
          '#',
          '?',
          '\\',
          ';',
          '|',
          '`',
          'е',
        ],
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

function refusedOr<T>(parse: () => T): T | null {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    return null;
  }
}

describe('any text is refused or comes out as one harmless argument', () => {
  const kinds: [string, (text: string) => string[]][] = [
    ['web address', (text) => [parseWebUrl(text).text]],
    ['image', (text) => [image(text).text]],
    ['repository', (text) => [repo(text).text]],
    ['network host', (text) => network(text).hosts.map((host) => host.text)],
    ['ports', (text) => [parsePorts(text)]],
  ];
  it.each(kinds)('%s', (_, parse) => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const argument of refusedOr(() => parse(text)) ?? []) {
          expect(argument).not.toMatch(/^-|[\s\p{C}${}"'`<>\\|;]/u);
          expect(argument).not.toBe('');
          // Written anew twice is the same: there is one way to write it.
          expect(parse(argument)).toEqual([argument]);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('folder', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const path = refusedOr(() =>
          folderOf({ kind: 'folder', path: `/srv/code/${text}` }, ['/srv/code']),
        );
        if (path !== null) expect(`${path}/`).toMatch(/^\/srv\/code\/(?!(?:.*\/)?\.\.\/)[^\0\n:,]*$/);
      }),
    );
  });
});

describe('web addresses', () => {
  it.each([
    ['https://Example.COM:443', 'https://example.com/'],
    ['http://example.com:8080/a/../b?x=1#part', 'http://example.com:8080/b?x=1'],
    ['https://[2001:DB8::1]/', 'https://[2001:db8::1]/'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
  ])('writes %s as %s', (given, text) => {
    expect(parseWebUrl(given).text).toBe(text);
  });

  it.each([
    ['ftp://example.com/', /http/],
    ['file:///etc/passwd', /http/],
    ['javascript:alert(1)', /http/],
    ['https://user:secret@example.com/', /user name or password/],
    [`https://evil.example/\${AWS_SECRET}`, /\$/],
    ['https://evil.example/{a}', /\{/],
    ['https://evil.example/\nX: y', /control/],
    ['-z https://example.com', /dash/],
    ['https://0x7f.1/', /address/],
    ['https://2130706433/', /address/],
    ['https://127.1/', /address/],
    ['https://017700000001/', /address/],
    ['https://example.com\\@evil.example/', /\\/],
    ['https://example.com:0/', /port/],
    ['https:///example.com', /http/],
    [`https://example.com/${'a'.repeat(2100)}`, /longer/],
    ['https://аррӏе.com/', /look like/],
    ['https://xn--80ak6aa92e.com/', /look like/],
    ['https://gооgle.com/', /look like/],
    ['https://ｅxample.com/', /plainly/],
  ])('refuses %s', (given, why) => {
    expect(() => parseWebUrl(given)).toThrow(why);
  });

  it('never repeats a password in its message', () => {
    expect(() => parseWebUrl('https://u:hunter2@example.com/')).not.toThrow(/hunter2/);
  });
});

describe('images', () => {
  const sha = `sha256:${'a1'.repeat(32)}`;
  it.each([
    ['nginx', 'docker.io/library/nginx:latest', 'docker.io/library/nginx'],
    ['bitnami/redis:7', 'docker.io/bitnami/redis:7', 'docker.io/bitnami/redis'],
    ['localhost:5000/a/b:1.0_x-y', 'localhost:5000/a/b:1.0_x-y', 'localhost:5000/a/b'],
    ['ghcr.io/Owner/x'.toLowerCase(), 'ghcr.io/owner/x:latest', 'ghcr.io/owner/x'],
    [`quay.io/a/b@${sha}`, `quay.io/a/b@${sha}`, 'quay.io/a/b'],
    [`quay.io/a/b:t@${sha}`, `quay.io/a/b:t@${sha}`, 'quay.io/a/b'],
    ['[2001:db8::1]:5000/x', '[2001:db8::1]:5000/x:latest', '[2001:db8::1]:5000/x'],
  ])('reads %s', (given, text, repository) => {
    expect(image(given)).toMatchObject({ text, repository });
  });
  it.each([
    '--config=/x',
    'UPPER/case',
    'a//b',
    'a:b:c',
    'a@sha256:zz',
    'a@sha256:1@sha256:2',
    'x:.tag',
    '../etc/passwd',
    'http://registry/x',
    'a b',
    'registry:99999/x',
    `${'a'.repeat(300)}`,
    'u:p@h/x',
  ])('refuses %s', (given) => {
    expect(() => image(given)).toThrow(InvalidInputError);
  });
});

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
  it('expands ranges and drops doubles', () => {
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
