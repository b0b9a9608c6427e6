import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { plainIssue } from './plain-issue.js';

function messageOf(schema: z.ZodType, value: unknown): string | undefined {
  return schema.safeParse(value, { error: plainIssue }).error?.issues[0]?.message;
}

describe('plainIssue', () => {
  it.each([
    [z.string(), undefined, 'is required'],
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
    [z.strictObject({}), { a: 1 }, 'has unknown field a'],
    [z.strictObject({}), { a: 1, b: 2 }, 'has unknown fields a, b'],
  ])('describes a validation problem in plain English (%#)', (schema, value, message) => {
    expect(messageOf(schema, value)).toBe(message);
  });

  it('shortens the names and number of unknown fields', () => {
    const names = Array.from({ length: 5_000 }, (_, n) => `${n}-${'x'.repeat(500)}`);
    const message = messageOf(z.strictObject({}), Object.fromEntries(names.map((n) => [n, 1])));
    expect(message).toMatch(/^has unknown fields 0-x{58}…, 1-x{58}…, .* and 4980 more$/);
  });

  it('keeps a message given by the schema', () => {
    expect(messageOf(z.string().min(3, 'say why'), 'x')).toBe('say why');
  });
});
