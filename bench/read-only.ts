import { createReadStream } from 'node:fs';
import { readReport } from '../server/scanners/readers/read-report.js';

/** Reads the report named on the command line and stores nothing: the floor of any import. */
const [path = ''] = process.argv.slice(2);
const { results, partial } = await readReport(
  createReadStream(path, { highWaterMark: 256 * 1024 }),
  {
    fileName: path,
    onRows: () => {},
  },
);
if (partial) throw new Error('the report was not read whole');
console.log(results);
