import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { built, packageRoot } from '../../../package-root.js';
import type { Catalogue } from '../../catalogue/index.js';
import {
  type CuratedRule,
  type CuratedRules,
  type MappingFiles,
  rejectUnreachable,
  rulesOf,
  type Topic,
} from './curated-rules.js';
import { lower, type MappedCheck } from './mapped-check.js';
import { RulesFile, readMappingFile, TopicsFile } from './mapping-file.js';

/**
 * Which controls a check serves, by rules that people wrote. Files are read at once and understood at
 * first use, so that a start does not wait for rules that nobody asks; immutable.
 */
export class CuratedMapping {
  /** sha256 over the files: changes when any rule does. */
  readonly version: string;
  readonly #compile: () => CuratedRules;
  #compiled: CuratedRules | undefined;

  constructor(version: string, compile: () => CuratedRules) {
    this.version = version;
    this.#compile = compile;
  }

  /** Throws when a file does not fit, naming it and the entry; so does `ruleFor`. */
  get topics(): ReadonlyMap<string, Topic> {
    return this.#all.topics;
  }

  /** The first rule that fits: specific files before general ones, in a file from the top. */
  ruleFor(given: MappedCheck): CuratedRule | null {
    const check = lower(given);
    if (check.id === '' && check.title === '' && check.categories.length === 0) return null;
    for (const part of this.#all.parts) {
      if (!part.fits(check)) continue;
      const rule = part.rules.find((each) => each.fits(check));
      if (rule) return rule;
    }
    return null;
  }

  get #all(): CuratedRules {
    this.#compiled ??= this.#compile();
    return this.#compiled;
  }
}

/** The rules read once and written as JSON by `npm run build`, so that their first use need not read YAML. */
export const COMPILED_MAPPING = built('mapping.json');

/** The last mapping of this process whose rules were read, for whoever loads the same files next. */
let kept: { version: string; all: CuratedRules } | undefined;

/**
 * The mapping of a folder. `knows`: whether a control exists. Where the compiled rules were made of exactly
 * these files they are used instead: they were validated when they were made.
 */
export function loadMapping(
  knows: (controlId: string) => boolean,
  folder = join(packageRoot, 'catalogue', 'mappings'),
  { compiled = COMPILED_MAPPING }: { compiled?: string | null } = {},
): CuratedMapping {
  const hash = createHash('sha256');
  const sources = ['topics.yaml', ...rulesFilesOf(folder)].map((file) => {
    const source = readFileSync(join(folder, file), 'utf8');
    hash.update(file).update('\0').update(source).update('\0');
    return { file, source };
  });
  const version = hash.digest('hex');
  return new CuratedMapping(version, () => {
    if (kept?.version === version && areKnown(kept.all, knows)) return kept.all;
    const known = compiled === null ? null : readCompiled(compiled, version);
    const all = known ? rulesOf(known, knows) : checked(parsed(sources), knows);
    kept = { version, all };
    return all;
  });
}

const ofLibrary = new WeakMap<Catalogue, CuratedMapping>();

/** The mapping of this build to the controls of this library. It is immutable, so cores share it. */
export function shippedMapping(library: Catalogue): CuratedMapping {
  const known = ofLibrary.get(library);
  if (known) return known;
  const mapping = loadMapping((controlId) => library.controls.has(controlId));
  ofLibrary.set(library, mapping);
  return mapping;
}

/** What `loadMapping` takes for a compiled mapping: the version in the first line, then the files. */
export function compiledMapping(folder = join(packageRoot, 'catalogue', 'mappings')): string {
  const sources = ['topics.yaml', ...rulesFilesOf(folder)].map((file) => ({
    file,
    source: readFileSync(join(folder, file), 'utf8'),
  }));
  const { version } = loadMapping(() => true, folder, { compiled: null });
  const files = parsed(sources);
  checked(files, () => true);
  return `${version}\n${JSON.stringify(files)}\n`;
}

/** Null when there is none, when it was made of other files, and when it cannot be read. */
function readCompiled(file: string, version: string): MappingFiles | null {
  try {
    const text = readFileSync(file, 'utf8');
    if (!text.startsWith(`${version}\n`)) return null;
    return JSON.parse(text.slice(version.length + 1)) as MappingFiles;
  } catch {
    return null;
  }
}

function parsed(sources: readonly { file: string; source: string }[]): MappingFiles {
  const [first, ...others] = sources;
  return {
    topics: readMappingFile('topics.yaml', first?.source ?? '', TopicsFile),
    rules: others.map(({ file, source }) => ({
      file,
      given: readMappingFile(file, source, RulesFile),
    })),
  };
}

function checked(files: MappingFiles, knows: (controlId: string) => boolean): CuratedRules {
  const all = rulesOf(files, knows);
  for (const { file, given } of files.rules) rejectUnreachable(file, given.rules);
  return all;
}

function areKnown({ topics, parts }: CuratedRules, knows: (controlId: string) => boolean): boolean {
  const edges = [
    ...[...topics.values()].flatMap((topic) => topic.edges),
    ...parts.flatMap(({ rules }) => rules.flatMap((rule) => rule.edges)),
  ];
  return edges.every(({ controlId }) => knows(controlId));
}

function rulesFilesOf(folder: string): string[] {
  const tools = readdirSync(folder, { withFileTypes: true }).filter((each) => each.isDirectory());
  const files = tools.flatMap(({ name }) =>
    readdirSync(join(folder, name))
      .filter((file) => file.endsWith('.yaml'))
      .map((file) => `${name}/${file}`),
  );
  return files.sort();
}
