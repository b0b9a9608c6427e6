import type { ScfWarning } from './scf-model.js';
import { columnName } from './workbook/cell-text.js';

/** Further warnings are counted, not kept. */
export const MAX_WARNINGS = 200;

/** Unexpected content of a workbook. */
export class ScfWarnings {
  readonly list: ScfWarning[] = [];
  total = 0;

  /** `column` from 0. */
  add(sheet: string, text: string, row: number | null = null, column: number | null = null): void {
    this.total += 1;
    if (this.list.length >= MAX_WARNINGS) return;
    const letters = column === null ? null : columnName(column);
    this.list.push({ sheet, row, column: letters, text: text.slice(0, 500) });
  }
}
