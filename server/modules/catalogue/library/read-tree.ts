import { FAILSAFE_SCHEMA, load } from 'js-yaml';
import { asUnreadable } from '../../../platform/parsing/unreadable.js';
import { type FileProblem, rejected } from './file-problems.js';
import { jsonBreak } from './json-break.js';

const MAX_DEPTH = 40;
const MAX_VALUES = 400_000;

/**
 * Reads uploaded JSON or YAML. In YAML every plain value is text, so that an id such as 1.10 does not
 * change. Throws InvalidInputError with the place.
 */
export function readTree(text: string, format: 'json' | 'yaml'): unknown {
  const data = format === 'json' ? parseJson(text) : parseYaml(text);
  const problem = limitProblem(data);
  if (problem) throw rejected([problem]);
  return data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw rejected([{ at: placeIn(text, jsonBreak(text)), message: 'is not JSON from here on' }]);
  }
}

function placeIn(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`;
}

function parseYaml(text: string): unknown {
  try {
    return load(text, { schema: FAILSAFE_SCHEMA });
  } catch (error) {
    throw asUnreadable(error);
  }
}

/** A value in two places is an anchor: a few lines of anchors expand to gigabytes. */
function limitProblem(root: unknown): FileProblem | null {
  const seen = new Set<object>();
  const open: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next;
    if (typeof value !== 'object' || value === null) continue;
    if (seen.has(value)) return { at: 'file', message: 'has anchors, which are not read' };
    seen.add(value);
    if (depth > MAX_DEPTH)
      return { at: 'file', message: `is nested deeper than ${MAX_DEPTH} levels` };
    const inside = Object.values(value);
    if (open.length + seen.size + inside.length > MAX_VALUES) {
      return { at: 'file', message: `has more than ${MAX_VALUES} values` };
    }
    for (const each of inside) open.push({ value: each, depth: depth + 1 });
  }
  return null;
}

export type Tree = Readonly<Record<string, unknown>>;

/** The value if it is an object and no list; else an empty object. */
export function treeOf(value: unknown): Tree {
  const isTree = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isTree ? (value as Tree) : {};
}

const MAX_UNKNOWN = 20;

/** Unknown names, without duplicates: a misspelt name is reported, not ignored. */
export function unknownOf(names: Iterable<string>, known: readonly string[]): string[] {
  const found = new Set<string>();
  for (const name of names) if (name !== '' && !known.includes(name)) found.add(name.slice(0, 60));
  return [...found].slice(0, MAX_UNKNOWN);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
