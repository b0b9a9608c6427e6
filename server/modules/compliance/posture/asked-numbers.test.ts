import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { StatedNumber } from '../../../../contract/compliance.js';
import { propertyRuns } from '../../../testing/property-runs.js';
import type { Limit } from '../../catalogue/index.js';
import { verdictOn } from './asked-numbers.rules.js';

const shows = (
  results: Record<number, 'pass' | 'fail' | 'unknown'>,
  accounts = 1,
): StatedNumber => ({
  parameter: 'passwordMinLength',
  results: Object.entries(results).map(([value, result]) => ({ value: Number(value), result })),
  accounts,
});
const statusOf = (limit: Limit, stated: StatedNumber[], answered?: number) =>
  verdictOn(limit, stated, answered).status;

const result = fc.constantFrom('pass' as const, 'fail' as const, 'unknown' as const);
const account: fc.Arbitrary<StatedNumber> = fc
  .dictionary(fc.integer({ min: 1, max: 30 }).map(String), result, { minKeys: 1, maxKeys: 3 })
  .map((results) => shows(results));
const accounts = fc.array(account, { maxLength: 4 });
const limit: fc.Arbitrary<Limit> = fc.oneof(
  fc.record({ min: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ max: fc.integer({ min: 1, max: 30 }) }),
);
const runs = { numRuns: propertyRuns(1_000, 200) };

describe('a number that is asked for', () => {
  it.each<[string, Limit, StatedNumber[], string]>([
    ['a check of more passes', { min: 12 }, [shows({ 14: 'pass' })], 'implemented'],
    ['a check of the same passes', { min: 14 }, [shows({ 14: 'pass' })], 'implemented'],
    ['a check of less passes', { min: 12 }, [shows({ 8: 'pass' })], 'not_assessed'],
    ['a check of more fails', { min: 12 }, [shows({ 14: 'fail' })], 'not_assessed'],
    ['a check of the same fails', { min: 12 }, [shows({ 12: 'fail' })], 'not_implemented'],
    ['a check of less fails', { min: 12 }, [shows({ 8: 'fail' })], 'not_implemented'],
    ['a check of a shorter time passes', { max: 90 }, [shows({ 60: 'pass' })], 'implemented'],
    ['a check of a longer time passes', { max: 90 }, [shows({ 365: 'pass' })], 'not_assessed'],
    ['a check of a longer time fails', { max: 90 }, [shows({ 365: 'fail' })], 'not_implemented'],
    ['a check of a shorter time fails', { max: 90 }, [shows({ 60: 'fail' })], 'not_assessed'],
    ['nothing is known', { min: 12 }, [], 'not_assessed'],
    ['a check was not conclusive', { min: 12 }, [shows({ 14: 'unknown' })], 'not_assessed'],
    [
      'one account shows it and another does not',
      { min: 12 },
      [shows({ 14: 'pass' }), shows({ 8: 'pass' })],
      'partial',
    ],
    [
      'a stricter check fails beside one that suffices',
      { min: 12 },
      [shows({ 12: 'pass', 14: 'fail' })],
      'implemented',
    ],
  ])('where %s', (_, asked, stated, status) => {
    expect(statusOf(asked, stated)).toBe(status);
  });

  it('is met or failed by what a person states, unless a check fails it', () => {
    expect(statusOf({ min: 12 }, [], 12)).toBe('implemented');
    expect(statusOf({ min: 12 }, [shows({ 14: 'pass' })], 8)).toBe('not_implemented');
    expect(statusOf({ min: 12 }, [shows({ 8: 'fail' })], 14)).toBe('not_implemented');
  });

  test('is never met by checks that state less than it', () => {
    fc.assert(
      fc.property(limit, accounts, (asked, stated) => {
        const laxer = stated.map((each) => ({
          ...each,
          results: each.results.filter(({ value }) =>
            'min' in asked ? value < asked.min : value > asked.max,
          ),
        }));
        expect(['implemented', 'partial']).not.toContain(statusOf(asked, laxer));
      }),
      runs,
    );
  });

  test('is never better where more is asked, or another account is added', () => {
    const rank = { not_implemented: 0, not_assessed: 1, partial: 2, implemented: 3 };
    fc.assert(
      fc.property(limit, accounts, account, fc.nat(10), (asked, stated, other, more) => {
        const stricter: Limit =
          'min' in asked ? { min: asked.min + more } : { max: Math.max(1, asked.max - more) };
        const all = statusOf(asked, stated);
        if (all === 'implemented') return;
        expect(statusOf(stricter, stated)).not.toBe('implemented');
        if (stated.length === 0 || all === 'not_implemented') return;
        expect(rank[statusOf(asked, [...stated, other])]).toBeLessThan(rank.implemented);
      }),
      runs,
    );
  });
});
