export { canonicalCheckId, checkAliases } from './check-aliases.js';
export { createCsvReader, isProwlerCsvHeader } from './csv.js';
export type { ReadResult } from './raw-result.js';

import type { ReportFormat } from '../../rows/report.js';
import { createAsffReader } from './asff.js';
import { createNativeJsonReader } from './native-json.js';
import { createOcsfReader } from './ocsf.js';
import type { ReadResult } from './raw-result.js';

/** The formats of Prowler that are JSON. */
export type ProwlerJsonFormat = Extract<
  ReportFormat,
  'prowler-ocsf' | 'prowler-asff' | 'prowler-json'
>;

/** A reader of single results, already parsed as JSON. */
export function createJsonReader(format: ProwlerJsonFormat): ReadResult {
  if (format === 'prowler-ocsf') return createOcsfReader();
  return format === 'prowler-asff' ? createAsffReader() : createNativeJsonReader();
}
