import { type Fault, faultOf } from '../../platform/parsing/fault.js';
import { faultReason } from '../../platform/parsing/unreadable.js';
import type { Hidden, ReadOptions, ReportFacts, ReportRow } from '../rows/report.js';

/** A part that does not fit the format; `at`: its place, where the reader knows it better than its caller. */
export interface Rejected {
  rejected: string;
  at?: string;
}

/** Parts of a kind that is not read, named in the plural; `name`: which of that kind. */
export interface Unread {
  unread: string;
  count: number;
  name?: string;
}

/** The result of reading one element or record of a report. */
export type Reading = ReadRow | Rejected | Unread;

export interface ReadRow {
  row: ReportRow;
  toolVersion: string | null;
  /** What the report states about its verdict or severity in two ways: `status is PASS, detail is FAIL`. */
  contradiction?: string;
}

/**
 * What a reader makes of a part of a report. Where it fails unexpectedly, that part is rejected; the
 * readings before it, and the parts behind it, count.
 */
export function* guarded(
  read: () => Iterable<Reading>,
  onFault: ReadOptions['onFault'],
): Iterable<Reading> {
  try {
    yield* read();
  } catch (error) {
    const fault = faultOf(error);
    onFault?.(fault);
    yield { rejected: faultReason(fault) };
  }
}

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
  /** `isWhole`: false when the document is the good beginning of a broken one. */
  read(value: unknown, isWhole?: boolean): Iterable<Reading>;
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
  /** An unexpected error, if it is the reason. */
  readonly fault: Fault | null;
}
