import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { built, packageRoot } from '../../../package-root.js';
import { RulesFile, readMappingFile, TopicsFile } from './mapping-file.js';

/** The folder of the rules of this build. */
export const SHIPPED = join(packageRoot, 'catalogue', 'mappings');

/** The rules as JSON, written by `npm run build`, so that their first use need not read YAML. */
export const COMPILED_MAPPING = built('mapping.json');

/** The contents of a folder's files, each validated separately. */
export interface MappingFiles {
  topics: TopicsFile;
  rules: readonly { file: string; given: RulesFile }[];
}

interface Source {
  file: string;
  source: string;
}

/** The texts of a folder's files, and their sha256. */
export function readSources(folder: string): { version: string; sources: Source[] } {
  const hash = createHash('sha256');
  const sources = ['topics.yaml', ...rulesFilesOf(folder)].map((file) => {
    const source = readFileSync(join(folder, file), 'utf8');
    hash.update(file).update('\0').update(source).update('\0');
    return { file, source };
  });
  return { version: hash.digest('hex'), sources };
}

/** Null when it is missing, unreadable, or made from other files. */
export function readCompiled(file: string, version: string): MappingFiles | null {
  try {
    const text = readFileSync(file, 'utf8');
    if (!text.startsWith(`${version}\n`)) return null;
    return JSON.parse(text.slice(version.length + 1)) as MappingFiles;
  } catch {
    return null;
  }
}

/** Throws an error that names file and entry when a file is invalid. */
export function parsed(sources: readonly Source[]): MappingFiles {
  const [first, ...others] = sources;
  return {
    topics: readMappingFile('topics.yaml', first?.source ?? '', TopicsFile),
    rules: others.map(({ file, source }) => ({
      file,
      given: readMappingFile(file, source, RulesFile),
    })),
  };
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
