import type { Verdict } from '../../../contract/verdict.js';
import type { FormatId, ReportFacts } from '../rows/report.js';
import type { ToolMaker } from '../rows/tool-names.js';
import type { TopKeys } from './json-keys.js';
import type { JsonReportReader, Reading, XmlReportReader } from './report-reader.js';

/** What readers need besides their report. */
export interface ReaderContext {
  /** The id under which results are stored, for a tool that the report names. */
  toolNamed(stated: string, maker?: ToolMaker): string;
}

interface FormatBase {
  /** Begins with the id of its tool: `trivy-json`. Stored with imports and raw reports, so it never changes. */
  id: FormatId;
  /** Shown after the title of its tool: `JSON`, `3.x JSON`. */
  title: string;
  /** A command that writes one, for people; null if there is none. */
  example: string | null;
  /**
   * Names of JSON members or XML elements with responses or file contents of the scanned side, which may hold
   * secrets in any shape: requests and responses, lines of code, an image's environment. Their texts are
   * removed from the stored raw report.
   */
  withheld?: readonly string[];
  /** The report has addresses of the scanned side; the values of their parameters are masked too. */
  hasAddresses?: true;
  /** Verdicts that the format cannot express, so that a missing result of that kind proves nothing. */
  lacks?: readonly Verdict[];
}

/** One JSON value of at most `MAX_DOCUMENT_BYTES`, read as a whole. */
export interface DocumentFormat extends FormatBase {
  kind: 'document';
  isIt(top: TopKeys): boolean;
  /** The lists that a broken report is cut back to, see `parseDocument`. */
  lists: readonly string[];
  create(context: ReaderContext): JsonReportReader;
}

/** Results one after another, in a JSON list or as JSON Lines, of any size. */
export interface ElementFormat extends FormatBase {
  kind: 'elements';
  isOne(element: Readonly<Record<string, unknown>>): boolean;
  create(context: ReaderContext): ElementReader;
}

export interface ElementReader {
  read(value: unknown): Iterable<Reading>;
  /** What the results read so far say of the run itself. */
  facts?(): ReportFacts;
  /** For files that may mix formats: the format that was read. */
  format?(): FormatId;
}

/** An XML document, read chunk by chunk. */
export interface XmlFormat extends FormatBase {
  kind: 'xml';
  /** The name of the root element. */
  root: string;
  create(): XmlReportReader;
}

/** A table with a header, read record by record. */
export interface CsvFormat extends FormatBase {
  kind: 'csv';
  delimiter: string;
  isHeader(columns: readonly string[]): boolean;
  create(columns: readonly string[]): (record: readonly string[]) => Reading;
}

export type ReportFormat = DocumentFormat | ElementFormat | XmlFormat | CsvFormat;

/** An unsupported file: what it is, and what to do instead. */
export interface Foreign {
  looksLike: string;
  advice: string;
}

/** What people import by mistake: other outputs of the tool, and unsupported versions. */
export interface Mistaken {
  /** The first result of a JSON report that fits no format. */
  element?(element: Readonly<Record<string, unknown>>): Foreign | null;
  /** The beginning of an XML or HTML file that fits no format. */
  markup?(head: string): Foreign | null;
  /** The first line of any other text. */
  text?(firstLine: string): Foreign | null;
}
