import type { Verdict } from '../../../contract/verdict.js';
import type { FormatId } from '../rows/report.js';
import type { TopKeys } from './json-keys.js';
import type { JsonReportReader, Reading, XmlReportReader } from './report-reader.js';

/** What readers get from outside their report. */
export interface ReaderContext {
  /** The id that results are stored under, for a tool that a report of any tool names. */
  toolNamed(stated: string): string;
}

interface FormatBase {
  /** Begins with the id of its tool: `trivy-json`. Stored with imports and raw reports, so it never changes. */
  id: FormatId;
  /** Behind the title of its tool: `JSON`, `3.x JSON`. */
  title: string;
  /** A command that writes one, for people; null when there is none to give. */
  example: string | null;
  /**
   * Names of JSON members or XML elements that hold what the scanned side said or what lies in the scanned
   * files, and with it secrets in any shape: requests and answers, lines of code, an image's environment. The
   * raw report is kept without their texts.
   */
  withheld?: readonly string[];
  /** The report is full of addresses of the scanned side: values of their parameters are masked too. */
  hasAddresses?: true;
  /** Verdicts that the format has no place for: a report that lacks such a result says nothing about it. */
  lacks?: readonly Verdict[];
}

/** One JSON value, read whole: at most `MAX_DOCUMENT_BYTES`. */
export interface DocumentFormat extends FormatBase {
  kind: 'document';
  isIt(top: TopKeys): boolean;
  /** Where the lists are that a broken report is cut back to, see `parseDocument`. */
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
  /** Where one file may mix formats: which it was, once it has been read. */
  format?(): FormatId;
}

/** An XML document, read as it comes in. */
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

/** A file that is not read: what it is, and what to do instead. */
export interface Foreign {
  looksLike: string;
  advice: string;
}

/** What people give by mistake: other outputs of the tool, and versions that are not read. */
export interface Mistaken {
  /** The first result of a JSON report that is of no format. */
  element?(element: Readonly<Record<string, unknown>>): Foreign | null;
  /** The beginning of an XML or HTML file that is of no format. */
  markup?(head: string): Foreign | null;
  /** The first line of any other text. */
  text?(firstLine: string): Foreign | null;
}
