import { ZipFile } from 'yazl';

/** Numbers are stored as numbers, formulas with the result that Excel would have stored. */
export type SheetCell = string | number | { formula: string; result: string } | null;
export interface SheetRows {
  name: string;
  rows: readonly (readonly SheetCell[])[];
}

/** An Excel workbook of these sheets, with the parts and cell types that Excel itself writes. */
export function workbookFile(sheets: readonly SheetRows[]): Promise<Buffer> {
  const strings = new Map<string, number>();
  const parts: Record<string, string> = {};
  sheets.forEach(({ rows }, index) => {
    const body = rows.map((row, at) => rowXml(row, at + 1, strings)).join('');
    parts[`xl/worksheets/sheet${index + 1}.xml`] =
      `${HEAD}<worksheet xmlns="${MAIN}"><sheetData>${body}</sheetData></worksheet>`;
  });
  const names = sheets.map(
    ({ name }, i) => `<sheet name="${escaped(name)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`,
  );
  parts['xl/workbook.xml'] =
    `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${names.join('')}</sheets></workbook>`;
  const links = sheets.map(
    (_, i) =>
      `<Relationship Id="rId${i + 1}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`,
  );
  parts['xl/_rels/workbook.xml.rels'] =
    `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${links.join('')}</Relationships>`;
  const texts = [...strings.keys()].map(
    (text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`,
  );
  parts['xl/sharedStrings.xml'] = `${HEAD}<sst xmlns="${MAIN}">${texts.join('')}</sst>`;
  return zipOf(parts);
}

/** A ZIP file of these parts; the same parts give the same bytes. */
export async function zipOf(parts: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const zip = new ZipFile();
  const mtime = new Date('2026-01-01T00:00:00.000Z');
  for (const [name, content] of Object.entries(parts)) {
    zip.addBuffer(Buffer.from(content as string), name, { mtime });
  }
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

function rowXml(row: readonly SheetCell[], number: number, strings: Map<string, number>): string {
  const cells = row.map((cell, column) => {
    const at = `r="${letters(column)}${number}"`;
    if (cell === null || cell === '') return `<c ${at} s="1"/>`;
    if (typeof cell === 'number') return `<c ${at}><v>${cell}</v></c>`;
    if (typeof cell === 'object') {
      return `<c ${at} t="str"><f>${escaped(cell.formula)}</f><v>${escaped(cell.result)}</v></c>`;
    }
    const known = strings.get(cell) ?? strings.size;
    strings.set(cell, known);
    return `<c ${at} t="s"><v>${known}</v></c>`;
  });
  return `<row r="${number}">${cells.join('')}</row>`;
}

/** Escapes carriage returns as Excel does, because XML would drop them. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '_x000D_');
}

function letters(column: number): string {
  const rest = Math.floor(column / 26);
  return (rest > 0 ? letters(rest - 1) : '') + String.fromCharCode(65 + (column % 26));
}
