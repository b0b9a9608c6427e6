import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../package-root.js';
import { describeServerConfig, readServerConfig } from '../server-config.js';

const ROOTS = [
  '.ci',
  'bench',
  'catalogue',
  'contract',
  'docs',
  'e2e',
  'scripts',
  'server',
  'soak',
  'web',
];
/** Every file of the repository, from its root. */
const files = [
  ...ROOTS,
  ...readdirSync(packageRoot, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name),
  ...ROOTS.filter((root) => existsSync(join(packageRoot, root))).flatMap((root) =>
    readdirSync(join(packageRoot, root), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(root, name),
    ),
  ),
];
const pages = files.filter((file) => file.endsWith('.md'));

describe('a page of documentation', () => {
  test('links to pages and files that exist', () => {
    const missing = pages.flatMap((page) =>
      linksOf(textOf(page))
        .map((link) => join(packageRoot, dirname(page), link))
        .filter((target) => !existsSync(target))
        .map((target) => `${page} → ${relative(packageRoot, target)}`),
    );
    expect(missing).toEqual([]);
  });

  test('names files and folders that exist', () => {
    const missing = pages.flatMap((page) =>
      namesIn(textOf(page))
        .filter((name) => !exists(name))
        .map((name) => `${page}: ${name}`),
    );
    expect(missing).toEqual([]);
  });
});

test('the README lists every variable of the configuration', () => {
  const readme = textOf('README.md');
  const names = describeServerConfig(readServerConfig({})).map(({ name }) => name);
  const others = names.filter((name) => !/DB_NAME(_URI)?$/.test(name));
  expect(others.filter((name) => !readme.includes(`| \`${name}\` |`))).toEqual([]);
});

function textOf(page: string): string {
  return readFileSync(join(packageRoot, page), 'utf8');
}

/** Relative links of a page. */
function linksOf(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map((match) => match[1] ?? '')
    .filter((link) => !/^[a-z]+:/.test(link));
}

/** Sources and folders named in code spans: `engine/laws.test.ts`, `server/modules/`. */
function namesIn(markdown: string): string[] {
  const spans = [...markdown.matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');
  return spans.filter((span) => /^(?!\/|\.\.)[\w@./-]+(\.(tsx?|mjs|md)|\/)$/.test(span));
}

/** Anywhere in the repository, as the end of a path: pages name what is beside them by its name. */
function exists(name: string): boolean {
  const wanted = name.replace(/\/$/, '');
  return files.some((file) => file === wanted || file.endsWith(`/${wanted}`));
}
