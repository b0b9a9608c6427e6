import type { Reading } from '../readers/report-reader.js';
import type { ReadOutcome, ReportFacts, ReportRow } from '../rows/report.js';
import type { RunResult } from '../runs/tool-run.js';

/** The result of a run, for tests of judges. */
export function ended(change: Partial<RunResult> = {}): RunResult {
  return {
    exitCode: 0,
    ended: 'exited',
    problem: null,
    stdout: '',
    stderr: '',
    outputFolder: '/out',
    durationMs: 1000,
    ...change,
  };
}

/** The outcome of reading, for tests of judges, without places, which no judge uses. */
export function readAs<T extends Omit<ReportFacts, 'places'>>(
  facts?: T,
  change: Partial<Omit<ReadOutcome, 'facts'>> = {},
): ReadOutcome & { facts?: T & Pick<ReportFacts, 'places'> } {
  return {
    tool: 'prowler',
    format: 'prowler-ocsf',
    toolVersion: '1.0',
    results: 1,
    rejected: 0,
    rejections: [],
    unread: [],
    partial: false,
    problem: null,
    ...change,
    ...(facts === undefined ? {} : { facts: { ...facts, places: [] } }),
  };
}

/** The rows of readings; throws for one that was rejected. */
export function rowsIn(readings: Iterable<Reading>): ReportRow[] {
  return [...readings].flatMap((reading) => {
    if ('rejected' in reading) throw new Error(`rejected: ${reading.rejected}`);
    return 'row' in reading ? [reading.row] : [];
  });
}
