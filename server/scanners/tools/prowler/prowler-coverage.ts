import type { Covers } from '../../rows/report.js';
import type { ToolRun } from '../../runs/tool-run.js';
import { canonicalCheckId } from './check-aliases.js';

/**
 * Whether a successful run with an error-free log would have shown a result if it still existed: its region
 * was scanned and its check ran. Other regions are judged by their own runs. `expected`: the checks of the
 * run's scope; null if unknown, and then nothing is judged.
 */
export function prowlerCovers(
  { args }: Pick<ToolRun, 'args'>,
  expected: readonly string[] | null,
): Covers {
  const at = args.indexOf('--region');
  const looked = at < 0 ? null : args[at + 1];
  const checks = new Set((expected ?? []).map(canonicalCheckId));
  return ({ checkId, region }) => {
    if (looked !== null && region !== '' && region !== looked) return null;
    return checks.has(checkId);
  };
}
