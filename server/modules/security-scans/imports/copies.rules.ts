import type { ReportRow } from '../../../scanners/report.js';

const WORST_FIRST = ['fail', 'muted', 'error', 'not_evaluated', 'manual', 'pass'];

/**
 * Order of rows of one report that share an identity: the n-th keeps the n-th id. By verdict first, so
 * that neither their order in the file nor new texts and times move a fail from one id to another.
 */
export function inOrderOfCopies<T extends Pick<ReportRow, 'verdict' | 'severity' | 'observed'>>(
  rows: readonly T[],
): T[] {
  return [...rows].sort(
    (a, b) =>
      WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict) ||
      compare(a.severity, b.severity) ||
      compare(a.observed, b.observed),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
