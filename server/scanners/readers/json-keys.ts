const SPACE = new Set([' ', '\n', '\r', '\t', '\ufeff']);
const MAX_TEXT = 500;

export interface TopKeys {
  /** The beginning of the text. */
  head: string;
  /** True for a list; `has` and `textOf` then describe its first object. */
  list: boolean;
  has(key: string): boolean;
  /** The key's value if it is a string, else empty. */
  textOf(key: string): string;
}

/**
 * The top-level keys in the beginning of a JSON text. Nested keys are ignored, as a scanned resource
 * may have put them there to pose as another kind of report.
 */
export function topKeys(head: string): TopKeys {
  const values = new Map<string, string>();
  let at = 0;
  while (SPACE.has(head[at] ?? '')) at += 1;
  const list = head[at] === '[';
  const outer = list ? 2 : 1;
  let depth = 0;
  let key: string | null = null;
  for (; at < head.length; at += 1) {
    const c = head[at];
    if (c === '"') {
      const end = endOfText(head, at);
      if (depth === outer) {
        const text = textIn(head.slice(at, end + 1));
        if (key === null) key = text;
        else values.set(key, text);
      }
      at = end;
    } else if (c === ':' && depth === outer && key !== null) values.set(key, '');
    else if (c === ',' && depth === outer) key = null;
    else if (c === '{' || c === '[') depth += 1;
    else if (c === '}' || c === ']') {
      depth -= 1;
      if (depth < outer) break;
    }
  }
  return {
    head,
    list,
    has: (name) => values.has(name),
    textOf: (name) => values.get(name) ?? '',
  };
}

function endOfText(head: string, start: number): number {
  for (let at = start + 1; at < head.length; at += 1) {
    if (head[at] === '\\') at += 1;
    else if (head[at] === '"') return at;
  }
  return head.length;
}

function textIn(quoted: string): string {
  if (quoted.length > MAX_TEXT) return '';
  try {
    return String(JSON.parse(quoted));
  } catch {
    return '';
  }
}
