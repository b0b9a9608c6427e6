import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json, the same whether this runs from source or from `dist`. */
export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

/** The product's version, from package.json. */
export const version = String(
  (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: unknown })
    .version,
);

/** A file or folder of the build. */
export function built(...path: string[]): string {
  return join(packageRoot, 'dist', ...path);
}

function findRoot(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('package.json not found above the program');
  return findRoot(parent);
}
