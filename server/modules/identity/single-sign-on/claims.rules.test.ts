import { describe, expect, test } from 'vitest';
import {
  hasSecondFactor,
  matches,
  mergedClaims,
  nameOf,
  omittedClaim,
  shownClaims,
  valuesOf,
  verifiedEmailOf,
} from './claims.rules.js';
import { grantedBy } from './grants.rules.js';

describe('the values of a claim', () => {
  test.each([
    ['groups', { groups: ['a', 'b'] }, ['a', 'b']],
    ['groups', { groups: 'a' }, ['a']],
    ['groups', {}, []],
    ['admin', { admin: true }, ['true']],
    ['realm_access.roles', { realm_access: { roles: ['a'] } }, ['a']],
    ['https://x.test/roles', { 'https://x.test/roles': ['a'] }, ['a']],
    ['groups', { groups: [{ name: 'a' }, null, 'b'] }, ['b']],
    ['constructor.name', {}, []],
    ['groups.length', { groups: ['a'] }, []],
  ])('%s of %o', (name, claims, expected) => {
    expect(valuesOf(claims, name)).toEqual(expected);
  });
});

describe('a condition', () => {
  const email = { email: 'Ann@Example.org', email_verified: true };
  test.each([
    ['contains', 'groups', 'a', { groups: ['b', 'a'] }, true],
    ['contains', 'groups', 'adm', { groups: ['admins'] }, false],
    ['contains', 'groups', 'a', { groups: 'a b' }, false],
    ['equals', 'dept', 'it', { dept: 'it' }, true],
    ['equals', 'dept', 'it', { dept: ['it', 'hr'] }, false],
    ['domain', 'email', 'example.org', email, true],
    ['domain', 'email', '@EXAMPLE.org', email, true],
    ['domain', 'email', 'example.org', { ...email, email_verified: false }, false],
    ['domain', 'email', 'example.org', { ...email, email: 'ann@example.org.evil.test' }, false],
    ['domain', 'email', 'example.org', { ...email, email: 'a@evil.test@example.org' }, false],
    ['domain', 'upn', 'example.org', { upn: 'ann@example.org' }, false],
  ] as const)('%s: %s %s of %o is %s', (is, claim, value, claims, expected) => {
    expect(matches({ claim, test: is, value }, claims, false)).toBe(expected);
  });
});

test('an e-mail address counts when it is verified, by the claim or by the settings', () => {
  expect(verifiedEmailOf({ email: 'A@x.test', email_verified: 'true' }, false)).toBe('a@x.test');
  expect(verifiedEmailOf({ email: 'a@x.test' }, false)).toBeNull();
  expect(verifiedEmailOf({ email: 'a@x.test' }, true)).toBe('a@x.test');
  expect(verifiedEmailOf({ email: ['a@x.test'], email_verified: true }, true)).toBeNull();
});

test('whether an address is verified is not taken from another place than the address', () => {
  const merged = mergedClaims(
    { email: 'victim@x.test' },
    { email: 'me@x.test', email_verified: true },
  );
  expect(verifiedEmailOf(merged, false)).toBeNull();
  const same = mergedClaims({ email: 'me@x.test' }, { email: 'me@x.test', email_verified: true });
  expect(verifiedEmailOf(same, false)).toBe('me@x.test');
  expect(mergedClaims({ sub: 'a', groups: ['x'] }, { groups: ['y'], name: 'N' })).toMatchObject({
    ...{ sub: 'a', groups: ['x'], name: 'N' },
  });
});

test('a claim that is left out for its length is not taken for an empty one', () => {
  const grant = { kind: 'installation_admin' } as const;
  const rules = [{ claim: 'groups', test: 'contains', value: 'a', grant } as const];
  expect(omittedClaim(rules, { _claim_names: { groups: 'src1' } })).toBe('groups');
  expect(omittedClaim(rules, { hasgroups: true })).toBe('groups');
  expect(omittedClaim(rules, { groups: [] })).toBeNull();
  expect(omittedClaim([], { hasgroups: true })).toBeNull();
});

test('no amr satisfies the second factor unless it is trusted', () => {
  expect(hasSecondFactor({ amr: ['mfa'] }, [])).toBe(false);
  expect(hasSecondFactor({ amr: ['pwd', 'mfa'] }, ['mfa'])).toBe(true);
  expect(hasSecondFactor({ acr: 'urn:two' }, ['urn:two'])).toBe(true);
  expect(hasSecondFactor({ amr: ['pwd'] }, ['mfa'])).toBe(false);
});

test('names are shown without control characters, and shortened', () => {
  expect(nameOf({ name: ' An\u202en ' })).toBe('Ann');
  expect(nameOf({ preferred_username: 'ann' })).toBe('ann');
  expect(nameOf({ name: 'x'.repeat(500) })).toHaveLength(100);
  expect(nameOf({})).toBeNull();
});

test('what is shown has neither tokens nor personal data nor secrets', () => {
  const claims = {
    iss: 'i',
    nonce: 'n',
    at_hash: 'h',
    birthdate: '2000-01-01',
    groups: ['secret-1'],
  };
  expect(shownClaims(claims, (text) => text.replace('secret-1', '••••'))).toEqual([
    { name: 'birthdate', value: '"••••"' },
    { name: 'groups', value: '["••••"]' },
  ]);
});

test('of several roles in a team the highest counts', () => {
  const role = (teamId: string, as: 'ADMIN' | 'VIEWER' | 'AUDITOR') =>
    ({ kind: 'team', teamId, role: as }) as const;
  const { roles, isInstallationAdmin } = grantedBy([
    ...[role('a', 'VIEWER'), role('a', 'ADMIN'), role('a', 'AUDITOR'), role('b', 'VIEWER')],
  ]);
  expect([...roles]).toEqual([
    ['a', 'ADMIN'],
    ['b', 'VIEWER'],
  ]);
  expect(isInstallationAdmin).toBe(false);
  expect(grantedBy([{ kind: 'installation_admin' }]).isInstallationAdmin).toBe(true);
});
