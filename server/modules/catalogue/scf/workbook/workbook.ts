import { posix } from 'node:path';
import { InvalidInputError } from '../../../../platform/errors.js';
import {
  BoundedXml,
  XML_LIMITS,
  type XmlHandler,
} from '../../../../scanners/readers/bounded-xml.js';
import { columnName, columnOf, numberText, unescaped } from './cell-text.js';
import { WORKBOOK_LIMITS, type WorkbookLimits } from './workbook-limits.js';
import { ZipParts } from './zip-parts.js';

export interface Cell {
  /** Any value as text; for a formula the stored result. */
  text: string;
  /** Stored as a number, so trailing zeros are lost. */
  numeric: boolean;
  /** Computed from other cells. */
  formula: boolean;
}

export interface Row {
  /** As Excel counts, from 1. */
  number: number;
  /** By column from 0; empty cells are holes. */
  cells: readonly (Cell | undefined)[];
}

/**
 * An Excel workbook (.xlsx, ECMA-376) read row by row. Only texts are read: no formula is computed, nothing
 * outside the file is read, and size, depth and counts are limited. Errors are
 * InvalidInputErrors that name sheet, row and column.
 */
export class Workbook {
  private constructor(
    private readonly parts: ZipParts,
    private readonly limits: WorkbookLimits,
    private readonly sheets: ReadonlyMap<string, string>,
    private readonly strings: readonly string[],
  ) {}

  static async open(path: string, limits: WorkbookLimits = WORKBOOK_LIMITS): Promise<Workbook> {
    const parts = await ZipParts.open(path, limits);
    try {
      const sheets = await readSheetPaths(parts, limits);
      const strings = await readStrings(parts, limits);
      return new Workbook(parts, limits, sheets, strings);
    } catch (error) {
      parts.close();
      throw error;
    }
  }

  get sheetNames(): string[] {
    return [...this.sheets.keys()];
  }

  /** Passes the rows with a cell to `take`, in the file's order. */
  async eachRow(sheet: string, take: (row: Row) => void): Promise<void> {
    const part = this.sheets.get(sheet);
    if (part === undefined) throw new InvalidInputError(`there is no sheet “${sheet}”`);
    await readXml(
      this.parts,
      part,
      `sheet “${sheet}”`,
      new SheetRows(sheet, this.strings, this.limits, take),
    );
  }

  close(): void {
    this.parts.close();
  }
}

class SheetRows implements XmlHandler {
  #row = 0;
  #column = -1;
  #cells: (Cell | undefined)[] = [];
  #type = 'n';
  #formula = false;
  #value: string | null = null;

  constructor(
    private readonly sheet: string,
    private readonly strings: readonly string[],
    private readonly limits: WorkbookLimits,
    private readonly take: (row: Row) => void,
  ) {}

  open({ name, attributes }: { name: string; attributes: Readonly<Record<string, string>> }): void {
    const local = localName(name);
    if (local === 'row') {
      this.#row = attributes.r === undefined ? this.#row + 1 : Number(attributes.r);
      this.#cells = [];
      this.#column = -1;
      const { rows } = this.limits;
      if (!Number.isInteger(this.#row) || this.#row < 1 || this.#row > rows) {
        throw new InvalidInputError(`sheet “${this.sheet}” has more than ${rows} rows`);
      }
    } else if (local === 'c') {
      this.#column = attributes.r === undefined ? this.#column + 1 : columnOf(attributes.r);
      const { columns } = this.limits;
      if (this.#column < 0 || this.#column >= columns) {
        const where = `sheet “${this.sheet}”, row ${this.#row}`;
        throw new InvalidInputError(`${where} has a cell beyond column ${columns}`);
      }
      this.#type = attributes.t ?? 'n';
      this.#formula = false;
      this.#value = null;
    }
  }

  close({ name, text }: { name: string; text: string }, path: readonly string[]): void {
    const local = localName(name);
    if (local === 'v') this.#value = text;
    else if (local === 'f') this.#formula = true;
    else if (local === 't' && !path.some((part) => localName(part) === 'rPh')) {
      if (path.some((part) => localName(part) === 'is')) this.#value = (this.#value ?? '') + text;
    } else if (local === 'c') this.#endCell();
    else if (local === 'row' && this.#cells.length > 0) {
      this.take({ number: this.#row, cells: this.#cells });
    }
  }

  #endCell(): void {
    if (this.#value === null) return;
    const text = this.#textOf(this.#value);
    if (text.length > this.limits.cellLength) {
      const where = `sheet “${this.sheet}”, ${columnName(this.#column)}${this.#row}`;
      throw new InvalidInputError(
        `${where} has more than ${this.limits.cellLength.toLocaleString('en-US')} characters`,
      );
    }
    if (text === '') return;
    this.#cells[this.#column] = { text, numeric: this.#type === 'n', formula: this.#formula };
  }

  #textOf(value: string): string {
    switch (this.#type) {
      case 's': {
        const text = this.strings[Number(value)];
        if (text !== undefined) return text;
        const where = `sheet “${this.sheet}”, ${columnName(this.#column)}${this.#row}`;
        throw new InvalidInputError(`${where} refers to a missing shared text`);
      }
      case 'n':
        return numberText(value);
      case 'b':
        return value === '1' ? 'TRUE' : 'FALSE';
      case 'e':
        return ''; // such as #REF!: a formula that failed
      default:
        return unescaped(value);
    }
  }
}

/** The sheets by name in their order, and the part of each. */
async function readSheetPaths(
  parts: ZipParts,
  limits: WorkbookLimits,
): Promise<Map<string, string>> {
  if (!parts.has('xl/workbook.xml')) {
    throw new InvalidInputError(
      'this ZIP file is not an Excel workbook (.xlsx): it has no xl/workbook.xml',
    );
  }
  const targets = new Map<string, string>();
  await readXml(parts, 'xl/_rels/workbook.xml.rels', 'the workbook’s list of parts', {
    open: ({ name, attributes: { Id, Target, TargetMode } }) => {
      if (localName(name) !== 'Relationship' || !Id || !Target || TargetMode === 'External') return;
      targets.set(Id, Target.startsWith('/') ? Target.slice(1) : posix.join('xl', Target));
    },
  });
  const sheets = new Map<string, string>();
  await readXml(parts, 'xl/workbook.xml', 'the workbook’s list of sheets', {
    open: ({ name, attributes }) => {
      if (localName(name) !== 'sheet') return;
      const key = Object.keys(attributes).find((attribute) => localName(attribute) === 'id');
      const part = targets.get(attributes[key ?? ''] ?? '');
      if (!attributes.name) return;
      if (!part || !parts.has(part)) {
        const sheet = attributes.name.slice(0, 60);
        throw new InvalidInputError(`the workbook lists the sheet “${sheet}”, which it lacks`);
      }
      sheets.set(attributes.name, part);
      if (sheets.size > limits.sheets) {
        throw new InvalidInputError(`the workbook has more than ${limits.sheets} sheets`);
      }
    },
  });
  return sheets;
}

async function readStrings(parts: ZipParts, limits: WorkbookLimits): Promise<string[]> {
  const part = 'xl/sharedStrings.xml';
  if (!parts.has(part)) return [];
  const strings: string[] = [];
  let text = '';
  let length = 0;
  await readXml(parts, part, 'the workbook’s shared texts', {
    open: ({ name }) => {
      if (localName(name) === 'si') text = '';
    },
    close: (element, path) => {
      const local = localName(element.name);
      if (local === 't' && !path.some((step) => localName(step) === 'rPh')) text += element.text;
      if (local !== 'si') return;
      length += text.length;
      if (strings.length >= limits.strings || length > limits.stringsLength) {
        throw new InvalidInputError('the workbook has more text than is read');
      }
      strings.push(unescaped(text));
    },
  });
  return strings;
}

async function readXml(
  parts: ZipParts,
  part: string,
  what: string,
  handler: XmlHandler,
): Promise<void> {
  const xml = new BoundedXml(handler, { ...XML_LIMITS, maxBytes: WORKBOOK_LIMITS.unpackedBytes });
  for await (const chunk of parts.read(part)) {
    xml.push(chunk);
    if (xml.stopped) break;
  }
  const problem = xml.end();
  if (problem !== null) throw new InvalidInputError(`${what} ${problem}`);
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}
