/** A secret in a text: `start` is where its context begins, `from`–`end` is the secret itself. */
export interface SecretRange {
  start: number;
  from: number;
  end: number;
}

/** Sorted and without overlaps. */
export function inOrder(ranges: readonly SecretRange[]): SecretRange[] {
  const apart: SecretRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    const from = Math.max(range.from, apart.at(-1)?.end ?? 0);
    if (range.end > from) apart.push({ ...range, from });
  }
  return apart;
}
