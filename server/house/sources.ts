import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { packageRoot } from '../package-root.js';

// What the rules of the house look at.

export interface Source {
  /** From the repository's root: `server/app.ts`. */
  path: string;
  text: string;
  lines: number;
  /** What it imports, types included: our files as paths, packages by name. */
  imports: string[];
}

const IMPORT = /(?:\bfrom\s+|\bimport\s+|\bimport\()\s*'([^'\n]+)'/g;

export const sources: readonly Source[] = [
  'contract',
  'server',
  'web',
  'bench',
  'e2e',
  'soak',
].flatMap((root) => readSources(root));
export const ofProduct: readonly Source[] = sources.filter(({ path }) => !isForTests(path));

function readSources(folder: string): Source[] {
  const absolute = join(packageRoot, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => {
      const path = join(folder, name);
      const text = readFileSync(join(packageRoot, path), 'utf8');
      const imports = [...text.matchAll(IMPORT)].map(([, to = '']) =>
        to.startsWith('.') ? fileOf(normalize(join(dirname(path), to))) : to,
      );
      return { path, text, lines: text.split('\n').length - 1, imports };
    });
}

/** The source behind an import of `x.js`. */
function fileOf(path: string): string {
  const [ts, tsx] = [path.replace(/\.js$/, '.ts'), path.replace(/\.js$/, '.tsx')];
  return !existsSync(join(packageRoot, ts)) && existsSync(join(packageRoot, tsx)) ? tsx : ts;
}

export function isForTests(path: string): boolean {
  return /\.(test|contract|spec)\.tsx?$|\/testing\/|^server\/house\/|^soak\//.test(path);
}

export function startsWith(path: string, ...folders: string[]): boolean {
  return folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

/** `a.ts → b.ts` for each import that breaks the rule. */
export function broken(
  files: readonly Source[],
  isBroken: (from: string, to: string) => boolean,
): string[] {
  return files.flatMap(({ path, imports }) =>
    imports.filter((to) => isBroken(path, to)).map((to) => `${path} → ${to}`),
  );
}
