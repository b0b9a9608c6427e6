import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../platform/errors.js';
import {
  folderOf,
  imageOf,
  networkHostsOf,
  parsePorts,
  parseWebUrl,
  repositoryOf,
} from './index.js';

const image = (reference: string) => imageOf({ kind: 'image', reference });
const network = (...hosts: string[]) => networkHostsOf({ kind: 'network', hosts });
const repo = (url: string) => repositoryOf({ kind: 'repository', url });

/** Strings made of parts of attacks. */
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
  const harmful = /^-|[\s\p{C}${}"'`<>\\|;]/u;
  // Addresses may contain `;` (`/page;jsessionid=1`): arguments are lists that no shell reads, and ZAP's plan is JSON.
  const harmfulInAddress = /^-|[\s\p{C}${}"'`<>\\|]/u;
  const kinds: [string, (text: string) => string[], RegExp][] = [
    ['web address', (text) => [parseWebUrl(text).text], harmfulInAddress],
    ['image', (text) => [image(text).text], harmful],
    ['repository', (text) => [repo(text).text], harmfulInAddress],
    ['network host', (text) => network(text).hosts.map((host) => host.text), harmful],
    ['ports', (text) => [parsePorts(text)], harmful],
  ];
  it.each(kinds)('%s', (_, parse, forbidden) => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const argument of refusedOr(() => parse(text)) ?? []) {
          expect(argument).not.toMatch(forbidden);
          expect(argument).not.toBe('');
          // Parsing it again changes nothing: there is one way to write it.
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
        if (path !== null)
          expect(`${path}/`).toMatch(/^\/srv\/code\/(?!(?:.*\/)?\.\.\/)[^\0\n:,]*$/);
      }),
    );
  });
});

describe('repositories', () => {
  it('keeps a semicolon in the path', () => {
    expect(repo('https://git.example/team;v=1/code').text).toBe(
      'https://git.example/team;v=1/code',
    );
  });
});

describe('web addresses', () => {
  it.each([
    ['https://Example.COM:443', 'https://example.com/'],
    ['http://example.com:8080/a/../b?x=1#part', 'http://example.com:8080/b?x=1'],
    ['https://[2001:DB8::1]/', 'https://[2001:db8::1]/'],
    ['https://bücher.example/', 'https://xn--bcher-kva.example/'],
    ['http://a/;', 'http://a/;'],
    [
      'https://shop.example/cart;jsessionid=1?a=1;b=2',
      'https://shop.example/cart;jsessionid=1?a=1;b=2',
    ],
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
