import { JSON_SCHEMA, load } from 'js-yaml';

const PROVIDER = /^ {6}([a-z0-9]+):$/;
const ANCHOR = /^ {8}- \{ ([a-z]+): \[([^[\]{}]*)\](?:, whenSeen: ([a-z0-9_]+))? \}$/;
/** Quoted without escapes, or plain and certainly text. */
const NAME = /^(?:"([^"\\]+)"|([a-z][\w-]*))$/;
/** Plain words that YAML reads as other types. */
const WORDS = new Set(['true', 'false', 'null']);

/**
 * Reads the lines below `proof:`. The usual form of an anchor, one line each, is read by patterns; anything
 * else goes to the YAML parser, which takes several times as long. Null when these lines alone are no YAML.
 */
export function readProof(text: string): unknown {
  const proof = readQuickly(text);
  if (proof) return proof;
  try {
    return load(text, { schema: JSON_SCHEMA });
  } catch {
    return null;
  }
}

function readQuickly(text: string): object | null {
  const proof: Record<string, object[]> = {};
  let anchors: object[] | undefined;
  for (const line of text.split('\n')) {
    const [, provider] = PROVIDER.exec(line) ?? [];
    if (provider !== undefined && !(provider in proof) && !/^\d/.test(provider)) {
      anchors = [];
      proof[provider] = anchors;
      continue;
    }
    const anchor = anchors && anchorOf(line);
    if (!anchor) return null;
    anchors?.push(anchor);
  }
  return Object.values(proof).every((list) => list.length > 0) ? proof : null;
}

function anchorOf(line: string): object | null {
  const [, needs, list, whenSeen] = ANCHOR.exec(line) ?? [];
  if (needs === undefined || list === undefined) return null;
  const names: string[] = [];
  for (const item of list.split(', ')) {
    const [, quoted, plain] = NAME.exec(item.trim()) ?? [];
    const name = quoted ?? plain;
    if (name === undefined || (plain !== undefined && WORDS.has(plain))) return null;
    names.push(name);
  }
  if (whenSeen === undefined) return { [needs]: names };
  return WORDS.has(whenSeen) || /^\d/.test(whenSeen) ? null : { [needs]: names, whenSeen };
}
