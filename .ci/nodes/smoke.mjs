// The product as it is installed, on one version of Node: it is installed for production, started, and
// asked to assess and to import a report.
//
//   node .ci/nodes/smoke.mjs NODE      NODE is the program of that version
//
// Needs a built tree. Prints one line for each check and, at the end, “N passed, N failed”.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SAMPLE = join(root, 'server/scanners/tools/prowler/fixtures/aws-sample.ocsf.json');
const PARTS = [
  'dist/server',
  'dist/web',
  'dist/catalogue.json',
  'dist/mapping.json',
  'catalogue',
  'package.json',
];
const READY_MS = 60_000;

const [node] = process.argv.slice(2);
const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
const folder = mkdtempSync(join(tmpdir(), 'cspm-node-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const env = {
  ...process.env,
  PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
  DATA_DIR: join(folder, 'data'),
};
const program = join(folder, 'dist/server/cspm.js');
const total = { passed: 0, failed: 0 };

function check(what, isGood, output = '') {
  total[isGood ? 'passed' : 'failed'] += 1;
  console.log(`${isGood ? 'ok    ' : 'FAILED'} Node ${version}: ${what}`);
  if (!isGood && output) console.log(String(output).slice(-4_000).replace(/^/gm, '       '));
}

const run = (command, args) =>
  spawnSync(command, args, { cwd: folder, env, encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
const cspm = (...args) => run(node, [program, ...args]);

/** The first import of a command's JSON output; undefined when it printed anything else. */
function importIn(stdout) {
  try {
    return JSON.parse(stdout).imports[0];
  } catch {
    return undefined;
  }
}

for (const part of [...PARTS, 'package-lock.json']) {
  cpSync(join(root, part), join(folder, part), { recursive: true });
}
// The compile cache of an earlier start with this version is not part of the product.
rmSync(join(folder, 'dist/server/compile-cache'), { recursive: true, force: true });
const installed = run('npm', [
  'ci',
  '--omit=dev',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
]);
check('npm ci --omit=dev --ignore-scripts', installed.status === 0, installed.stderr);

const assessed = cspm('assess', '--json', SAMPLE);
check('cspm assess', importIn(assessed.stdout)?.results === 73, assessed.stderr);
const imported = cspm('import', '--json', SAMPLE);
check('cspm import', importIn(imported.stdout)?.status === 'completed', imported.stderr);
const frameworks = cspm('frameworks');
check('cspm frameworks', frameworks.status === 0 && /%/.test(frameworks.stdout), frameworks.stderr);
const noise = [assessed, imported, frameworks].map(({ stderr }) => stderr).join('');
check('no warnings', noise === '', noise);

const server = spawn(node, [program, 'serve'], { cwd: folder, env: { ...env, PORT: '0' } });
let output = '';
for (const stream of [server.stdout, server.stderr]) {
  stream.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
}
const ended = new Promise((resolve) => server.on('close', resolve));
const address = await new Promise((resolve) => {
  const giveUp = setTimeout(resolve, READY_MS);
  server.stdout.on('data', () => {
    const found = /ready at (http:\/\/\S+)/.exec(output)?.[1];
    if (!found) return;
    clearTimeout(giveUp);
    resolve(found);
  });
  server.on('close', resolve);
});
check('cspm serve', typeof address === 'string', output);
if (typeof address === 'string') {
  const health = await fetch(`${address}/api/health`).then((response) => response.json());
  // Its status is “degraded” where scanners are missing, which is no fault here.
  const isWell =
    health.modules.every(({ status }) => status === 'available') &&
    health.databases.every(({ ok }) => ok);
  check('its modules and databases are available', isWell, JSON.stringify(health));
  const page = await fetch(address, { headers: { accept: 'text/html' } });
  check('the web app is served', page.status === 200 && (await page.text()).includes('<script'));
}
server.kill('SIGTERM');
check('SIGTERM ends it with code 0', (await ended) === 0, output);

console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
