// Reads the real Prowler's output through the real command line, and compares with counts of the files
// that are made here in the plainest way.
//
//   node .ci/prowler/check.mjs OUT_DIR      OUT_DIR is what run.sh filled
//
// Prints one line for each check and, at the end, “N passed, N failed”.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';

const [, , out] = process.argv;
if (!out) {
  console.error('usage: check.mjs OUT_DIR');
  process.exit(2);
}
const program = fileURLToPath(new URL('../../dist/server/cspm.js', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'cspm-prowler-'));
process.on('exit', () => rmSync(dataDir, { recursive: true, force: true }));

const total = { passed: 0, failed: 0 };

function check(what, actual, expected) {
  const isSame = JSON.stringify(actual) === JSON.stringify(expected);
  total[isSame ? 'passed' : 'failed'] += 1;
  console.log(`${isSame ? 'ok    ' : 'FAILED'} ${what}`);
  if (isSame) return;
  console.log(`       is        ${JSON.stringify(actual)}`);
  console.log(`       should be ${JSON.stringify(expected)}`);
}

function fileEnding(ending) {
  const name = readdirSync(out).find((each) => each.endsWith(ending));
  if (!name) throw new Error(`Prowler left no file *${ending} in ${out}`);
  return join(out, name);
}

function cspm(...args) {
  const env = { PATH: process.env.PATH, DATA_DIR: dataDir };
  const options = {
    env,
    maxBuffer: 2 ** 28,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  };
  return JSON.parse(execFileSync(process.execPath, [program, ...args], options));
}

/** Rows by verdict; a muted row counts as muted, whatever its status. */
function countsOf(rows) {
  const counts = { pass: 0, fail: 0, manual: 0, muted: 0, error: 0 };
  for (const { status, muted } of rows) {
    counts[muted ? 'muted' : { PASS: 'pass', FAIL: 'fail', MANUAL: 'manual' }[status]] += 1;
  }
  return counts;
}

const files = {
  ocsf: fileEnding('.ocsf.json'),
  csv: fileEnding('.csv'),
  asff: fileEnding('.asff.json'),
};
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));
const rows = {
  ocsf: readJson(files.ocsf).map((row) => ({
    status: row.status_code,
    muted: row.status === 'Suppressed',
  })),
  csv: parse(readFileSync(files.csv, 'utf8'), { columns: true, delimiter: ';' }).map((row) => ({
    status: row.STATUS,
    muted: row.MUTED === 'True',
  })),
  asff: readJson(files.asff).map((row) => ({
    status: { PASSED: 'PASS', FAILED: 'FAIL' }[row.Compliance.Status] ?? 'MANUAL',
    muted: row.Workflow?.Status === 'SUPPRESSED',
  })),
};

check('Prowler found something', rows.ocsf.length > 300, true);
for (const [format, file] of Object.entries(files)) {
  const { imports, findings } = cspm('assess', '--json', file);
  const [{ tool, results, partial, problem, file: _, version: __, ...counts }] = imports;
  check(
    `${format}: read whole, as Prowler`,
    { tool, partial, problem },
    { tool: 'prowler', partial: false, problem: null },
  );
  check(`${format}: every row was read`, results, rows[format].length);
  check(`${format}: verdicts, and nothing unread or unclear`, counts, {
    ...countsOf(rows[format]),
    unread: [],
    notes: [],
  });
  check(`${format}: every fail is an open finding`, findings.open, countsOf(rows[format]).fail);
}

const { fail } = countsOf(rows.ocsf);
const changesOf = (file) => cspm('import', '--json', file).imports[0].findings;
check('import: every fail opens a finding', changesOf(files.ocsf), {
  opened: fail,
  reopened: 0,
  resolved: 0,
  unchanged: 0,
  stale: 0,
});
check('import of the same scan as CSV: nothing changes', changesOf(files.csv), {
  opened: 0,
  reopened: 0,
  resolved: 0,
  unchanged: fail,
  stale: 0,
});
const { frameworks } = cspm('frameworks', '--json');
check(
  'frameworks: all of them are evaluated',
  frameworks.filter(({ coverage }) => coverage > 0).length,
  frameworks.length,
);
for (const { id, score, coverage, ceiling, requirements: r } of frameworks) {
  const sum = r.satisfied + r.partial + r.failing + r.notAssessed + r.notApplicable;
  check(
    `${id}: floor ≤ ceiling, and the counts add up`,
    [score <= ceiling, coverage <= 100, sum],
    [true, true, r.total],
  );
}
const gate = spawnSync(process.execPath, [program, 'assess', files.ocsf, '--fail-on', 'critical'], {
  encoding: 'utf8',
});
check('a gate on critical findings fails', gate.status, 3);

console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
