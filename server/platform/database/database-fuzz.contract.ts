import fc from 'fast-check';
import type { CollectionSpec, Database } from './collection.js';
import { query, type Sample, SPEC, settled, TEAMS } from './fuzz-queries.contract.js';

/**
 * Runs the same random queries, generated from a seed, on two databases, which must return the same
 * results: the oracle and SQLite in every test run, SQLite and MongoDB where a server is available.
 */

export interface FuzzOptions {
  seed: number;
  /** Approximate duration, on any machine. */
  timeMs: number;
}

/** Throws with the queries that led to different results; returns the number of comparisons. */
export async function fuzzDatabases(
  left: Database,
  right: Database,
  options: FuzzOptions,
): Promise<number> {
  let compared = 0;
  let round = 0;
  const script = fc.array(fc.tuple(fc.constantFrom(...TEAMS), query), {
    minLength: 20,
    maxLength: 60,
  });
  const property = fc.asyncProperty(script, async (steps) => {
    round += 1;
    const spec: CollectionSpec<Sample> = { ...SPEC, name: `fuzz_${options.seed}_${round}` };
    for (const [at, [teamId, { label, run }]] of steps.entries()) {
      const one = await settled(() => run(left.team(spec, { teamId })));
      const other = await settled(() => run(right.team(spec, { teamId })));
      if (one !== other)
        throw new Error(
          `step ${at} ${teamId} ${label}\n${left.name}: ${one}\n${right.name}: ${other}`,
        );
      compared += 1;
    }
    await Promise.all([left, right].map((each) => each.acrossTeams(spec).removeMany({})));
  });
  await fc.assert(property, {
    seed: options.seed,
    numRuns: 100_000,
    interruptAfterTimeLimit: options.timeMs,
    markInterruptAsFailure: false,
  });
  return compared;
}
