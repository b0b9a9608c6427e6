import { expect, it } from 'vitest';
import type { CollectionSpec, Filter, TeamDoc } from './collection.js';
import { shapeOf } from './collection-shape.js';
import { parseFilter } from './filter-tree.js';
import { SqliteConnection } from './sqlite-connection.js';
import { toSql } from './sqlite-filter.js';
import { prepareTables } from './sqlite-schema.js';

const SPEC: CollectionSpec<TeamDoc> = {
  name: 'things',
  scope: 'team',
  fields: { title: 'string', endedAt: 'string', endedBy: 'string', open: 'boolean' },
  indexes: [['title']],
  sparse: ['endedAt', 'endedBy'],
};

const many = Array.from({ length: 40 }, (_, n) => `import-${n}`);

it.each<[string, Filter]>([
  ['a value', { endedBy: 'import-1' }],
  ['many values', { endedBy: { in: many } }],
  ['a bound', { endedAt: { gte: '2026-01-01' } }],
  ['presence', { endedAt: { exists: true }, open: true }],
])('finds %s of a sparse field within its index', (_, filter) => {
  const db = new SqliteConnection(':memory:', { durability: 'normal', cacheMb: 1 });
  const shape = shapeOf(SPEC);
  prepareTables(db, [shape]);
  const { sql, values } = toSql(shape, 'red', parseFilter(shape, filter));
  const steps = db.all(`EXPLAIN QUERY PLAN SELECT doc FROM things WHERE ${sql}`, ...values);
  const plan = steps.map(({ detail }) => String(detail)).filter((step) => step.includes('things'));
  expect(plan).not.toEqual([]);
  for (const step of plan) expect(step).toContain('things/s/');
  db.close();
});
