import { normalised } from './scf-columns.rules.js';
import type { Row, Workbook } from './workbook/workbook.js';

export interface TableRow<Key extends string> {
  number: number;
  /** The cell's text unchanged; empty where there is none. */
  text(key: Key): string;
  /** The texts of every column that fits the key, in order, without empty ones. */
  texts(key: Key): string[];
  /** Whether the cell was stored as a number. */
  isNumber(key: Key): boolean;
}

/** The header is in one of the first rows, below titles and definitions. */
export const HEADER_WITHIN = 12;

/**
 * Reads a sheet by its headers. Returns false when no row near the top has all required headers.
 * `text` is of the first column that fits a pattern.
 */
export async function readTable<Key extends string>(
  workbook: Workbook,
  sheet: string,
  columns: Readonly<Record<Key, RegExp>>,
  required: readonly NoInfer<Key>[],
  take: (row: TableRow<Key>) => void,
): Promise<boolean> {
  let at: Map<Key, number[]> | null = null;
  await workbook.eachRow(sheet, (row) => {
    if (at === null) {
      if (row.number > HEADER_WITHIN) return;
      const found = columnsIn(row, columns);
      if (required.every((key) => found.has(key))) at = found;
      return;
    }
    const places = at;
    const textAt = (place: number | undefined) => row.cells[place ?? -1]?.text ?? '';
    take({
      number: row.number,
      text: (key) => textAt(places.get(key)?.[0]),
      isNumber: (key) => row.cells[places.get(key)?.[0] ?? -1]?.numeric ?? false,
      texts: (key) => (places.get(key) ?? []).map(textAt).filter((text) => text !== ''),
    });
  });
  return at !== null;
}

function columnsIn<Key extends string>(
  row: Row,
  columns: Readonly<Record<Key, RegExp>>,
): Map<Key, number[]> {
  const found = new Map<Key, number[]>();
  const patterns = Object.entries(columns) as [Key, RegExp][];
  row.cells.forEach((cell, index) => {
    const header = normalised(cell?.text ?? '').toLowerCase();
    if (header === '') return;
    const fitting = patterns.filter(([, pattern]) => pattern.test(header)).map(([key]) => key);
    const key = fitting.find((one) => !found.has(one)) ?? fitting[0];
    if (key) found.set(key, [...(found.get(key) ?? []), index]);
  });
  return found;
}
