import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { propertyRuns } from '../../testing/property-runs.js';
import { readRows } from '../testing/read-rows.js';
import { CsvRecords } from './csv-records.js';

const records = (text: string, size = text.length || 1) => {
  const splitter = new CsvRecords(';', 10_000);
  const found = [];
  for (let at = 0; at < text.length; at += size)
    found.push(...splitter.push(text.slice(at, at + size)));
  return [...found, ...splitter.end()];
};
const cellsIn = (text: string, size?: number) =>
  records(text, size).map((record) => ('cells' in record ? record.cells : record.line));

describe('records of a table', () => {
  it.each([
    [
      'quoted cells',
      'a;b\n"x;y";"say ""hi"""\n',
      [
        ['a', 'b'],
        ['x;y', 'say "hi"'],
      ],
    ],
    [
      'cells of several lines',
      'a;b\n"x\n\ny";z\n',
      [
        ['a', 'b'],
        ['x\n\ny', 'z'],
      ],
    ],
    [
      'all line ends',
      'a;b\r\nc;d\re;f\n',
      [
        ['a', 'b'],
        ['c', 'd'],
        ['e', 'f'],
      ],
    ],
    [
      'empty lines and cells',
      '\na;b\n\n;\n',
      [
        ['a', 'b'],
        ['', ''],
      ],
    ],
    [
      'quotes within a cell',
      'a;b\nx"y";z\n',
      [
        ['a', 'b'],
        ['x"y"', 'z'],
      ],
    ],
    [
      'text after a quoted cell',
      'a;b\n"x"y;z\n',
      [
        ['a', 'b'],
        ['"x"y', 'z'],
      ],
    ],
  ])('are read with %s', (_, text, expected) => {
    expect(cellsIn(text)).toEqual(expected);
    expect(cellsIn(text, 1)).toEqual(expected);
  });

  it.each([
    [
      'whole rows follow',
      'a;b;c\n1;"2;3\n4;5;6\n7;8;9\n',
      [['a', 'b', 'c'], 2, ['4', '5', '6'], ['7', '8', '9']],
    ],
    [
      'a row of several lines follows',
      'a;b;c\n1;"2;3\n4;"5\n5";6\n7;8;9\n',
      [['a', 'b', 'c'], 2, ['4', '5\n5', '6'], ['7', '8', '9']],
    ],
    ['two bad rows', 'a;b;c\n"1;2;3\n1;2;"3\n7;8;9\n', [['a', 'b', 'c'], 2, 3, ['7', '8', '9']]],
  ])('lose one row to a stray quote: %s', (_, text, expected) => {
    expect(cellsIn(text)).toEqual(expected);
  });

  it('are the same whatever the chunks, and lose no other row', () => {
    const cell = fc.constantFrom('x', '', '"q"', '"l\nm"', '"a;b"', 'y"z');
    const row = fc.array(cell, { minLength: 4, maxLength: 4 });
    const table = fc.tuple(fc.array(row, { maxLength: 6 }), fc.array(row, { maxLength: 6 }));
    fc.assert(
      fc.property(table, fc.nat(3), fc.integer({ min: 1, max: 9 }), ([before, after], at, size) => {
        const bad = ['1', '2', '3', '4'].map((text, n) => (n === at ? `"${text}` : text));
        const rows = [['h1', 'h2', 'h3', 'h4'], ...before, bad, ['e1', 'e2', 'e3', 'e4'], ...after];
        const text = rows.map((cells) => `${cells.join(';')}\n`).join('');
        const found = cellsIn(text);
        expect(cellsIn(text, size)).toEqual(found);
        expect(found.filter((cells) => Array.isArray(cells))).toHaveLength(rows.length - 1);
        expect(found.filter((cells) => !Array.isArray(cells))).toHaveLength(1);
      }),
      { numRuns: propertyRuns(500, 60) },
    );
  });
});

it('a row of a million cells spoils only itself', async () => {
  const header = 'PROVIDER;ACCOUNT_UID;CHECK_ID;STATUS;SEVERITY;RESOURCE_UID;REGION';
  const row = (uid: string) => `aws;123456789012;s3_public;FAIL;high;${uid};eu-west-1`;
  const text = [header, row('a'), ';'.repeat(1_000_000), row('b'), ''].join('\n');
  const { rows, outcome } = await readRows(text, 'report.csv');
  expect(rows.map(({ resource }) => resource.uid)).toEqual(['a', 'b']);
  expect(outcome.problem).toContain('line 3: has 1000001 columns instead of 7');
});

describe('a report that ends in its last cell', () => {
  const header = 'PROVIDER;ACCOUNT_UID;CHECK_ID;STATUS;SEVERITY;RESOURCE_UID;REGION;MUTED';
  const row = (uid: string) => `aws;123456789012;s3_public;PASS;high;${uid};eu-west-1;True`;
  const whole = [header, row('a'), row('b')].join('\n');

  it.each([0, 1, 2, 3, 4])('states no pass of it (%s characters less)', async (less) => {
    const { rows, outcome } = await readRows(whole.slice(0, whole.length - less), 'report.csv');
    expect(rows.map(({ resource, verdict }) => [resource.uid, verdict])).toEqual([['a', 'muted']]);
    expect(outcome).toMatchObject({ results: 1, rejected: 1, partial: true });
    expect(outcome.problem).toContain('result 2 at line 3: has no line break at its end');
  });

  it('is whole with any line break', async () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const { outcome } = await readRows(`${whole}${end}`, 'report.csv');
      expect(outcome).toMatchObject({ results: 2, rejected: 0, partial: false });
    }
  });
});

describe('a report with a stray quote at the beginning of a cell', () => {
  const header = 'PROVIDER;ACCOUNT_UID;CHECK_ID;STATUS;SEVERITY;RESOURCE_UID;REGION';
  const row = (uid: string) => `aws;123456789012;s3_public;FAIL;high;${uid};eu-west-1`;
  it('keeps the other rows, and names the place of the bad one', async () => {
    const text = [header, row('a'), row('"b'), row('c'), header, row('d'), ''].join('\n');
    const { rows, outcome } = await readRows(text, 'report.csv');
    expect(rows.map(({ resource }) => resource.uid)).toEqual(['a', 'c', 'd']);
    expect(outcome).toMatchObject({ results: 3, rejected: 1, partial: true });
    expect(outcome.problem).toContain('result 2 at line 3: has a quote that is not closed');
  });
});
