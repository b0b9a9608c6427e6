import { readFileSync } from 'node:fs';

/** Parses the JSON file named on the command line and drops it: what its bytes cost at least. */
const [path = ''] = process.argv.slice(2);
console.log((JSON.parse(readFileSync(path, 'utf8')) as unknown[]).length);
