import { refuse } from './refuse.js';

const MAX_PIECES = 300;

/** Parses `22,80,8000-8100`; returns it in order, merged and without blanks. */
export function parsePorts(text: string): string {
  const pieces = text.split(',').map((piece) => piece.trim());
  if (pieces.length > MAX_PIECES) throw refuse('port list', text, `more than ${MAX_PIECES} pieces`);
  const ranges = pieces.map((piece) => rangeOf(piece, text)).sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const [from, to] of ranges) {
    const last = merged.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

/** How many ports such a list names; null when it is not one. */
export function countPorts(list: string): number | null {
  let count = 0;
  for (const piece of list.split(',')) {
    const found = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(piece);
    if (!found) return null;
    count += Number(found[2] ?? found[1]) - Number(found[1]) + 1;
  }
  return count;
}

function rangeOf(piece: string, text: string): [number, number] {
  const found = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(piece);
  const from = Number(found?.[1]);
  const to = Number(found?.[2] ?? found?.[1]);
  if (!found || from < 1 || to > 65_535 || from > to) {
    throw refuse('port list', text, 'write ports and ranges from 1 to 65535: 22,80,8000-8100');
  }
  return [from, to];
}
