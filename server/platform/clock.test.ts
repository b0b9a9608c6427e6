import { expect, test } from 'vitest';
import { TestClock } from '../testing/test-core.js';
import { createNewId } from './clock.js';

test('ids have their prefix and sort by time, even within one instant', () => {
  const clock = new TestClock();
  const newId = createNewId(clock);
  const ids = Array.from({ length: 1_000 }, () => newId('imp'));
  clock.moveDays(1);
  ids.push(newId('imp'));
  expect(ids[0]).toMatch(/^imp_[0-9a-z]{26}$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
});
