import type { ReadOutcome } from '../../report.js';
import type { Coverage } from '../../tool.js';
import type { Reading } from '../prowler/index.js';

/** What a report says of its run beside the results. Judges need it; rows cannot carry it. */
export interface ReportFacts {
  /** How many of the tool's own units it looked at; null when it does not say. */
  executed: number | null;
  /** What it did not look at, or not properly: each is a gap. */
  skipped: Coverage['skipped'];
  /** Null when the tool does not say whether it ended as it should. */
  completed: boolean | null;
  /** When the report was made, ISO 8601. */
  createdAt: string | null;
  toolVersion: string | null;
}

export const noFacts = (): ReportFacts => ({
  executed: null,
  skipped: [],
  completed: null,
  createdAt: null,
  toolVersion: null,
});

/** Facts travel beside the outcome of reading (`ReadOutcome.facts` once it is wired). */
export type ReadOutcomeWithFacts = ReadOutcome & { facts?: ReportFacts };

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
