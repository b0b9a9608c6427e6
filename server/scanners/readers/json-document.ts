import {
  membersIn,
  membersWritten,
  type WithoutDuplicates,
  withoutDuplicates,
} from './json-duplicates.js';

/** The largest document that is parsed in one piece: parsing takes up to five times this in memory. */
export const MAX_DOCUMENT_BYTES = 128 * 1024 * 1024;
const MAX_DEPTH = 64;

/**
 * Parses a report that is one JSON object. A truncated report keeps its complete elements: it is cut
 * back to the last `}` that closes an element of one of `lists`, and closed there. Each of `lists` is
 * a list's position as brackets, outermost first: `{[` is `{"Results": [` .
 */
export function parseDocument(
  text: string,
  lists: readonly string[],
): { value: unknown; problem: string | null; twice?: WithoutDuplicates } {
  try {
    return { ...withAllMembers(text), problem: null };
  } catch {
    // Reported below; the engine's message may quote the text, and with it a secret.
  }
  const cut = cutBack(text, lists);
  if (cut === null) return { value: undefined, problem: 'is not valid JSON' };
  try {
    const problem =
      cut.closing === ''
        ? `has more data after the document, from character ${cut.end} on (two runs in one file?)`
        : `ends or breaks after character ${cut.end}; the complete part was read`;
    return { ...withAllMembers(text.slice(0, cut.end) + cut.closing), problem };
  } catch {
    return { value: undefined, problem: 'is not valid JSON' };
  }
}

function withAllMembers(text: string): { value: unknown; twice?: WithoutDuplicates } {
  const value: unknown = JSON.parse(text);
  const twice = membersIn(value) === membersWritten(text) ? null : withoutDuplicates(text);
  return twice ? { value: twice.value, twice } : { value };
}

/** The end of the last complete element, and the brackets that close the text there. */
function cutBack(text: string, lists: readonly string[]): { end: number; closing: string } | null {
  const wanted = new Set(lists);
  let open = '';
  let found: { end: number; open: string } | null = null;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    if (c === '"') i = endOfString(text, i);
    else if (c === '{' || c === '[') {
      open += c;
      if (open.length > MAX_DEPTH) break;
    } else if (c === '}' || c === ']') {
      if (open.at(-1) !== (c === '}' ? '{' : '[')) break;
      open = open.slice(0, -1);
      if (open === '') return { end: i + 1, closing: '' };
      if (c === '}' && wanted.has(open)) found = { end: i + 1, open };
    }
  }
  if (!found) return null;
  const closing = [...found.open].reverse().map((c) => (c === '{' ? '}' : ']'));
  return { end: found.end, closing: closing.join('') };
}

function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '"') return i;
  }
  return text.length;
}
