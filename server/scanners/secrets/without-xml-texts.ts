const MAX_TAG = 64;

/** Replaces the content of the given elements, which have no attributes, by a mask. */
export async function* withoutXmlTexts(
  input: AsyncIterable<Buffer>,
  names: readonly string[],
  mask: Buffer,
): AsyncGenerator<Buffer> {
  const opening = new RegExp(`<(${names.join('|')})>`);
  let held = '';
  /** The closing tag to find next. */
  let closing: string | null = null;
  for await (const chunk of input) {
    held += chunk.toString('latin1');
    let out = '';
    for (;;) {
      if (closing === null) {
        const found = opening.exec(held);
        if (!found) break;
        out += held.slice(0, found.index + found[0].length) + mask.toString('latin1');
        held = held.slice(found.index + found[0].length);
        closing = `</${found[1]}>`;
      }
      const end = held.indexOf(closing);
      if (end < 0) break;
      held = held.slice(end);
      closing = null;
    }
    // A tag may lie across two chunks.
    const keep = Math.min(held.length, MAX_TAG);
    if (closing === null) out += held.slice(0, held.length - keep);
    held = held.slice(held.length - keep);
    if (out !== '') yield Buffer.from(out, 'latin1');
  }
  if (closing === null && held !== '') yield Buffer.from(held, 'latin1');
}
