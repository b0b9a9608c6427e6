import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AnyEndpoint, PERMISSIONS } from '../contract/endpoint.js';
import { packageRoot } from './package-root.js';
import { describeServerConfig, readServerConfig } from './server-config.js';
import { MODULES } from './service-container.js';
import { createTestApp, type TestApp } from './testing/test-core.js';

// The rules of the house that are tests.

interface Source {
  /** From the repository's root: `server/app.ts`. */
  path: string;
  text: string;
  lines: number;
  /** What it imports: files of ours as paths, packages by name. */
  imports: string[];
}

const IMPORT = /(?:\bfrom\s+|\bimport\s+|\bimport\()\s*'([^'\n]+)'/g;
const sources = ['contract', 'server', 'web', 'bench', 'e2e'].flatMap((root) => readSources(root));
const ofProduct = sources.filter(({ path }) => !isForTests(path));

function readSources(folder: string): Source[] {
  const absolute = join(packageRoot, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => {
      const path = join(folder, name);
      const text = readFileSync(join(packageRoot, path), 'utf8');
      const imports = [...text.matchAll(IMPORT)].map(([, to = '']) =>
        to.startsWith('.') ? normalize(join(dirname(path), to)).replace(/\.js$/, '.ts') : to,
      );
      return { path, text, lines: text.split('\n').length - 1, imports };
    });
}

function isForTests(path: string): boolean {
  return /\.(test|contract|spec)\.tsx?$|\/testing\//.test(path);
}

const startsWith = (path: string, ...folders: string[]) =>
  folders.some((folder) => path === folder || path.startsWith(`${folder}/`));

/** `a.ts → b.ts` for each import that breaks the rule. */
function broken(files: Source[], isBroken: (from: string, to: string) => boolean): string[] {
  return files.flatMap(({ path, imports }) =>
    imports.filter((to) => isBroken(path, to)).map((to) => `${path} → ${to}`),
  );
}

test('there is something to look at', () => {
  expect(sources.length).toBeGreaterThan(200);
  expect(sources.find(({ path }) => path === 'server/app.ts')?.imports).toContain(
    'server/service-container.ts',
  );
});

describe('imports point one way', () => {
  const LAYERS = ['contract', 'server/platform', 'server/scanners', 'server/modules'];

  test('contract ← platform ← scanners ← modules ← the rest of the server', () => {
    const wrong = LAYERS.flatMap((layer, i) =>
      broken(
        ofProduct.filter(({ path }) => startsWith(path, layer)),
        (_, to) =>
          to !== 'server/package-root.ts' && // says where the files are, to all
          startsWith(to, 'contract', 'server', 'web', 'bench', 'e2e') &&
          !startsWith(to, ...LAYERS.slice(0, i + 1)),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('the server does not know its command line, its tests and its measurements', () => {
    const server = ofProduct.filter(({ path }) => startsWith(path, 'server'));
    const wrong = broken(
      server,
      (from, to) =>
        isForTests(to) ||
        startsWith(to, 'bench', 'e2e', 'web') ||
        (startsWith(to, 'server/cli') && !startsWith(from, 'server/cli')),
    );
    expect(wrong).toEqual([]);
  });

  test('the web app knows the contract only', () => {
    const web = sources.filter(({ path }) => startsWith(path, 'web'));
    const wrong = broken(web, (_, to) => startsWith(to, 'server', 'bench', 'e2e'));
    expect(wrong).toEqual([]);
  });

  test('the contract imports zod and itself only', () => {
    const contract = ofProduct.filter(({ path }) => startsWith(path, 'contract'));
    expect(broken(contract, (_, to) => to !== 'zod' && !startsWith(to, 'contract'))).toEqual([]);
  });

  test('modules reach each other through index.ts only, and only those before them', () => {
    const order: string[] = MODULES.map(({ name }) => name);
    const moduleOf = (path: string) => /^server\/modules\/([^/]+)\//.exec(path)?.[1];
    const wrong = broken(ofProduct, (from, to) => {
      const [mine, theirs] = [moduleOf(from), moduleOf(to)];
      if (!mine || !theirs || mine === theirs) return false;
      const isBefore = order.indexOf(theirs) < order.indexOf(mine);
      return !isBefore || to !== `server/modules/${theirs}/index.ts`;
    });
    expect(wrong).toEqual([]);
  });

  /** The features of the web app, each before those that may import it. */
  const FEATURES = [
    ...['scf', 'controls', 'mappings', 'frameworks', 'scoping', 'security-scans'],
    ...['cloud-accounts', 'orchestration', 'posture', 'inventory', 'cloud-security'],
    ...['container-security', 'web-security', 'assessments', 'evidence', 'drift', 'platform'],
  ];

  test('a feature of the web app imports only features before it', () => {
    const folders = readdirSync(join(packageRoot, 'web/features'));
    expect(folders.sort()).toEqual(FEATURES.toSorted());
    const featureOf = (path: string) => /^web\/features\/([^/]+)\//.exec(path)?.[1];
    const wrong = broken(sources, (from, to) => {
      const [mine, theirs] = [featureOf(from), featureOf(to)];
      if (!mine || !theirs || mine === theirs) return false;
      return FEATURES.indexOf(theirs) > FEATURES.indexOf(mine);
    });
    expect(wrong).toEqual([]);
  });

  test('what the features of the web app share does not import them', () => {
    const shared = sources.filter(({ path }) => startsWith(path, 'web/api', 'web/ui'));
    expect(broken(shared, (_, to) => startsWith(to, 'web/app', 'web/features'))).toEqual([]);
  });

  test('only the database folder knows a database driver', () => {
    const drivers = ['mongodb', '@photostructure/sqlite', 'node:sqlite', 'better-sqlite3'];
    const wrong = broken(
      ofProduct,
      (from, to) =>
        drivers.some((driver) => startsWith(to, driver)) &&
        !startsWith(from, 'server/platform/database'),
    );
    expect(wrong).toEqual([]);
  });
});

describe('a file', () => {
  test('is read in one sitting: 300 lines at most, 400 for tests', () => {
    const long = sources.filter(({ path, lines }) => lines > (isForTests(path) ? 400 : 300));
    expect(long.map(({ path, lines }) => `${path}: ${lines} lines`)).toEqual([]);
  });

  test('has no any in it but where a comment says why', () => {
    const wrong = sources.flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, i, lines) => {
        const code = line.replace(/\/\/.*|'[^']*'|`[^`]*`|^\s*\/?\*.*/g, '');
        const isAllowed = /biome-ignore .*noExplicitAny: \S/.test(lines[i - 1] ?? '');
        return /[:<,|&(]\s*any\b(?!\s*[=('])|\bas any\b/.test(code) && !isAllowed
          ? [`${path}:${i + 1}: ${line.trim()}`]
          : [];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('is named for what it does', () => {
    const vague = /(^|[/.-])(utils?|helpers?|common|misc)([./-]|$)/;
    const wrong = sources.filter(({ path }) => vague.test(path.replaceAll('common-control', '')));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('of the command line reaches its process through its io only', () => {
    const wrong = ofProduct.filter(
      ({ path, text }) =>
        startsWith(path, 'server/cli') &&
        !['server/cli/cspm.ts', 'server/cli/process-io.ts'].includes(path) &&
        /\bconsole\.|\bprocess\.(?!versions\b|uptime\b)|\}\s*= process;/.test(text),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('has no default export, but where a tool asks for it', () => {
    const wrong = sources.filter(({ text }) => /^export default /m.test(text));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });
});

describe('a module', () => {
  const folder = join(packageRoot, 'server/modules');

  test('is one folder, and every folder is one', () => {
    const folders = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(folders.sort()).toEqual(MODULES.map(({ name }) => name).sort());
  });

  test.each(MODULES.map(({ name }) => name))(
    '%s has an index.ts and a README of about a page',
    (name) => {
      expect(existsSync(join(folder, name, 'index.ts'))).toBe(true);
      const readme = readFileSync(join(folder, name, 'README.md'), 'utf8');
      const words = readme.split(/\s+/).length;
      expect(words).toBeGreaterThan(120);
      expect(words).toBeLessThan(900);
    },
  );

  test('what a README names is there', () => {
    const readmes = sources
      .map(({ path }) => dirname(path))
      .filter((place, i, all) => all.indexOf(place) === i)
      .filter((place) => existsSync(join(packageRoot, place, 'README.md')));
    const missing = [...readmes, '.', 'docs'].flatMap((place) => {
      const readme = join(packageRoot, place, 'README.md');
      if (!existsSync(readme)) return [];
      return linksOf(readFileSync(readme, 'utf8'))
        .map((link) => join(packageRoot, place, link))
        .filter((target) => !existsSync(target))
        .map((target) => relative(packageRoot, target));
    });
    expect(missing).toEqual([]);
  });
});

test('the README tells every variable of the configuration', () => {
  const readme = readFileSync(join(packageRoot, 'README.md'), 'utf8');
  const names = describeServerConfig(readServerConfig({})).map(({ name }) => name);
  const others = names.filter((name) => !/DB_NAME(_URI)?$/.test(name));
  expect(others.filter((name) => !readme.includes(`| \`${name}\` |`))).toEqual([]);
});

/** Relative links of a page. */
function linksOf(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map((match) => match[1] ?? '')
    .filter((link) => !/^[a-z]+:/.test(link));
}

const contracts: Record<string, unknown>[] = await Promise.all(
  readdirSync(join(packageRoot, 'contract'))
    .filter((name) => name.endsWith('.ts') && !isForTests(name))
    .map((name) => import(join(packageRoot, 'contract', name))),
);
/** Once each, though a contract may hand on what another declares. */
const declared = [...new Set(contracts.flatMap((file) => Object.values(file)).filter(isEndpoint))];

describe('an endpoint', () => {
  const nameOf = ({ method, path }: AnyEndpoint) => `${method} ${path}`;

  let app: TestApp;
  beforeAll(async () => {
    app = await createTestApp();
  });
  afterAll(() => app.close());

  test('is declared once', () => {
    const names = declared.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ':')}`);
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  test('of the contract is mounted, and none else', () => {
    expect(app.http.endpoints.map(nameOf).sort()).toEqual(declared.map(nameOf).sort());
  });

  test.each(declared.map((endpoint) => [nameOf(endpoint), endpoint] as const))(
    '%s says who may call, what it does and what it answers',
    (_, { access, summary, result, params, path, body, method, upload }) => {
      expect(['public', ...PERMISSIONS]).toContain(access);
      expect(summary).toMatch(/^\p{Lu}.{8,}[^.]$/u);
      expect(result).toBeDefined();
      const named = [...path.matchAll(/:(\w+)/g)].map((match) => match[1]);
      expect(Object.keys(params?.shape ?? {}).sort()).toEqual(named.sort());
      if (method === 'GET' || method === 'DELETE') expect(body ?? upload).toBeUndefined();
    },
  );

  test('lies under a prefix of its module, the longest that fits', () => {
    const wrong = declared.filter(({ path, module }) => {
      const fitting = MODULES.flatMap(({ name, prefixes }) =>
        prefixes.map((prefix) => ({ name, prefix })),
      ).filter(({ prefix }) => startsWith(path, prefix));
      const longest = Math.max(...fitting.map(({ prefix }) => prefix.length));
      const owners = fitting.filter(({ prefix }) => prefix.length === longest);
      return module === 'platform'
        ? owners.length > 0
        : !owners.some(({ name }) => name === module);
    });
    expect(wrong.map(nameOf)).toEqual([]);
  });

  test('there is no prefix that nothing lies under', () => {
    const idle = MODULES.flatMap(({ prefixes }) => prefixes).filter(
      (prefix) => !declared.some(({ path }) => startsWith(path, prefix)),
    );
    expect(idle).toEqual([]);
  });
});

function isEndpoint(value: unknown): value is AnyEndpoint {
  return typeof value === 'object' && value !== null && 'method' in value && 'access' in value;
}
