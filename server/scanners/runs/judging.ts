import { cleanText } from '../rows/clean-text.js';
import { maskSecrets } from '../secrets/mask-secrets.js';
import type { Coverage, RunResult, ScanOutcome, ScanVerdict } from './tool-run.js';

export const MAX_MISSING = 500;

/** The verdict on a run that was stopped from outside; null if it ended normally. */
export function endedEarly(result: RunResult): { outcome: ScanOutcome; problem: string } | null {
  const why = result.problem ? `: ${result.problem}` : '';
  switch (result.ended) {
    case 'exited':
      // The runner knows more than the tool: its disk was full.
      return result.problem === null
        ? null
        : { outcome: 'failed', problem: `the tool failed${why}` };
    case 'timed_out':
      return {
        outcome: 'timed_out',
        problem: 'the scan ran out of time; give it more or scan less',
      };
    case 'cancelled':
      return { outcome: 'cancelled', problem: 'the scan was cancelled' };
    case 'out_of_memory':
      return {
        outcome: 'failed',
        problem: 'the scan ran out of memory; give it more or scan less',
      };
    case 'output_limit':
      return { outcome: 'failed', problem: 'the scan exceeded its output limit' };
    case 'not_started':
      return { outcome: 'failed', problem: `the tool could not be started${why}` };
    default:
      return { outcome: 'failed', problem: `the tool was killed${why}` };
  }
}

/** `succeeded`, or `succeeded_with_gaps` with the first gap as the problem. */
export function verdictOfGaps(gaps: readonly string[], coverage: Coverage): ScanVerdict {
  const more = gaps.length > 1 ? ` (and ${gaps.length - 1} more)` : '';
  return gaps.length === 0
    ? { outcome: 'succeeded', problem: null, coverage }
    : { outcome: 'succeeded_with_gaps', problem: `${gaps[0]}${more}`, coverage };
}

export const failed = (problem: string, coverage: Coverage): ScanVerdict => ({
  outcome: 'failed',
  problem,
  coverage,
});

/** The last printed line that matches, short and without secrets. */
export function reasonIn(printed: string, pattern: RegExp): string | null {
  const lines = printed.split('\n').filter((line) => pattern.test(line));
  const line = lines.at(-1);
  return line === undefined ? null : maskSecrets(cleanText(line, 300)).replace(/\s+/g, ' ');
}
