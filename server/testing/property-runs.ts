/**
 * How many times to run a property. The slowest laws run `quick` times in `npm test`;
 * `PROPERTY_RUNS=full` runs all of them `full` times, and `PROPERTY_RUNS=<number>` that many times.
 */
export function propertyRuns(full: number, quick = full): number {
  const { PROPERTY_RUNS: wanted } = process.env;
  if (!wanted) return quick;
  return wanted === 'full' ? full : Number(wanted);
}
