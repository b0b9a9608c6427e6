import type { RunLimits } from '../runs/tool-run.js';
import type { Runner } from './runner.js';

/** The runner with the operator's limits, which lower those of the tool. */
export function withinLimits(
  runner: Pick<Runner, 'run'>,
  most: Partial<RunLimits>,
): Pick<Runner, 'run'> {
  return {
    run: (run, options) => runner.run({ ...run, limits: lowered(run.limits, most) }, options),
  };
}

function lowered(limits: RunLimits, most: Partial<RunLimits>): RunLimits {
  const lower = { ...limits };
  for (const name of Object.keys(limits) as (keyof RunLimits)[]) {
    lower[name] = Math.min(limits[name], most[name] ?? Number.POSITIVE_INFINITY);
  }
  return lower;
}
