import type { Covers } from '../../rows/report.js';
import type { ToolRun } from '../../runs/tool-run.js';
import { canonicalCheckId } from './check-aliases.js';

/**
 * Whether a run that ended well, with a log free of errors, would have shown a result if it still were so:
 * its region was looked at and its check was made. What lies in another region is another run's to judge.
 * `expected`: the checks of the run's scope; null when they are not known, and then nothing is judged.
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
