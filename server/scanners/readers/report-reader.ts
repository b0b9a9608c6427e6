import type { Hidden, ReportFacts, ReportRow } from '../rows/report.js';

/** The result of reading one element or record of a report. */
export type Reading = { row: ReportRow; toolVersion: string | null } | { rejected: string };

export const noFacts = (): ReportFacts => ({
  executed: null,
  skipped: [],
  completed: null,
  createdAt: null,
  toolVersion: null,
  places: [],
});

/** Records an error that a report states, and whose results it may hide. */
export function noteHidden(facts: ReportFacts, { what, why, part }: Hidden): void {
  facts.skipped.push({ what, why });
  facts.hidden ??= [];
  facts.hidden.push({ what, why, part });
}

/**
 * Reads parsed JSON: whole documents, or results one by one. One reader per report. A document that
 * does not fit the format yields one rejected reading.
 */
export interface JsonReportReader {
  read(value: unknown): Iterable<Reading>;
  facts(): ReportFacts;
}

/** Reads XML chunk by chunk. */
export interface XmlReportReader {
  push(chunk: Uint8Array): Reading[];
  /** Call at the end of the input: what is missing or wrong, null for a complete document. */
  end(): string | null;
  facts(): ReportFacts;
  /** True once the rest is unreadable. */
  readonly stopped: boolean;
}
