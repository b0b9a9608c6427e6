import { describe, expect, it } from 'vitest';
import { judgeCookies, judgeHeaders } from './headers.rules.js';

describe('headers', () => {
  const csp = (value: string) =>
    judgeHeaders({ 'content-security-policy': value }, 'https').find(({ check }) => check === 'csp')
      ?.verdict;
  it.each([
    ["default-src 'self'", 'pass'],
    ["script-src 'self' 'unsafe-inline'", 'fail'],
    ["script-src 'nonce-abc' 'unsafe-inline'", 'pass'],
    ["script-src 'nonce-abc' 'strict-dynamic' https: 'unsafe-inline'", 'pass'],
    ['script-src https:', 'fail'],
    ['script-src *', 'fail'],
    ['script-src https://*', 'fail'],
    ['script-src *:443', 'fail'],
    ['script-src https://*.example.org', 'pass'],
    ["img-src 'self'", 'fail'],
    ["SCRIPT-SRC 'self'; script-src *", 'pass'],
  ])('policy %s: %s', (value, verdict) => expect(csp(value)).toBe(verdict));

  it.each([
    [{ 'strict-transport-security': 'max-age=100' }, 'hsts', 'fail'],
    [{ 'strict-transport-security': 'includeSubDomains; max-age="31536000"' }, 'hsts', 'pass'],
    [{ 'x-frame-options': 'SAMEORIGIN' }, 'framing', 'pass'],
    [{ 'x-frame-options': 'ALLOWALL' }, 'framing', 'fail'],
    [
      { 'content-security-policy': 'frame-ancestors *', 'x-frame-options': 'DENY' },
      'framing',
      'fail',
    ],
    [{ 'content-security-policy': 'frame-ancestors https://*' }, 'framing', 'fail'],
    [{ 'referrer-policy': 'no-referrer, unsafe-url' }, 'referrer-policy', 'fail'],
    [{ 'referrer-policy': 'unsafe-url, no-referrer, made-up' }, 'referrer-policy', 'pass'],
    [{ 'referrer-policy': 'made-up' }, 'referrer-policy', 'fail'],
    [{ server: 'Apache/2.4.1' }, 'server-version', 'fail'],
  ])('%j', (headers, check, verdict) => {
    const found = judgeHeaders(headers, 'https').find((result) => result.check === check);
    expect(found?.verdict).toBe(verdict);
  });

  it('cookies: each by its name, SameSite=None only with Secure', () => {
    const found = judgeCookies(
      ['a=1; SameSite=None', 'b=2; Secure; SameSite=none; HttpOnly', 'nonsense'],
      'https',
    );
    expect(found.map(({ check, part, verdict }) => `${check} ${part} ${verdict}`)).toEqual([
      'cookie-secure a fail',
      'cookie-httponly a fail',
      'cookie-samesite a fail',
      'cookie-secure b pass',
      'cookie-httponly b pass',
      'cookie-samesite b pass',
    ]);
  });
});
