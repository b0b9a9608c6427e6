/**
 * Limits of a workbook. The official one (2022.3: 3 MB, seven sheets, 277 columns, 1,091 rows; later
 * releases several times that) stays far below; a malicious file cannot exceed them.
 */
export const WORKBOOK_LIMITS = {
  fileBytes: 64 * 1024 ** 2,
  /** Files in the archive. */
  parts: 2_000,
  /** All parts that are read, unpacked. */
  unpackedBytes: 512 * 1024 ** 2,
  /** Unpacked to packed, of parts larger than `ratioFromBytes`; sheets of the real workbook reach about 20. */
  ratio: 200,
  ratioFromBytes: 1024 ** 2,
  sheets: 100,
  rows: 60_000,
  columns: 2_000,
  /** Characters; Excel itself stops at 32,767. */
  cellLength: 40_000,
  strings: 1_000_000,
  stringsLength: 128 * 1024 ** 2,
};
export type WorkbookLimits = typeof WORKBOOK_LIMITS;
