/**
 * How many times a property is tried: `few` times by `npm test`, `full` times by `.ci/run`, which sets
 * `PROPERTY_RUNS=full`. A number in `PROPERTY_RUNS` raises it when looking for trouble.
 */
export function propertyRuns(full: number, few = full): number {
  const wanted = process.env.PROPERTY_RUNS;
  if (wanted === undefined) return few;
  return wanted === 'full' ? full : Number(wanted);
}
