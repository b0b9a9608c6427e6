/** The ids that a wrong one may have meant, nearest first. */
export function nearestIds(ids: Iterable<string>, wrong: string, most = 5): string[] {
  const asked = plain(wrong);
  const rated = [...ids].map((id) => ({
    id,
    distance: distanceOf(plain(id), asked),
    shared: sharedLength(plain(id), asked),
  }));
  const limit = Math.max(3, Math.ceil(asked.length / 2));
  return rated
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance || b.shared - a.shared || (a.id < b.id ? -1 : 1))
    .slice(0, most)
    .map(({ id }) => id);
}

/** Without case and punctuation, which people leave out or add. */
function plain(id: string): string {
  return id.toLowerCase().replace(/[^a-z0-9]+/g, '');
}

function sharedLength(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

/** Insertions, deletions and replacements; an id that begins with the other is near whatever follows. */
function distanceOf(a: string, b: string): number {
  if (b.length >= 2 && a.startsWith(b)) return Math.min(1, a.length - b.length);
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
