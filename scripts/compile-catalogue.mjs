// Writes dist/catalogue.json, which a start reads instead of the YAML files while these are the same.
import { renameSync, writeFileSync } from 'node:fs';
import {
  COMPILED,
  compiledText,
  loadCatalogue,
} from '../dist/server/modules/catalogue/common-controls/catalogue.js';

const unfinished = `${COMPILED}.${process.pid}`;
writeFileSync(unfinished, compiledText(loadCatalogue(undefined, { compiled: null })));
// In one step: a start meanwhile reads the old one or the new one.
renameSync(unfinished, COMPILED);
