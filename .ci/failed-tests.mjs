// Prints the failed tests of a folder of Vitest's JSON reports, each with the first line of its message.
//
//   node .ci/failed-tests.mjs FOLDER     reports are named SUITE.RANDOM; prints nothing when all passed
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const MAX_LINES = 40;
const MAX_WIDTH = 200;

const folder = process.argv[2];
const lines = readdirSync(folder)
  .sort()
  .flatMap((name) => failuresOf(name.slice(0, name.lastIndexOf('.')), join(folder, name)));

for (const line of lines.slice(0, MAX_LINES)) console.log(line);
if (lines.length > MAX_LINES) console.log(`… and ${lines.length - MAX_LINES} more lines`);

function failuresOf(suite, path) {
  const report = reportOf(path);
  if (report === null) return [`${suite}: Vitest ended without a report`];
  return report.testResults.flatMap((file) => {
    if (file.status !== 'failed') return [];
    const where = `${suite}: ${relative(process.cwd(), file.name)}`;
    const tests = file.assertionResults.filter(({ status }) => status === 'failed');
    if (tests.length === 0) return [where, ...messageLine(file.message)];
    return tests.flatMap(({ fullName, failureMessages }) => [
      `${where} › ${fullName}`.slice(0, MAX_WIDTH),
      ...messageLine(failureMessages[0]),
    ]);
  });
}

/** Null when it is missing or was not written whole. */
function reportOf(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function messageLine(message) {
  const first = stripVTControlCharacters(message ?? '')
    .split('\n')
    .find((line) => line.trim() !== '');
  return first === undefined ? [] : [`    ${first.trim().slice(0, MAX_WIDTH)}`];
}
