import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SheetCell, workbookFile, zipOf } from '../../../../testing/workbook-file.js';
import { columnName, columnOf, numberText, unescaped } from './cell-text.js';
import { Workbook } from './workbook.js';
import { WORKBOOK_LIMITS } from './workbook-limits.js';

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cspm-workbook-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Reads the first sheet of a file. */
async function readAll(content: Buffer, limits = WORKBOOK_LIMITS): Promise<string[][]> {
  count += 1;
  const path = join(folder, `${count}.xlsx`);
  await writeFile(path, content);
  const workbook = await Workbook.open(path, limits);
  try {
    const rows: string[][] = [];
    const [first = ''] = workbook.sheetNames;
    await workbook.eachRow(first, ({ cells }) => {
      rows.push(
        Array.from(cells, (cell) => (cell ? `${cell.numeric ? '#' : ''}${cell.text}` : '')),
      );
    });
    return rows;
  } finally {
    workbook.close();
  }
}

const RELS =
  '<Relationships><Relationship Id="a" Target="worksheets/s.xml"/><Relationship Id="b" TargetMode="External" Target="http://x/"/></Relationships>';
const BOOK = '<workbook xmlns:r="r"><sheets><sheet name="S" r:id="a"/></sheets></workbook>';
const raw = (sheet: string, more: Record<string, string | Buffer> = {}) =>
  zipOf({
    'xl/workbook.xml': BOOK,
    'xl/_rels/workbook.xml.rels': RELS,
    'xl/worksheets/s.xml': sheet,
    ...more,
  });
const sheet = (body: string) => `<worksheet><sheetData>${body}</sheetData></worksheet>`;

test('cells are read as text, whatever their type', async () => {
  const rows: SheetCell[][] = [
    ['a', null, 5.1],
    ['line\r\nbreak _x0041_', { formula: 'A1', result: 'f' }, ''],
  ];
  expect(await readAll(await workbookFile([{ name: 'S', rows }]))).toEqual([
    ['a', '', '#5.1'],
    ['line\r\nbreak A', 'f'],
  ]);
});

test('inline, rich and phonetic text, truth values, errors, cells without a place', async () => {
  const body =
    '<row><c t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r><rPh><t>no</t></rPh></is></c><c t="s"><v>0</v></c><c t="b"><v>1</v></c><c t="e"><v>#REF!</v></c><c><v>1E3</v></c></row>';
  const strings = '<sst><si><r><t>ri</t></r><r><t>ch</t></r><rPh><t>no</t></rPh></si></sst>';
  expect(await readAll(await raw(sheet(body), { 'xl/sharedStrings.xml': strings }))).toEqual([
    ['inline', 'rich', 'TRUE', '', '#1000'],
  ]);
});

const entity = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>';
const lol = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>';
const cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row>';
test.each<[string, () => Promise<Buffer>, RegExp]>([
  ['text', async () => Buffer.from('a,b,c\n'), /not an Excel workbook/],
  ['nothing', async () => Buffer.alloc(0), /not an Excel workbook/],
  [
    'a workbook with a password',
    async () => Buffer.from('d0cf11e0a1b11ae1'.padEnd(1_024, '0'), 'hex'),
    /has a password or is of the old format/,
  ],
  [
    'a workbook without one of its sheets',
    () => zipOf({ 'xl/workbook.xml': BOOK, 'xl/_rels/workbook.xml.rels': RELS }),
    /lists the sheet “S”, which it lacks/,
  ],
  ['another ZIP', () => zipOf({ 'a.txt': 'a' }), /has no xl\/workbook.xml/],
  [
    'half a workbook',
    async () => (await workbookFile([{ name: 'S', rows: [['a']] }])).subarray(0, 900),
    /not an Excel workbook/,
  ],
  ['an external entity', () => raw(entity + sheet(cell)), /sheet “S” has a DTD, which is not read/],
  ['entities that grow', () => raw(lol + sheet(cell)), /has a DTD/],
  ['an unknown entity', () => raw(sheet(cell)), /is not well-formed/],
  ['a sheet that ends early', () => raw('<worksheet><sheetData><row>'), /ends in the middle/],
  [
    'a million columns',
    () => raw(sheet('<row r="1"><c r="BDWGN1"><v>1</v></c></row>')),
    /row 1 has a cell beyond column 2000/,
  ],
  [
    'a column without letters',
    () => raw(sheet('<row r="1"><c r="1"><v>1</v></c></row>')),
    /beyond column/,
  ],
  ['a row far down', () => raw(sheet('<row r="1048576"/>')), /more than 60000 rows/],
  ['an invalid row number', () => raw(sheet('<row r="-1"/>')), /more than 60000 rows/],
  [
    'a long cell',
    () => raw(sheet(`<row r="2"><c r="B2" t="str"><v>${'x'.repeat(40_001)}</v></c></row>`)),
    /“S”, B2 has more than 40,000 characters/,
  ],
  [
    'a missing shared text',
    () => raw(sheet('<row r="1"><c r="A1" t="s"><v>7</v></c></row>')),
    /A1 refers to a missing shared text/,
  ],
  ['a bomb', () => raw(sheet(' '.repeat(8_000_000))), /unpacks to more than 200 times its size/],
])('%s is rejected with a readable reason', async (_, make, message) => {
  await expect(readAll(await make())).rejects.toMatchObject({
    status: 422,
    message: expect.stringMatching(message),
  });
});

test('an entry larger than declared is cut at its declared size', async () => {
  const file = await raw(
    sheet(`<row r="1"><c r="A1" t="str"><v>${'ab'.repeat(9_000)}</v></c></row>`),
  );
  const at = file.indexOf('PK\u0001\u0002', file.indexOf('PK\u0001\u0002') + 1);
  const third = file.indexOf('PK\u0001\u0002', at + 1);
  file.writeUInt32LE(100, third + 24);
  await expect(readAll(file)).rejects.toThrow(/not an Excel workbook|broken/);
});

test('limits of the workbook apply: bytes, parts, sheets, texts', async () => {
  const file = await workbookFile([
    { name: 'S', rows: [['a', 'b']] },
    { name: 'T', rows: [['c']] },
  ]);
  const limits: [Partial<typeof WORKBOOK_LIMITS>, RegExp][] = [
    [{ fileBytes: 10 }, /the file has .* bytes/],
    [{ parts: 2 }, /more than 2 parts/],
    [{ sheets: 1 }, /more than 1 sheets/],
    [{ strings: 2 }, /more text than is read/],
    [{ unpackedBytes: 500 }, /unpacks to more than 500 bytes/],
  ];
  for (const [limit, message] of limits) {
    await expect(readAll(file, { ...WORKBOOK_LIMITS, ...limit })).rejects.toThrow(message);
  }
  expect(await readAll(file)).toEqual([['a', 'b']]);
});

test('places and numbers', () => {
  for (const index of [0, 25, 26, 51, 701, 702, 1_999])
    expect(columnOf(columnName(index))).toBe(index);
  expect([columnOf('AA10'), columnOf('7'), columnOf('')]).toEqual([26, -1, -1]);
  expect(['5.0999999999999996', '10', '1E3', 'x', ''].map(numberText)).toEqual([
    '5.1',
    '10',
    '1000',
    'x',
    '',
  ]);
  expect(unescaped('a_x000D_\nb_x005F_x0041_')).toBe('a\r\nb_x0041_');
});
