import fc from 'fast-check';
import type { CollectionSpec, Database } from './collection.js';
import { question, type Sample, SPEC, settled, TEAMS } from './fuzz-questions.contract.js';

/**
 * Two databases are asked the same questions, made at random from a seed, and have to give the same
 * answers: the oracle against SQLite wherever tests run, SQLite against MongoDB where there is one.
 */

export interface FuzzOptions {
  seed: number;
  /** Ends in about this time, whatever the machine is like. */
  timeMs: number;
}

/** Throws with the questions that led to different answers; answers how many were compared. */
export async function fuzzDatabases(
  left: Database,
  right: Database,
  options: FuzzOptions,
): Promise<number> {
  let compared = 0;
  let round = 0;
  const script = fc.array(fc.tuple(fc.constantFrom(...TEAMS), question), {
    minLength: 20,
    maxLength: 60,
  });
  const property = fc.asyncProperty(script, async (steps) => {
    round += 1;
    const spec: CollectionSpec<Sample> = { ...SPEC, name: `fuzz_${options.seed}_${round}` };
    for (const [at, [teamId, { label, ask }]] of steps.entries()) {
      const one = await settled(() => ask(left.team(spec, { teamId })));
      const other = await settled(() => ask(right.team(spec, { teamId })));
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
