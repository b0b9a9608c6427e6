import type { Source } from './sources.js';

export interface ServiceParts {
  path: string;
  name: string;
  parts: string[];
}

/** The parts of each class that is built from parts: those of its `deps`, or its parameters. */
export function partsOfServices(files: readonly Source[]): ServiceParts[] {
  const ofAll = files.flatMap(({ text }) => declarationsOf(text));
  return files
    .filter(({ path }) => path.startsWith('server/'))
    .flatMap(({ path, text }) => {
      const types = new Map([...ofAll, ...declarationsOf(text)]);
      return [...text.matchAll(/\bclass (\w+)/g)].flatMap((found) => {
        const body = text.slice(found.index, nextClass(text, found.index + 1));
        const parameters = /\n {2}constructor\(([\s\S]*?)\) \{/.exec(body)?.[1];
        const name = found[1] ?? '';
        return parameters ? [{ path, name, parts: partsIn(parameters, types) }] : [];
      });
    });
}

function nextClass(text: string, from: number): number {
  const at = text.slice(from).search(/^(export )?(abstract )?class /m);
  return at < 0 ? text.length : from + at;
}

function partsIn(parameters: string, types: ReadonlyMap<string, string>): string[] {
  const [deps, ...others] = (/\bdeps: ([\s\S]*)$/.exec(parameters)?.[1] ?? '').split(
    /,\n {4}(?=\w)/,
  );
  return deps ? [...membersOf(deps, types), ...namesOf(others.join(',\n'))] : namesOf(parameters);
}

/** Interfaces and type aliases, by name. */
function declarationsOf(text: string): [string, string][] {
  const interfaces = [...text.matchAll(/^(?:export )?interface (\w+)([\s\S]*?\n\}|.*\{\})\n/gm)];
  const aliases = [...text.matchAll(/^(?:export )?type (\w+) = ([\s\S]*?);\n/gm)];
  return [...interfaces, ...aliases].map(([, name = '', body = '']) => [name, body]);
}

/**
 * Of a type as it is written: `Name`, `{ a: A }`, `Pick<Name, 'a'>`, and what these add up to. What the platform gives
 * to every module counts as one part.
 */
function membersOf(
  type: string,
  types: ReadonlyMap<string, string>,
  seen: ReadonlySet<string> = new Set(),
): string[] {
  const own = namesOf(inBraces(type));
  const rest = type.replace(inBraces(type), '');
  const picked = [...rest.matchAll(/\bPick<\s*(\w+),\s*([^>]*)>/g)].flatMap(
    ([, from, names = '']) =>
      from === 'Platform'
        ? ['platform']
        : [...names.matchAll(/'(\w+)'/g)].map((match) => match[1] ?? ''),
  );
  const named = rest.replace(/<[^<>]*>|\bextends\b/g, '').match(/\b[A-Z]\w+/g) ?? [];
  const inherited = named
    .filter((name) => types.has(name) && !seen.has(name))
    .flatMap((name) => membersOf(types.get(name) ?? '', types, new Set([...seen, name])));
  return [...new Set([...picked, ...own, ...inherited])];
}

/** What lies between the first brace and its end. */
function inBraces(type: string): string {
  const from = type.indexOf('{');
  if (from < 0) return '';
  let depth = 0;
  for (let at = from; at < type.length; at += 1) {
    if (type[at] === '{') depth += 1;
    if (type[at] === '}') depth -= 1;
    if (depth === 0) return type.slice(from + 1, at);
  }
  return type.slice(from + 1);
}

/** Names at the outermost level of a list of members or parameters. */
function namesOf(body: string): string[] {
  let depth = 0;
  let outer = '';
  for (const char of body.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '').replaceAll('=>', '')) {
    if ('{(<['.includes(char)) depth += 1;
    if (depth === 0) outer += char;
    if ('})>]'.includes(char)) depth -= 1;
  }
  return [...outer.matchAll(/(?:^|[;,\n])\s*(?:private |readonly |protected )*(\w+)\??:/g)].map(
    (match) => match[1] ?? '',
  );
}
