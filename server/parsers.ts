import { runParsers } from './platform/parsing/run-parsers.js';
import { PARSERS } from './product-parsers.js';

/** The program of parser processes, see `Parsing`. */
runParsers(async (name) => {
  const load = PARSERS[name];
  if (!load) throw new Error(`there is no parser ${name}`);
  return load();
});
