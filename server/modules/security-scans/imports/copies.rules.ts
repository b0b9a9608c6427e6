import type { ReportRow } from '../../../scanners/rows/report.js';

const WORST_FIRST = ['fail', 'muted', 'error', 'not_evaluated', 'manual', 'muted pass', 'pass'];

type Copy = Pick<ReportRow, 'verdict' | 'mutedVerdict' | 'severity' | 'observed'>;

/**
 * Sorts rows of one report that share an identity: the n-th keeps the n-th id. By verdict first, so that
 * neither their order in the file nor new texts and times move a fail from one id to another.
 */
export function inOrderOfCopies<T extends Copy>(rows: readonly T[]): T[] {
  return [...rows].sort(
    (a, b) =>
      rankOf(a) - rankOf(b) || compare(a.severity, b.severity) || compare(a.observed, b.observed),
  );
}

function rankOf({ verdict, mutedVerdict }: Copy): number {
  const isMutedPass = verdict === 'muted' && mutedVerdict === 'pass';
  return WORST_FIRST.indexOf(isMutedPass ? 'muted pass' : verdict);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
