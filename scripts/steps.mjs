// Steps that the npm commands share. Plain Node, no dependencies: they run before anything is installed.
import { spawn } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const NEEDED = [20, 19];
/** One file per part of the build, whose age counts as the part's. */
const BUILT = {
  server: join(root, 'dist', 'server', 'cspm.js'),
  catalogue: join(root, 'dist', 'mapping.json'),
  web: join(root, 'dist', 'web', 'index.html'),
  tools: join(root, 'dist', 'tools', 'bench.js'),
};
const SERVER_SOURCES = ['contract', 'server', 'package-lock.json', 'scripts/bundle.mjs'];
/** A step prints to standard error, so that standard output is the command's alone. */
const QUIET = ['inherit', process.stderr, 'inherit'];

/** Stops with what to do when this Node is too old. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])) return;
  console.error(
    `This needs Node ${NEEDED.join('.')} or newer; this is ${process.versions.node}. Get a newer one from nodejs.org or your package manager.`,
  );
  process.exit(1);
}

/** Installs exactly what the lockfile lists, unless that is done already. */
export async function install() {
  const done = join(root, 'node_modules', '.package-lock.json');
  const isCurrent = existsSync(done) && modified(done) >= modified(join(root, 'package-lock.json'));
  if (isCurrent) return;
  const folder = join(root, 'node_modules');
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) {
    // npm ci would follow the link and empty what it points to.
    console.error(
      'node_modules is a link to another folder, and its packages are older than package-lock.json: install them there, or remove the link.',
    );
    process.exit(1);
  }
  say('Installing packages (npm ci) …');
  // A production environment would leave out what building needs.
  await run('npm', ['ci', '--include=dev', '--loglevel=error'], {
    shell: process.platform === 'win32',
    stdio: QUIET,
  });
}

/** Builds server and web app where their sources are newer than the build. */
export async function build({ force = false } = {}) {
  if (force || isOlder(BUILT.server, SERVER_SOURCES)) {
    say('Building the server …');
    await node('bundle.mjs', 'product');
    await node('compile-catalogue.mjs');
  } else if (isOlder(BUILT.catalogue, ['catalogue'])) {
    await node('compile-catalogue.mjs');
  }
  if (force || isOlder(BUILT.web, ['contract', 'package-lock.json', 'web', 'vite.config.ts'])) {
    say('Building the web app …');
    await tool('vite', ['build', '--logLevel', 'warn'], { stdio: QUIET });
  }
}

/** Builds what benches and tests start as separate processes. */
export async function buildTools({ force = false } = {}) {
  if (!force && !isOlder(BUILT.tools, [...SERVER_SOURCES, 'bench', 'soak'])) return;
  say('Building the tools of benches and tests …');
  await node('bundle.mjs', 'tools');
}

function node(script, ...args) {
  return run(process.execPath, [join(root, 'scripts', script), ...args], { stdio: QUIET });
}

/** Runs a program of node_modules with the arguments; throws when it fails. */
export function tool(name, args = [], options = {}) {
  const bin = join(
    root,
    'node_modules',
    '.bin',
    process.platform === 'win32' ? `${name}.cmd` : name,
  );
  return run(bin, args, { shell: process.platform === 'win32', ...options });
}

export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    child.on('error', reject);
    child.on('exit', (code, signal) =>
      code === 0 ? resolve() : reject(new StepFailed(command, code ?? signal)),
    );
  });
}

export class StepFailed extends Error {
  constructor(command, code) {
    super(`${command} ended with ${code}`);
  }
}

/** Runs the steps; a failed step has printed the reason, so only its name is added. */
export async function main(steps) {
  try {
    requireNode();
    await steps();
  } catch (error) {
    console.error(error instanceof StepFailed ? `Stopped: ${error.message}` : error);
    process.exit(1);
  }
}

/** Prints progress, to standard error. */
export function say(text) {
  console.error(`▸ ${text}`);
}

function isOlder(file, sources) {
  return !existsSync(file) || sources.some((source) => newest(join(root, source)) > modified(file));
}

function newest(path) {
  if (!existsSync(path)) return 0;
  if (!statSync(path).isDirectory()) return modified(path);
  const times = readdirSync(path, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.'))
    .map((entry) => newest(join(path, entry.name)));
  return Math.max(modified(path), ...times);
}

function modified(path) {
  return statSync(path).mtimeMs;
}
