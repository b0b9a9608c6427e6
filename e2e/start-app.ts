import { type ChildProcess, spawn } from 'node:child_process';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built } from '../server/package-root.js';
import { signInByLink } from '../server/testing/signed-in-fetch.js';

const CLI = built('server', 'cspm.js');
const WEB = built('web', 'index.html');
const READY_MS = 60_000;

export interface App {
  url: string;
  stop(): Promise<void>;
}

/** Starts the built server with a new data directory and a free port. */
export async function startApp(variables: Record<string, string> = {}): Promise<App> {
  await mustExist(CLI, 'the server');
  await mustExist(WEB, 'the web app');
  const dataDir = await mkdtemp(join(tmpdir(), 'cspm-e2e-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const output: string[] = [];
  const server = spawn(process.execPath, [CLI, 'serve'], {
    env: {
      ...{ ...process.env, DATA_DIR: dataDir, PORT: String(port), NODE_ENV: 'production' },
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  server.stdout.on('data', (chunk) => output.push(String(chunk)));
  server.stderr.on('data', (chunk) => output.push(String(chunk)));
  const stop = async () => {
    await end(server);
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await untilReady(server, url);
    await signInByLink(url, output.join(''));
  } catch (cause) {
    await stop();
    throw new Error(`The server did not become ready:\n${output.join('').slice(-4_000)}`, {
      cause,
    });
  }
  return { url, stop };
}

async function mustExist(path: string, what: string): Promise<void> {
  await access(path).catch(() => {
    throw new Error(`${path} is missing: build ${what} first (npm run build)`);
  });
}

async function untilReady(server: ChildProcess, url: string): Promise<void> {
  const until = Date.now() + READY_MS;
  while (Date.now() < until) {
    if (server.exitCode !== null) throw new Error(`it exited with code ${server.exitCode}`);
    const answer = await fetch(`${url}/api/health/ready`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
  throw new Error(`it was not ready after ${READY_MS} ms`);
}

/** Stops the process; kills it after ten seconds. */
function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const killTimer = setTimeout(() => server.kill('SIGKILL'), 10_000);
    server.once('exit', () => {
      clearTimeout(killTimer);
      resolve();
    });
    server.kill('SIGTERM');
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
