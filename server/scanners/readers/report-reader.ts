import type { ReportFacts, ReportRow } from '../rows/report.js';

/** What became of one element or record of a report. */
export type Reading = { row: ReportRow; toolVersion: string | null } | { rejected: string };

export const noFacts = (): ReportFacts => ({
  executed: null,
  skipped: [],
  completed: null,
  createdAt: null,
  toolVersion: null,
  places: [],
});

/**
 * Reads values that are parsed as JSON: whole documents, or results one by one. One per report.
 * A document that is not of the format gives one rejected reading.
 */
export interface JsonReportReader {
  read(value: unknown): Iterable<Reading>;
  facts(): ReportFacts;
}

/** Reads XML as it comes in. */
export interface XmlReportReader {
  push(chunk: Uint8Array): Reading[];
  /** Call when the input ends: what is missing or wrong, null when it is whole. */
  end(): string | null;
  facts(): ReportFacts;
  /** Nothing more will come of the rest. */
  readonly stopped: boolean;
}
