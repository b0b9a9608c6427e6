import type { z } from 'zod';
import { readYaml } from './read-yaml.js';

/** Reads and validates a file of the library; an error names it and the entry. */
export function parseFile<T>(file: string, text: string, schema: z.ZodType<T>): T {
  const data = readYaml(file, text);
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, 5);
  const problems = issues.map(({ path, message }) => `${entryAt(data, path)}: ${message}`);
  throw new Error(`${file}: ${problems.join('; ')}`);
}

/** The place of a mistake, with the entry's own id where it has one: `controls[3] (IAC-06).weight`. */
function entryAt(data: unknown, path: readonly PropertyKey[]): string {
  let at: unknown = data;
  let place = '';
  for (const key of path) {
    at = typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined;
    const id = typeof at === 'object' && at !== null ? Reflect.get(at, 'id') : undefined;
    place += typeof key === 'number' ? `[${key}]` : `${place === '' ? '' : '.'}${String(key)}`;
    if (typeof id === 'string') place += ` (${id})`;
  }
  return place;
}
