import { expect, it } from 'vitest';
import { observedAtOf } from '../../rows/observed-at.js';
import { canonicalCheckId, checkAliases } from './check-aliases.js';

it('resolves former ids in one step and leaves others alone', () => {
  expect(canonicalCheckId('apigateway_public')).toBe('apigateway_restapi_public');
  expect(canonicalCheckId('s3_bucket_public_access')).toBe('s3_bucket_public_access');
  for (const [former, current] of checkAliases()) {
    expect(canonicalCheckId(former)).toBe(current);
    expect(canonicalCheckId(current)).toBe(current);
  }
});

it.each([
  [[1770273520], '2026-02-05T06:38:40.000Z'],
  [[1770273520000], '2026-02-05T06:38:40.000Z'],
  [['2025-02-14 14:27:03.913874'], '2025-02-14T14:27:03.913Z'],
  [['2025-02-14T14:27:03+02:00'], '2025-02-14T12:27:03.000Z'],
  [['1770273520'], '2026-02-05T06:38:40.000Z'],
  [[null, '', 'yesterday', -5, 1e300, '2025-02-14T14:27:03Z'], '2025-02-14T14:27:03.000Z'],
  [[undefined], null],
])('reads the time %j', (times, expected) => {
  expect(observedAtOf(times)).toBe(expected);
});
