import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PhraseTable, phraseOf } from './phrases.js';
import { readings, stem, tokenise } from './tokens.js';

function stems(text: string): string[] {
  return tokenise(text).map((token) => token.stem);
}

/** Whether a keyword is found in a text. */
function finds(keyword: string, text: string): boolean {
  const table = new PhraseTable<string>();
  const phrase = phraseOf(keyword);
  if (phrase !== null) table.add(phrase, keyword);
  let found = false;
  table.find(readings(text), () => {
    found = true;
  });
  return found;
}

describe('a stem', () => {
  it.each([
    [['encrypt', 'encrypts', 'encrypted', 'encrypting', 'encryption']],
    [['rotate', 'rotates', 'rotated', 'rotating', 'rotation']],
    [['authenticate', 'authenticated', 'authentication']],
    [['configure', 'configured', 'configuration', 'configurations']],
    [['authorize', 'authorized', 'authorization']],
    [['expire', 'expires', 'expired', 'expiration', 'expiry']],
    [['policy', 'policies']],
    [['public', 'publicly']],
    [['log', 'logs', 'logged', 'logging']],
    [['enable', 'enabled', 'enables', 'enabling']],
    [['key', 'keys']],
    [['patch', 'patches', 'patched', 'patching']],
    [['vulnerable', 'vulnerability', 'vulnerabilities']],
    [['install', 'installed', 'installing']],
  ])('is shared by %j', (words) => {
    expect(new Set(words.map(stem)).size).toBe(1);
  });

  it.each([
    ['http', 'https'],
    ['key', 'keyed2'],
    ['dn', 'dns'],
    ['polic', 'police2'],
    ['speed', 'spe'],
    ['account', 'accounting2'],
    ['import', 'important'],
    ['region', 'registry'],
  ])('of %s is not that of %s', (a, b) => {
    expect(stem(a)).not.toBe(stem(b));
  });
});

describe('tokens', () => {
  it.each([
    ['0.0.0.0/0', ['0.0.0.0/0']],
    ['from 0.0.0.0/0 or ::/0', ['from', '0.0.0.0/0', 'or', '::/0']],
    ['TLS 1.2', ['tls', '1.2']],
    ['Multi-AZ', ['multi', 'az']],
    ['point-in-time', ['point', 'in', 'tim']],
    ['CI/CD', ['ci/cd']],
    ['**S3** `bucket`', ['s3', 'bucket']],
    ['', []],
  ])('of %j', (text, expected) => {
    expect(stems(text)).toEqual(expected);
  });
});

describe('a keyword', () => {
  it.each([
    ['sso', 'users associated with the group'],
    ['sast', 'disaster recovery'],
    ['key', 'keyboard and monkey'],
    ['rest', 'restored from a snapshot'],
    ['tls 1.2', 'TLS 1.20 and tls 11.2'],
    ['http', 'served by https'],
    ['access key', 'the key gives access'],
    ['not public', 'public, not private'],
  ])('%j is not in %j', (keyword, text) => {
    expect(finds(keyword, text)).toBe(false);
  });

  it.each([
    ['encryption at rest', 'Volumes are encrypted at rest'],
    ['public access block', 'the PublicAccessBlock of the bucket'],
    ['guardduty', 'GuardDuty detector is enabled'],
    ['point-in-time recovery', 'Point in time recovery'],
    ['tls 1.2', 'at least TLSv1.2'],
    ['access to keys', 'access to the key'],
    ['0.0.0.0/0', 'ingress from 0.0.0.0/0 to port 22'],
  ])('%j is in %j', (keyword, text) => {
    expect(finds(keyword, text)).toBe(true);
  });

  it('never matches inside a longer word', () => {
    const word = fc.stringMatching(/^[a-z]{4,8}$/);
    fc.assert(
      fc.property(word, word, word, (before, keyword, after) => {
        fc.pre(stem(keyword) !== stem(`${before}${keyword}${after}`));
        expect(finds(keyword, `the ${before}${keyword}${after} here`)).toBe(false);
        expect(finds(keyword, `the ${before} ${keyword}, ${after}`)).toBe(true);
      }),
    );
  });
});
