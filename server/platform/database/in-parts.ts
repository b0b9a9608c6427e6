/** Well below what a filter takes, see `parseFilter`. */
const VALUES_AT_ONCE = 5_000;

/** A list that may be longer than a filter takes, in lists that are not. Values that repeat are asked for once. */
export function* inParts<T>(values: readonly T[], size = VALUES_AT_ONCE): Generator<T[]> {
  const unique = [...new Set(values)];
  for (let at = 0; at < unique.length; at += size) yield unique.slice(at, at + size);
}
