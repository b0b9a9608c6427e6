import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  MADE_CONTROLS,
  MADE_FRAMEWORKS,
  MADE_LAYOUTS,
  type MadeControl,
  type MadeWorkbook,
  scfSheets,
  scfWorkbook,
} from '../../../testing/scf-workbook.js';
import { workbookFile } from '../../../testing/workbook-file.js';
import { readScfWorkbook } from './read-scf-workbook.js';

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cspm-scf-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fileOf(content: Buffer): Promise<string> {
  count += 1;
  const path = join(folder, `${count}.xlsx`);
  await writeFile(path, content);
  return path;
}
const read = async (options: MadeWorkbook) =>
  readScfWorkbook(await fileOf(await scfWorkbook(options)));

describe.each(MADE_LAYOUTS)('a workbook in the layout of %s', (layout) => {
  test('has its controls with their text unchanged', async () => {
    const { release, controls, warningsTotal, warnings } = await read({ layout });
    expect(release).toBe(layout);
    expect(controls.map(({ id }) => id)).toEqual(['IAC-06', 'AST-77', 'IRO-14', 'GOV-01']);
    expect(controls[0]).toMatchObject({
      domain: 'IAC',
      title: 'Keeping of IAC-06',
      description: 'Ways exist to keep IAC-06 in order,\r\nand to show it.',
      question: 'Is IAC-06 kept in order?',
      weight: 7,
      csfFunction: 'Protect',
      pptdf: layout === '2022.3' ? null : 'Technology',
      cadence: layout === '2022.3' ? null : 'Quarterly',
      evidenceRequests: ['E-LMP-01', 'E-LMP-99'],
      risks: ['R-AC-1'],
      threats: ['NT-1'],
    });
    expect(controls.map(({ weight }) => weight)).toEqual([7, 9, 7, null]);
    expect(controls[1]?.risks).toEqual([]);
    // The only unexpected content: objectives of a missing control.
    expect(warnings.map(({ text }) => text)).toEqual(
      layout === '2022.3' ? [] : [expect.stringContaining('ZZZ-01')],
    );
    expect(warningsTotal).toBe(warnings.length);
  });

  test('has its frameworks by header and sources sheet, and nothing else', async () => {
    const { frameworks } = await read({ layout });
    const isOld = layout === '2022.3';
    expect(frameworks.map(({ slug }) => slug)).toEqual(
      isOld
        ? ['harbour-code-v2', 'lamp-rules', 'tide-5-low']
        : ['general-harbour-code-2', 'americas-lamp-rules', 'emea-tide-5-low'],
    );
    expect(frameworks.map(({ fdi }) => fdi)).toEqual(
      isOld ? [null, null, null] : MADE_FRAMEWORKS.map(({ fdi }) => fdi),
    );
    expect(frameworks[0]?.requirements).toEqual([
      { id: '5.9', controls: ['IAC-06'] },
      { id: '5.10', controls: ['IAC-06'] },
      { id: '5.11', controls: ['IAC-06', 'AST-77'] },
      { id: '5.12', controls: ['AST-77'] },
      { id: '6.1', controls: ['IRO-14'] },
    ]);
    expect(frameworks.map(({ zerosLost }) => zerosLost)).toEqual([false, false, false]);
  });

  test('has its other sheets if present', async () => {
    const { domains, controls, entries } = await read({ layout });
    const isOld = layout === '2022.3';
    expect(domains.map(({ code, name }) => `${code} ${name}`)).toEqual([
      'IAC Doors and Keys',
      'AST Things',
      'IRO Trouble',
      'GOV The Helm',
    ]);
    expect(controls[0]?.objectives.map(({ id }) => id)).toEqual(
      isOld ? [] : ['IAC-06_A01', 'IAC-06_A02'],
    );
    expect(entries.map(({ kind, id, title }) => [kind, id, title])).toEqual([
      ['evidence_request', 'E-LMP-01', 'List of lamps'],
      ...(isOld ? [] : [['compensating_control', 'IAC-06', 'Keeping']]),
      ['risk', 'R-AC-1', 'An open door'],
      ['threat', 'NT-1', 'High water'],
      ['privacy_principle', '1', 'Ask first'],
    ]);
  });
});

test('a moved column is found', async () => {
  const rotated = scfSheets().map((sheet) => ({
    ...sheet,
    rows: sheet.rows.map((row) => [...row].reverse()),
  }));
  const [straight, turned] = [
    await read({}),
    await readScfWorkbook(await fileOf(await workbookFile(rotated))),
  ];
  expect(turned.controls).toEqual(straight.controls);
  const bySlug = (workbook: typeof straight) =>
    Object.fromEntries(workbook.frameworks.map((each) => [each.slug, each.requirements]));
  // Unlisted columns left of the first framework are not frameworks, so the order does not matter.
  expect(bySlug(turned)).toEqual(bySlug(straight));
});

test('ids that Excel stored as numbers are read as shown, and flagged where zeros are lost', async () => {
  const ids = ['5.9\n5.11', 5.1, '5.19\n5.21', 5.0999999999999996];
  const controls = ids.map((Harbour, at) => ({ id: `NET-0${at + 1}`, ids: { Harbour } }));
  const { frameworks, warnings } = await read({ controls });
  expect(frameworks).toHaveLength(1);
  expect(frameworks[0]).toMatchObject({ zerosLost: true, numericCells: 2 });
  expect(frameworks[0]?.requirements.map(({ id }) => id)).toEqual([
    '5.1',
    '5.9',
    '5.11',
    '5.19',
    '5.21',
  ]);
  expect(warnings).toContainEqual(
    expect.objectContaining({
      sheet: 'SCF 2026.1',
      column: 'N',
      text: expect.stringMatching(/zero/),
    }),
  );
});

test('an unlisted column of formulas is a summary, not a framework', async () => {
  const sheets = scfSheets().map(({ name, rows }) => ({
    name,
    rows: name.startsWith('SCF 2026')
      ? rows.map((row, at) => [
          ...row,
          at === 0 ? 'Sum of\r\nThings' : { formula: `N${at + 1}`, result: '5.9\n5.11' },
        ])
      : rows,
  }));
  const { frameworks, warnings } = await readScfWorkbook(await fileOf(await workbookFile(sheets)));
  expect(frameworks.map(({ slug }) => slug)).not.toContain('sum-of-things');
  expect(frameworks).toHaveLength(MADE_FRAMEWORKS.length);
  expect(warnings.map(({ text }) => text)).toContainEqual(
    expect.stringMatching(/^Sum of Things: its cells are formulas/),
  );
});

test('entries whose ids lost a zero are kept beside the entries with the same id', async () => {
  const more = [
    [5.1, 'Lend', 'Who lends, writes it down.', null],
    [5.1, 'Return', 'Who returns, too.', 'GOV-01'],
    ['7.1', 'Sign', 'Who signs, reads.', null],
    ['7.1', 'Sign', 'Who signs, reads.', null],
    ['7.1', 'Read', 'Who reads, signs.', null],
  ];
  const sheets = scfSheets().map(({ name, rows }) => ({
    name,
    rows: name.startsWith('Data Privacy') ? [...rows, ...more] : rows,
  }));
  const { entries, warnings } = await readScfWorkbook(await fileOf(await workbookFile(sheets)));
  const principles = entries.filter(({ kind }) => kind === 'privacy_principle');
  expect(principles.map(({ id, title }) => `${id} ${title}`)).toEqual([
    '1 Ask first',
    '5.1 Lend',
    '5.1 (row 4) Return',
    '7.1 Sign',
    '7.1 (row 7) Read',
  ]);
  expect(principles[2]?.controls).toEqual(['GOV-01']);
  const texts = warnings.filter(({ sheet }) => sheet.startsWith('Data Privacy'));
  expect(texts.map(({ row, text }) => `${row}: ${text}`)).toEqual([
    '4: 5.1 occurs again, kept as “5.1 (row 4)”; Excel may have lost a zero at its end',
    '6: 7.1 occurs twice; the first counts',
    '7: 7.1 occurs again, kept as “7.1 (row 7)”',
  ]);
});

test('unexpected content is skipped and reported with its place', async () => {
  const controls = [
    ...MADE_CONTROLS,
    { id: 'IAC-06', title: 'again' },
    { id: 'not a number' },
    { id: 'NET-01', title: ' ' },
    { id: 'NET-02', weight: 11 },
  ];
  const frameworks = [
    ...MADE_FRAMEWORKS,
    { header: 'Lamp\nRules', fdi: 'amaericas-lamp-rules', name: 'Lamp Rules' },
    { header: 'Unlisted Law', listed: null, fdi: '', name: '' },
  ];
  const withIds = controls.map((each) => ({
    ...each,
    ids: { Unlisted: 'U-1', ...('ids' in each ? each.ids : {}) },
  }));
  const found = await read({ controls: withIds, frameworks });
  expect(found.controls.map(({ id }) => id)).toEqual([
    ...MADE_CONTROLS.map(({ id }) => id),
    'NET-02',
  ]);
  expect(found.controls.at(-1)?.weight).toBeNull();
  expect(found.frameworks.map(({ slug }) => slug)).toEqual([
    'general-harbour-code-2',
    'americas-lamp-rules',
    'emea-tide-5-low',
    'americas-lamp-rules-2',
    'unlisted-law',
  ]);
  const texts = found.warnings.map(({ row, column, text }) => `${column}${row}: ${text}`);
  expect(texts).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^C6: IAC-06 occurs twice/),
      expect.stringMatching(/^C7: “not a number”/),
      expect.stringMatching(/^C8: NET-01 has no title/),
      expect.stringMatching(/^J9: “11” is not a weight/),
      expect.stringMatching(/^Q1: a second column/),
      expect.stringMatching(/^R1: “Unlisted Law” is not in the list of sources/),
    ]),
  );
});

test('a column of marks only is not a framework', async () => {
  const controls: MadeControl[] = [
    { id: 'IAC-06', ids: { Lamp: 'x' } },
    { id: 'AST-77', ids: { Lamp: 'X', Tide: '1' } },
  ];
  const { frameworks, warnings } = await read({ controls });
  expect(frameworks.map(({ name }) => name)).toEqual(['Tide 5 (low): Tide Regulation']);
  expect(warnings.map(({ text }) => text)).toContainEqual(
    expect.stringMatching(/^Lamp Rules: .*“x”/),
  );
});

test.each([
  ['the main sheet', 'SCF 2026', /no sheet is named “SCF” with a release.*Domains/],
  ['the sources', 'Authoritative', /no sheet of sources.*“SCF 2026.1”/],
])('a workbook without %s is rejected with the list of its sheets', async (_, part, message) => {
  await expect(read({ without: [part] })).rejects.toThrow(message);
});
test('a workbook without controls is rejected', async () => {
  await expect(read({ controls: [] })).rejects.toThrow(/“SCF 2026.1” has no controls/);
});
test('a workbook without the headers is rejected', async () => {
  const sheets = scfSheets().map(({ name, rows }) => ({ name, rows: rows.slice(1) }));
  await expect(readScfWorkbook(await fileOf(await workbookFile(sheets)))).rejects.toThrow(
    /has no row with the headers “SCF #”/,
  );
});
