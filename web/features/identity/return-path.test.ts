import { expect, test } from 'vitest';
import { returnPathOf } from './return-path.js';

test.each([
  '/',
  '/findings?severity=critical,high&q=a%20b',
  '/controls/IAC-01#why',
  '/scans/new?target=https://example.org',
])('returns to %s', (path) => {
  expect(returnPathOf(path)).toBe(path);
});

test.each([
  undefined,
  '',
  'findings',
  'https://evil.example',
  'javascript:alert(1)',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/.//evil.example',
  '/a/..//evil.example',
  '//here.invalid@evil.example',
])('starts at the posture instead of following %j', (path) => {
  expect(returnPathOf(path)).toBe('/');
});
