import writeExcelFile, { type Sheet } from 'write-excel-file/node';
import { withFixedTimes } from './archive-times.js';
import { cellText } from './cell-text.js';

export type { Row, Sheet } from 'write-excel-file/node';

/** The limit of a workbook cell. */
const MAX_CHARACTERS = 32_767;

/** A workbook; the same bytes for the same sheets. */
export async function writeWorkbook(sheets: readonly Sheet<never>[]): Promise<Uint8Array> {
  // The type expects pictures, which these sheets do not have.
  const given = sheets as unknown as Parameters<typeof writeExcelFile>[0] & Sheet<never>[];
  return withFixedTimes(await writeExcelFile(given).toBuffer());
}

/**
 * Text that stays text even when the sheet is saved as CSV and reopened. Control characters are not allowed in XML.
 */
export function workbookText(value: string, weight?: 'bold') {
  const plain = value.replace(/[^\P{Cc}\n\t]/gu, '');
  return {
    type: String,
    value: cellText(plain).slice(0, MAX_CHARACTERS),
    wrap: true,
    alignVertical: 'top' as const,
    ...(weight ? { fontWeight: weight } : {}),
  };
}
