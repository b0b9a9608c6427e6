import { expect, it } from 'vitest';
import type { MatchReason } from '../../../../contract/compliance.js';
import { type CheckTally, DEFAULT_STATUS_SETTINGS, type TallyMatch } from './evidence.rules.js';
import { statedNumbersOf } from './stated-numbers.rules.js';

const now = '2026-06-01T00:00:00.000Z';

function seen(tally: Partial<CheckTally>, match: Partial<MatchReason> = {}): TallyMatch {
  const states = { passwordMinLength: 14 };
  return {
    match: { tier: 1, confidence: 1, text: '', edges: [], tokens: [], states, ...match },
    tally: {
      ...{ tool: 'prowler', checkId: 'length_14', title: '', accountId: 'aws/1', complete: true },
      ...{ lastSeenAt: '2026-05-30T00:00:00.000Z', pass: {}, fail: {}, exempt: 0, unknown: 0 },
      ...tally,
    },
  };
}
const stated = (...tallies: TallyMatch[]) =>
  statedNumbersOf(tallies, { now, settings: DEFAULT_STATUS_SETTINGS });
const result = (tally: Partial<CheckTally>, match?: Partial<MatchReason>) =>
  stated(seen(tally, match))[0]?.results[0]?.result;

it('a check shows its number where all its results pass', () => {
  expect(stated(seen({ pass: { medium: 2 } }))).toEqual([
    { parameter: 'passwordMinLength', results: [{ value: 14, result: 'pass' }], accounts: 1 },
  ]);
  expect(result({ pass: { medium: 2 }, fail: { medium: 1 } })).toBe('fail');
  expect(result({ pass: { medium: 2 }, unknown: 1 })).toBe('unknown');
});

it('an old, undated, truncated or text-matched pass shows nothing certain', () => {
  const pass = { medium: 1 };
  expect(result({ pass, lastSeenAt: '2026-01-01T00:00:00.000Z' })).toBe('unknown');
  expect(result({ pass, lastSeenAt: null })).toBe('unknown');
  expect(result({ pass, complete: false })).toBe('unknown');
  expect(result({ pass }, { tier: 3 })).toBe('unknown');
});

it('a check that states no number or merely touches the control is left out', () => {
  const pass = { medium: 1 };
  expect(stated(seen({ pass }, { states: undefined }))).toEqual([]);
  expect(stated(seen({ pass }, { relation: 'intersects' }))).toEqual([]);
  expect(stated(seen({}))).toEqual([]);
});

it('accounts with the same results are counted together, in any order', () => {
  const pass = { medium: 1 };
  const tallies = [
    seen({ pass }),
    seen({ pass, accountId: 'aws/2' }),
    seen({ fail: { medium: 1 }, accountId: 'aws/3' }),
    seen({ pass, accountId: 'aws/3', checkId: 'length_8' }, { states: { passwordMinLength: 8 } }),
  ];
  const all = stated(...tallies);
  const shapes = all.map(({ results, accounts }) => ({ accounts, numbers: results.length }));
  expect(shapes).toContainEqual({ accounts: 2, numbers: 1 });
  expect(shapes).toContainEqual({ accounts: 1, numbers: 2 });
  expect(stated(...tallies.reverse())).toEqual(all);
});
