// Writes dist/catalogue.json, which a start reads instead of the YAML files while these are the same.
import { renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const SOURCE = '../server/modules/catalogue/common-controls/catalogue.ts';

const { module } = await runnerImport(fileURLToPath(new URL(SOURCE, import.meta.url)), {
  configFile: false,
  logLevel: 'warn',
});
const { COMPILED, compiledText, loadCatalogue } = module;
const unfinished = `${COMPILED}.${process.pid}`;
writeFileSync(unfinished, compiledText(loadCatalogue(undefined, { compiled: null })));
// In one step: a start meanwhile reads the old one or the new one.
renameSync(unfinished, COMPILED);
