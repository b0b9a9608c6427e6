/** Well below the limit of a filter, see `parseFilter`. */
const VALUES_AT_ONCE = 5_000;

/** Splits a list into parts within the limit of a filter, without repeated values. */
export function* inParts<T>(values: readonly T[], size = VALUES_AT_ONCE): Generator<T[]> {
  const unique = [...new Set(values)];
  for (let at = 0; at < unique.length; at += size) yield unique.slice(at, at + size);
}
