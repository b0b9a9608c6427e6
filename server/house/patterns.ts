import { parseSync } from 'vite';
import { ofProduct, startsWith } from './sources.js';

// Every regular expression of the product.

export interface Pattern {
  path: string;
  source: string;
  flags: string;
}

/** Files that may have one: a parser reads only these. */
const MAY_HAVE = /[(,=:!&|?[{;\n]\s*\/[^/*\s]|RegExp\(/;

function patternsIn(path: string, text: string): { patterns: Pattern[]; built: number } {
  const patterns: Pattern[] = [];
  let built = 0;
  const { program } = parseSync(path, text);
  const open: unknown[] = [program];
  for (let next = open.pop(); next; next = open.pop()) {
    const node = next as {
      type?: string;
      regex?: { pattern: string; flags: string };
      callee?: { name?: string };
    };
    if (node.type === 'Literal' && node.regex) {
      patterns.push({ path, source: node.regex.pattern, flags: node.regex.flags });
    }
    if (node.callee?.name === 'RegExp') built += 1;
    for (const value of Object.values(next)) {
      if (typeof value === 'object' && value !== null) open.push(value);
    }
  }
  return { patterns, built };
}

const found = ofProduct
  .filter(({ path, text }) => startsWith(path, 'server', 'contract', 'web') && MAY_HAVE.test(text))
  .map(({ path, text }) => ({ path, ...patternsIn(path, text) }));

export const written: readonly Pattern[] = found.flatMap(({ patterns }) => patterns);
/** Files that build expressions from texts, with how many. */
export const builders: readonly (readonly [path: string, count: number])[] = found
  .filter(({ built }) => built > 0)
  .map(({ path, built }) => [path, built] as const);
