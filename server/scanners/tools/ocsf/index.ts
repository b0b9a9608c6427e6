export { MAX_DOCUMENT_BYTES, parseDocument } from './json-document.js';
export { createForeignOcsfReader, isForeignOcsf } from './ocsf.read.js';
export type {
  JsonReportReader,
  ReadOutcomeWithFacts,
  ReportFacts,
  XmlReportReader,
} from './report-reader.js';
