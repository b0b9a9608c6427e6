import type { AnyParser } from './platform/parsing/parser.js';

/** The parsers of the product by their names, each loaded when a file needs it. */
export const PARSERS: Readonly<Record<string, () => Promise<AnyParser>>> = {
  'catalogue.controls-file': async () =>
    (await import('./modules/catalogue/library/controls-file.js')).controlsFile,
  'catalogue.framework-file': async () =>
    (await import('./modules/catalogue/library/framework-file.js')).frameworkFile,
  'catalogue.scf-workbook': async () =>
    (await import('./modules/catalogue/scf/read-scf-workbook.js')).scfWorkbook,
  'container-security.image-report': async () =>
    (await import('./modules/container-security/packages/image-report.read.js')).imageReport,
  'evidence.file': async () => (await import('./modules/evidence/uploads/sniff.js')).evidenceFile,
  'scanners.masked-report': async () =>
    (await import('./scanners/readers/report-file.js')).maskedReport,
  'scanners.report-file': async () =>
    (await import('./scanners/readers/report-file.js')).reportFile,
  'mapping.reviews-file': async () =>
    (await import('./modules/mapping/reviews/portable-reviews.js')).reviewsFile,
};
