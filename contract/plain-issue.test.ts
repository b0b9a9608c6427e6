import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { plainIssue } from './plain-issue.js';

function told(schema: z.ZodType, value: unknown): string | undefined {
  return schema.safeParse(value, { error: plainIssue }).error?.issues[0]?.message;
}

describe('what does not fit is told in plain words', () => {
  it.each([
    [z.string(), undefined, 'is needed'],
    [z.string(), 5, 'must be text'],
    [z.number(), 'x', 'must be a number'],
    [z.int(), 1.5, 'must be a whole number'],
    [z.boolean(), 'yes', 'must be true or false'],
    [z.array(z.string()), {}, 'must be a list'],
    [z.object({}), 'x', 'must be an object'],
    [z.string().min(1), '', 'must not be empty'],
    [z.string().min(8), 'x', 'must have at least 8 characters'],
    [z.string().max(1), 'xy', 'must have at most 1 character'],
    [z.array(z.string()).min(2), ['x'], 'must have at least 2 items'],
    [z.number().min(1), 0, 'must be at least 1'],
    [z.number().positive(), 0, 'must be more than 0'],
    [z.number().max(10), 11, 'must be at most 10'],
    [z.iso.datetime(), 'today', 'must be a date and time such as 2026-03-31T12:00:00Z'],
    [z.iso.date(), 'today', 'must be a date such as 2026-03-31'],
    [z.email(), 'x', 'must be an e-mail address'],
    [z.enum(['low', 'high']), 'x', 'must be one of low, high'],
    [z.literal('open'), 'x', 'must be open'],
    [z.strictObject({}), { a: 1 }, 'has a, which is not known here'],
    [z.strictObject({}), { a: 1, b: 2 }, 'has a, b, which are not known here'],
  ])('%#', (schema, value, words) => {
    expect(told(schema, value)).toBe(words);
  });

  it('unless the schema has words of its own', () => {
    expect(told(z.string().min(3, 'say why'), 'x')).toBe('say why');
  });
});
