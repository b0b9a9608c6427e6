import { InvalidInputError } from '../errors.js';
import type { Condition, FieldKind, Filter, Scalar } from './collection.js';
import type { CollectionShape } from './collection-shape.js';
import { isWellFormed } from './well-formed.js';

/**
 * A validated filter in a small language for the backends to translate: every negation is `none`, null
 * is an ordinary value of `in`, and a prefix is a range.
 */
export type FilterTree =
  | { all: FilterTree[] }
  | { any: FilterTree[] }
  | { none: FilterTree[] }
  | { field: string; kind: FieldKind; in: Scalar[] }
  | { field: string; kind: FieldKind; compare: Comparison; value: string | number }
  | { field: string; kind: FieldKind; contains: string };

export type Comparison = 'gt' | 'gte' | 'lt' | 'lte';

const COMPARISONS: readonly string[] = ['gt', 'gte', 'lt', 'lte'];
const MAX_VALUES = 10_000;
const MAX_TEXT = 1_000;
const MAX_DEPTH = 16;
const MAX_CONDITIONS = 400;

/** Parses a filter; throws InvalidInputError that names the invalid field. */
export function parseFilter(shape: CollectionShape, filter: Filter): FilterTree {
  const budget = { conditions: MAX_CONDITIONS };
  return parse(shape, filter, 0, budget);
}

type Budget = { conditions: number };

function parse(shape: CollectionShape, filter: Filter, depth: number, budget: Budget): FilterTree {
  if (depth > MAX_DEPTH) throw new InvalidInputError('the filter is nested too deeply');
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter)) {
    throw new InvalidInputError('a filter must be an object');
  }
  const all: FilterTree[] = [];
  for (const [field, condition] of Object.entries(filter)) {
    if (condition === undefined) continue;
    if (field === 'or' || field === 'and' || field === 'nor') {
      if (!Array.isArray(condition)) throw bad(field, 'must be given a list of filters');
      const parts = condition.map((part: Filter) => parse(shape, part, depth + 1, budget));
      all.push(
        field === 'or' ? { any: parts } : field === 'and' ? { all: parts } : { none: parts },
      );
    } else {
      const kind = shape.kinds.get(field);
      if (!kind) throw bad(field, `is not a declared field of ${shape.name}`);
      all.push(...parseCondition(field, kind, condition as Condition, budget));
    }
  }
  return all.length === 1 ? (all[0] as FilterTree) : { all };
}

function parseCondition(
  field: string,
  kind: FieldKind,
  condition: Condition,
  budget: Budget,
): FilterTree[] {
  if (typeof condition !== 'object' || condition === null) {
    return [isIn(field, kind, [condition], budget)];
  }
  const trees: FilterTree[] = [];
  for (const [operator, operand] of Object.entries(condition) as [string, unknown][]) {
    if (operand === undefined) continue;
    trees.push(...parseOperator(field, kind, operator, operand, budget));
  }
  return trees;
}

function parseOperator(
  field: string,
  kind: FieldKind,
  operator: string,
  operand: unknown,
  budget: Budget,
): FilterTree[] {
  if (operator === 'ne') return [{ none: [isIn(field, kind, [operand], budget)] }];
  if (operator === 'in') return [isIn(field, kind, operand, budget)];
  if (operator === 'nin') return [{ none: [isIn(field, kind, operand, budget)] }];
  if (operator === 'exists') {
    if (typeof operand !== 'boolean') throw bad(field, 'exists must be true or false');
    const missing = isIn(field, kind, [null], budget);
    return [operand ? { none: [missing] } : missing];
  }
  if (operator === 'all' && kind === 'string[]') {
    return listOf(field, operand).map((value) => isIn(field, kind, [value], budget));
  }
  countCondition(budget);
  if (COMPARISONS.includes(operator)) {
    if (kind !== 'string' && kind !== 'number')
      throw bad(field, `${operator} does not fit ${kind}`);
    const value = fitting(field, kind, operand) as string | number;
    return [{ field, kind, compare: operator as Comparison, value }];
  }
  if ((operator === 'contains' || operator === 'startsWith') && kind === 'string') {
    const text = fitting(field, kind, operand) as string;
    if (text.length > MAX_TEXT) throw bad(field, `${operator} takes up to ${MAX_TEXT} characters`);
    return operator === 'contains' ? [{ field, kind, contains: text }] : beginsWith(field, text);
  }
  throw bad(field, `${operator} is not an operator for ${kind}`);
}

/** Both backends compare by code point, so texts with a prefix lie between it and its successor. */
function beginsWith(field: string, text: string): FilterTree[] {
  const from: FilterTree = { field, kind: 'string', compare: 'gte', value: text };
  const points = Array.from(text, (char) => char.codePointAt(0) as number);
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  if (last === undefined) return [from];
  const next = last === 0xd7ff ? 0xe000 : last + 1;
  const value = String.fromCodePoint(...points, next);
  return [from, { field, kind: 'string', compare: 'lt', value }];
}

function isIn(field: string, kind: FieldKind, values: unknown, budget: Budget): FilterTree {
  countCondition(budget);
  const member = kind === 'string[]' ? 'string' : kind;
  const fitted = listOf(field, values).map((value) =>
    value === null ? null : fitting(field, member, value),
  );
  return { field, kind, in: [...new Set(fitted)] };
}

function listOf(field: string, values: unknown): unknown[] {
  if (!Array.isArray(values)) throw bad(field, 'must be given a list of values');
  if (values.length > MAX_VALUES) throw bad(field, `takes up to ${MAX_VALUES} values`);
  return values;
}

function fitting(field: string, kind: FieldKind, value: unknown): Scalar {
  if (kind === 'string' && typeof value === 'string') {
    if (!isWellFormed(value)) throw bad(field, 'must be valid text');
    return value;
  }
  if (kind === 'number' && Number.isFinite(value)) return (value as number) + 0;
  if (kind === 'boolean' && typeof value === 'boolean') return value;
  throw bad(field, `must be compared with a ${kind}`);
}

function countCondition(budget: Budget): void {
  budget.conditions -= 1;
  if (budget.conditions < 0) throw new InvalidInputError('the filter has too many conditions');
}

function bad(field: string, problem: string): InvalidInputError {
  const message = `${field} ${problem}`;
  return new InvalidInputError(message, { errors: [{ path: field, message: problem }] });
}
