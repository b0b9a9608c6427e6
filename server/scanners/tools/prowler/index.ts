export { canonicalCheckId, checkAliases } from './check-aliases.js';
export { createCsvReader, isProwlerCsvHeader } from './csv.js';
export type { Reading, ReadResult } from './raw-result.js';

import type { ReportFormat } from '../../report.js';
import { createAsffReader } from './asff.js';
import { createNativeJsonReader } from './native-json.js';
import { createOcsfReader } from './ocsf.js';
import type { ReadResult } from './raw-result.js';

/** The formats of Prowler that are JSON. */
export type ProwlerJsonFormat = Exclude<ReportFormat, 'prowler-csv'>;

/** A reader of single results, already parsed as JSON. */
export function createJsonReader(format: ProwlerJsonFormat): ReadResult {
  if (format === 'prowler-ocsf') return createOcsfReader();
  return format === 'prowler-asff' ? createAsffReader() : createNativeJsonReader();
}
