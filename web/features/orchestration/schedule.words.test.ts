import { expect, test } from 'vitest';
import { timingInWords } from './schedule.words.js';

test.each([
  ['13 2 * * 1-6', 'At 02:13, Monday to Saturday (UTC)'],
  ['0 4 * * 0', 'At 04:00, Sunday (UTC)'],
  ['0 4 * * 7', 'At 04:00, Sunday (UTC)'],
  ['5 23 * * *', 'At 23:05, every day (UTC)'],
  ['5 23 * * 1,3', 'At 23:05, Monday, Wednesday (UTC)'],
  ['*/5 * * * *', 'Cron */5 * * * * (UTC)'],
  ['0 4 1 * *', 'Cron 0 4 1 * * (UTC)'],
  ['0 4 * 6 *', 'Cron 0 4 * 6 * (UTC)'],
  ['0 4 * * mon', 'Cron 0 4 * * mon (UTC)'],
  ['@daily', 'Cron @daily (UTC)'],
])('describes %s as %s', (cron, words) => {
  expect(timingInWords({ cron, everyMs: null, timeZone: 'UTC' })).toBe(words);
});

test('describes an interval', () => {
  expect(timingInWords({ cron: null, everyMs: 600_000, timeZone: 'UTC' })).toBe('Every 10 min');
});
