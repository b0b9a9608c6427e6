import { describe, expect, it } from 'vitest';
import { isOfAccount, withoutEmptyPass } from './empty-passes.rules.js';

const row = (more: object = {}, resource: object = {}) => ({
  ...{ verdict: 'pass' as const, provider: 'aws', accountId: '111', observed: 'It passes.' },
  resource: { uid: 'arn:aws:s3:::logs', name: 'logs', ...resource },
  ...more,
});
const account = { uid: 'arn:aws:iam::111:root', name: '111' };

describe('a pass proves nothing', () => {
  it.each([
    ['without a resource', row({}, { uid: '', name: ' ' }), 'names no resource'],
    ['without an account', row({ accountId: '' }), 'names no account'],
    ['of nothing found', row({ observed: 'No user pools found.' }, account), 'nothing of the kind'],
    [
      'of nothing registered',
      row({ observed: 'No OAuth applications are registered in the tenant.' }, account),
      'nothing of the kind',
    ],
    [
      'of nothing, in short',
      row({ observed: 'There is no trail.' }, account),
      'nothing of the kind',
    ],
    [
      'of nothing there',
      row({ observed: 'There are no trails configured in eu-west-1.' }, { uid: 'trail/unknown' }),
      'nothing of the kind',
    ],
  ])('%s', (_what, given, why) => {
    const { verdict, observed } = withoutEmptyPass(given);
    expect(verdict).toBe('not_evaluated');
    expect(observed).toContain(given.observed);
    expect(observed).toContain(why);
  });

  it.each([
    ['of a resource', row()],
    ['of the account itself', row({ observed: 'Root has no access keys.' }, account)],
    ['that looked for secrets', row({ observed: 'No secrets found in the variables.' }, account)],
    ['that looked for attacks', row({ observed: 'No potential attack was found.' }, account)],
    ['of a resource with nothing', row({ observed: 'No user data found.' })],
  ])('but not one %s', (_what, given) => {
    expect(withoutEmptyPass(given)).toBe(given);
  });

  it('and a long text does not take long', () => {
    const given = row({ observed: `There is no ${'a'.repeat(20_000)}!` }, account);
    const before = process.cpuUsage();
    expect(withoutEmptyPass(given)).toBe(given);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_000);
  });

  it('and a fail stays a fail', () => {
    const given = { ...row({}, { uid: '', name: '' }), verdict: 'fail' as const };
    expect(withoutEmptyPass(given)).toBe(given);
  });
});

it.each([
  [{ uid: 'arn:aws:iam::111:root', name: 'root' }, true],
  [{ uid: 'arn:aws:iam::111:password-policy', name: '111' }, true],
  [{ uid: 'arn:aws:guardduty:eu-west-1:111:detector/unknown', name: 'detector/unknown' }, true],
  [{ uid: '/subscriptions/111', name: 'Production' }, true],
  [{ uid: 'projects/shop', name: 'shop' }, true],
  [{ uid: '/subscriptions/111/resourceGroups/a', name: 'a' }, false],
  [{ uid: 'arn:aws:s3:::logs', name: 'logs' }, false],
])('the resource %j is the account itself: %s', (resource, expected) => {
  expect(isOfAccount({ accountId: '111', resource })).toBe(expected);
});
