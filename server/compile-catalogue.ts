import { renameSync, writeFileSync } from 'node:fs';
import {
  COMPILED,
  compiledText,
  loadCatalogue,
} from './modules/catalogue/common-controls/catalogue.js';
import { compiledMapping } from './modules/mapping/matching/curated-mapping.js';
import { COMPILED_MAPPING } from './modules/mapping/matching/mapping-sources.js';

/** Writes library and mapping rules as the JSON that a start reads while the YAML files are unchanged. */
export function compileCatalogue(): void {
  write(COMPILED, compiledText(loadCatalogue(undefined, { compiled: null })));
  write(COMPILED_MAPPING, compiledMapping());
}

/** Replaces the file atomically: a concurrent start reads the old or the new one. */
function write(file: string, text: string): void {
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, file);
}
