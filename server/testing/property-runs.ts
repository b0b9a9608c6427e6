/**
 * How often a property is run: `few` times by `npm test`, `full` times by `.ci/run`, which sets
 * `PROPERTY_RUNS=full`. A number in `PROPERTY_RUNS` raises it when hunting a bug.
 */
export function propertyRuns(full: number, few = full): number {
  const wanted = process.env.PROPERTY_RUNS;
  if (wanted === undefined) return few;
  return wanted === 'full' ? full : Number(wanted);
}
