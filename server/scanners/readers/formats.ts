import type { ReportFormat } from '../rows/report.js';
import { createNmapReader, isNmapXml } from '../tools/nmap/nmap.read.js';
import { createNucleiReader } from '../tools/nuclei/index.js';
import { createForeignOcsfReader, isForeignOcsf } from '../tools/ocsf/index.js';
import { createJsonReader, type ProwlerJsonFormat } from '../tools/prowler/index.js';
import { createSarifReader, isSarif, SARIF_LISTS } from '../tools/sarif/index.js';
import { createTrivyReader, isTrivyJson, TRIVY_LISTS } from '../tools/trivy/trivy.read.js';
import { createZapJsonReader, isZapJson, ZAP_LISTS } from '../tools/zap/zap-json.read.js';
import { createZapXmlReader, isZapXml } from '../tools/zap/zap-xml.read.js';
import type { JsonReportReader, Reading, XmlReportReader } from './report-reader.js';

/** A format whose report is one JSON value. */
export interface DocumentFormat {
  format: ReportFormat;
  title: string;
  /** Whether a text that begins so is of this format. */
  isIt(head: string): boolean;
  /** See `parseDocument`. */
  lists: readonly string[];
  create(): JsonReportReader;
}

export const DOCUMENT_FORMATS: readonly DocumentFormat[] = [
  {
    format: 'trivy-json',
    title: 'Trivy JSON',
    isIt: isTrivyJson,
    lists: TRIVY_LISTS,
    create: createTrivyReader,
  },
  {
    format: 'zap-json',
    title: 'ZAP JSON',
    isIt: isZapJson,
    lists: ZAP_LISTS,
    create: createZapJsonReader,
  },
  { format: 'sarif', title: 'SARIF', isIt: isSarif, lists: SARIF_LISTS, create: createSarifReader },
];

/** A format whose report is an XML document. */
export interface XmlFormat {
  format: ReportFormat;
  isIt(head: string): boolean;
  create(): XmlReportReader;
}

export const XML_FORMATS: readonly XmlFormat[] = [
  { format: 'nmap-xml', isIt: isNmapXml, create: createNmapReader },
  { format: 'zap-xml', isIt: isZapXml, create: createZapXmlReader },
];

/** A format whose results stand one after another, in a list or as lines. */
export type ElementFormat = ProwlerJsonFormat | 'nuclei-json' | 'ocsf';

export interface ElementReader {
  read(value: unknown): Iterable<Reading>;
  /** What was read, once it has been. */
  format(): ReportFormat;
}

export function createElementReader(format: ElementFormat): ElementReader {
  if (format === 'prowler-ocsf' || format === 'ocsf') return createOcsfReader();
  const read =
    format === 'nuclei-json' ? createNucleiReader().read : each(createJsonReader(format));
  return { read, format: () => format };
}

/** OCSF of Prowler, of others, or mixed: each finding is read by its own product's reader. */
function createOcsfReader(): ElementReader {
  const ofProwler = createJsonReader('prowler-ocsf');
  const ofOthers = createForeignOcsfReader();
  let format: ReportFormat = 'prowler-ocsf';
  return {
    read(value) {
      if (!isForeignOcsf(value)) return [ofProwler(value)];
      format = 'ocsf';
      return ofOthers.read(value);
    },
    format: () => format,
  };
}

const each = (read: (value: unknown) => Reading) => (value: unknown) => [read(value)];
