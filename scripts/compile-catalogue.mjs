// Writes dist/catalogue.json and dist/mapping.json, which a start reads instead of the YAML files.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const source = fileURLToPath(new URL('../server/compile-catalogue.ts', import.meta.url));
const { module } = await runnerImport(source, { configFile: false, logLevel: 'warn' });
module.compileCatalogue();
