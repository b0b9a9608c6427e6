/** How often a property is tried: `PROPERTY_RUNS` raises it when looking for trouble. */
export function propertyRuns(usual: number): number {
  return Number(process.env.PROPERTY_RUNS ?? usual);
}
