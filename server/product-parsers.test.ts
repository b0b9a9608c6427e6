import { expect, test } from 'vitest';
import { ofProduct } from './house/sources.js';
import { PARSERS } from './product-parsers.js';

test('a parser process finds every parser of the product under its name', async () => {
  const declared = ofProduct.flatMap(({ text }) =>
    [...text.matchAll(/= parser(?:<[\s\S]*?>)?\(\s*'([^']+)'/g)].map(([, name = '']) => name),
  );
  expect(declared.length).toBeGreaterThan(4);
  expect(Object.keys(PARSERS).sort()).toEqual(declared.sort());
  for (const [name, load] of Object.entries(PARSERS)) expect((await load()).name).toBe(name);
});

test('only parsers of reports, which mask secrets themselves, and of a published work pass texts on as they are', async () => {
  const kept = [];
  for (const load of Object.values(PARSERS)) {
    const { name, texts } = await load();
    if (texts) kept.push(`${name}: ${texts}`);
  }
  expect(kept.sort()).toEqual([
    'catalogue.scf-workbook: verbatim',
    'scanners.masked-report: masked',
    'scanners.report-file: masked',
  ]);
});
