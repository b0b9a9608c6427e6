// The first steps after cloning the repository: the command line, then npm start. Everything is installed
// and built from nothing, in a temporary folder.
//
//   node .ci/fresh-clone.mjs      clones this repository, with uncommitted changes
//
// Prints one line for each check and, at the end, “N passed, N failed”.
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SAMPLE = 'server/scanners/tools/prowler/fixtures/aws-sample.ocsf.json';
const START_MS = 10 * 60_000;

const root = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'cspm-clone-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
const clone = join(work, 'offload-security');
const total = { passed: 0, failed: 0 };

function check(what, isGood, output = '') {
  total[isGood ? 'passed' : 'failed'] += 1;
  console.log(`${isGood ? 'ok    ' : 'FAILED'} ${what}`);
  if (!isGood && output) console.log(String(output).slice(-4_000).replace(/^/gm, '       '));
}

execFileSync('git', ['clone', '--quiet', root, clone]);
const listed = execFileSync('git', ['ls-files', '-z', '-mco', '--exclude-standard'], { cwd: root });
for (const name of new Set(String(listed).split('\0').filter(Boolean))) {
  if (existsSync(join(root, name))) cpSync(join(root, name), join(clone, name));
  else rmSync(join(clone, name), { force: true });
}

/** Runs a command in the clone, in a separate process group, as a shell does. */
function start(command, args, env = {}) {
  const child = spawn(command, args, {
    cwd: clone,
    env: { ...process.env, ...env },
    detached: true,
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text;
    });
  }
  const end = new Promise((resolve) => child.on('close', (code) => resolve({ code, ...output })));
  return { child, output, end };
}

/** Whether it is one JSON document and nothing else. */
function isReport(stdout) {
  try {
    return JSON.parse(stdout).imports[0].results === 73;
  } catch {
    return false;
  }
}

const cspm = (...args) => start('npm', ['run', '-s', 'cspm', '--', ...args]).end;

const first = await cspm('assess', '--json', SAMPLE);
check(
  'npm run -s cspm installs and builds, and prints only what the command prints',
  isReport(first.stdout),
  first.stdout + first.stderr,
);

const started = performance.now();
const server = start('npm', ['start'], { PORT: '0', DATA_DIR: join(work, 'data') });
const deadline = started + START_MS;
let address;
while (!address && performance.now() < deadline && server.child.exitCode === null) {
  await new Promise((resolve) => setTimeout(resolve, 250));
  address = /ready at (http:\/\/\S+)/.exec(server.output.stdout)?.[1];
}
const seconds = Math.round((performance.now() - started) / 1000);
check(
  `npm start builds what is missing and prints its address (${seconds} s)`,
  address,
  server.output.stderr,
);
if (address) {
  const health = await fetch(`${address}/api/health`).then((response) => response.json());
  // Its status is “degraded” once it has found that scanners are missing, which is no fault here.
  const isWell =
    health.modules.every(({ status }) => status === 'available') &&
    health.databases.every(({ ok }) => ok);
  check('its modules and databases are available', isWell, JSON.stringify(health));
  const page = await fetch(address, { headers: { accept: 'text/html' } });
  check('the web app is served', page.status === 200 && (await page.text()).includes('<script'));
  process.kill(-server.child.pid, 'SIGINT'); // as Ctrl+C does
  // npm itself ends by the signal, so the server's output decides.
  const { stdout, stderr } = await server.end;
  check('Ctrl+C shuts it down cleanly', stdout.includes('shutting down'), stderr);
} else process.kill(-server.child.pid, 'SIGKILL');

const again = await cspm('assess', '--json', SAMPLE);
check(
  'nothing is installed or built twice',
  again.stderr === '' && isReport(again.stdout),
  again.stderr,
);

const now = new Date();
utimesSync(join(clone, 'server/app.ts'), now, now);
const rebuilt = await cspm('assess', '--json', SAMPLE, '--fail-on', 'critical');
check(
  'changed sources are rebuilt; progress goes to standard error',
  /Building the server/.test(rebuilt.stderr) && isReport(rebuilt.stdout),
  rebuilt.stderr,
);
check('exit codes are passed on', rebuilt.code === 3, `${rebuilt.code} ${rebuilt.stderr}`);
const dirty = execFileSync('git', ['status', '--porcelain', '--ignored', 'data', 'dist'], {
  cwd: clone,
});
check('git ignores what is built', !/^\?\?/m.test(String(dirty)), dirty);

console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
