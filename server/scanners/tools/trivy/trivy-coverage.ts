import { type FilterableResult, fileIn } from '../../rows/report-filters.js';
import type { ToolRun } from '../../runs/tool-run.js';

/**
 * Whether a successful run without gaps would have shown a result if it still existed: its scanner was on,
 * and our runs filter nothing. Reports do not state what was requested, only the run does.
 */
export function trivyCovers({
  args,
}: Pick<ToolRun, 'args'>): (known: { checkId: string }) => boolean {
  const stated = args.find((arg) => arg.startsWith('--scanners='))?.slice('--scanners='.length);
  const scanners = stated === undefined ? ['misconfig'] : stated.split(',');
  return ({ checkId }) => scannersOf(checkId).every((scanner) => scanners.includes(scanner));
}

/** The scanners that report a check; several if its id is ambiguous. */
function scannersOf(checkId: string): string[] {
  if (checkId.startsWith('secret:')) return ['secret'];
  if (checkId.startsWith('license:')) return ['license'];
  if (/^[A-Z]{2,12}-\d{4,5}$/.test(checkId)) return ['misconfig'];
  const isVulnerability = checkId === 'os_end_of_life' || /^(?:CVE|GHSA)-|-\d{4}-\d+/.test(checkId);
  return isVulnerability ? ['vuln'] : ['vuln', 'misconfig'];
}

/** The file of a result; null in a cluster, where resources are named instead, and for packages of the system. */
export function fileOf(result: FilterableResult): string | null {
  return result.provider === 'kubernetes' ? null : fileIn(result);
}

/** A file, or the packages of one kind; in a cluster a check. */
export function groupOf(result: FilterableResult): string {
  if (result.provider === 'kubernetes') return result.checkId;
  return fileOf(result) ?? /^pkg:[a-z]+/.exec(result.subObject)?.[0] ?? '';
}
