import { parse } from 'csv-parse/sync';
import { asUnreadable } from '../../../platform/parsing/unreadable.js';
import { textOfCell } from '../../../platform/tables/cell-text.js';
import { rejected } from './file-problems.js';
import { unknownOf } from './read-tree.js';

/** A line of a table: its number in the file from 1, and its cells by column. */
export interface TableRow {
  line: number;
  cells: Readonly<Record<string, string>>;
}

const MAX_ROWS = 5_000;

export interface Table {
  rows: TableRow[];
  /** Unknown columns. */
  notRead: string[];
}

/**
 * Reads CSV with a header line: separated by commas, semicolons or tabs, with or without a byte order mark.
 * Column names are compared without case, spaces as underscores. Throws InvalidInputError that names the line.
 */
export function readTable(
  text: string,
  known: readonly string[],
  needed: readonly string[],
): Table {
  const rows = parsed(text);
  const [first] = rows;
  const header = first?.record.map((name) =>
    name
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_'),
  );
  if (!header) throw rejected([{ at: 'line 1', message: 'is not a header line' }]);
  const missing = needed.filter((name) => !header.includes(name));
  if (missing.length > 0) {
    const message = `has no column ${missing.join(', ')}; there are: ${header.join(', ').slice(0, 300)}`;
    throw rejected([{ at: 'line 1', message }]);
  }
  const duplicate = header.find((name, i) => name !== '' && header.indexOf(name) !== i);
  if (duplicate) throw rejected([{ at: 'line 1', message: `has the column ${duplicate} twice` }]);
  const formulas = rows.slice(1).flatMap(({ record, line }) =>
    record.flatMap((cell, i) => {
      const message = 'begins like a formula; write an apostrophe before it if it is text';
      return /^[=@]/.test(cell) ? [{ at: `line ${line}, ${header[i]}`, message }] : [];
    }),
  );
  if (formulas.length > 0) throw rejected(formulas);
  return {
    rows: rows.slice(1).map(({ record, line }) => ({
      line,
      cells: Object.fromEntries(header.map((name, i) => [name, textOfCell(record[i] ?? '')])),
    })),
    notRead: unknownOf(header, known),
  };
}

function parsed(text: string): { record: string[]; line: number }[] {
  const [head = ''] = text.split(/\r?\n/, 1);
  const delimiter = [',', ';', '\t'].toSorted(
    (a, b) => head.split(b).length - head.split(a).length,
  );
  try {
    // With `info` each record has its lines, which are missing from the package's types.
    const rows = parse(text, {
      bom: true,
      delimiter: delimiter[0],
      info: true,
      skip_empty_lines: true,
      max_record_size: 100_000,
      to: MAX_ROWS + 2,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    if (rows.length > MAX_ROWS + 1) {
      throw rejected([
        { at: 'file', message: `has more than ${MAX_ROWS.toLocaleString('en-US')} lines` },
      ]);
    }
    // The reported line is the last one of a record; with line breaks in its cells it starts above.
    return rows.map(({ record, info }) => ({ record, line: info.lines - lineBreaksIn(record) }));
  } catch (error) {
    throw asUnreadable(error);
  }
}

function lineBreaksIn(record: readonly string[]): number {
  return record.join('').match(/\r\n|[\r\n]/g)?.length ?? 0;
}
