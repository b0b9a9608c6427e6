import type { ChildProcess } from 'node:child_process';
import {
  createReadStream,
  createWriteStream,
  readdirSync,
  readFileSync,
  readlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { prowlerReport } from '../scanners/testing/prowler-report-generator.js';
import { type CliFolder, type Ended, ended } from './run-cli.js';
import { fetchSignedIn, signInByLink } from './signed-in-fetch.js';

const READY_MS = 60_000;

/** A process of the product. */
export interface ProductProcess {
  child: ChildProcess;
  end: Promise<Ended>;
  /** The address it serves at; empty for a worker. */
  address: string;
  /** Its output so far. */
  output(): string;
}

/** Starts `cspm …` in a separate process; resolves when the process prints that it is ready. */
export function startProduct(
  folder: CliFolder,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<ProductProcess> {
  const child = folder.start(args, { PORT: '0', WORKER_PORT: '0', ...env });
  const end = ended(child);
  let text = '';
  let isReady = false;
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`cspm ${args.join(' ')} ${why}: ${text}`));
    const timer = setTimeout(() => fail('is not ready'), READY_MS);
    const read = (chunk: string) => {
      text += chunk;
      if (isReady || !/ is ready /.test(text)) return;
      isReady = true;
      clearTimeout(timer);
      const [, address = ''] = /ready at (http:\/\/[^\s]+)/.exec(text) ?? [];
      const started = () => resolve({ child, end, address, output: () => text });
      signInByLink(address, text).then(started, reject);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => fail(`exited with ${code}`));
  });
}

/** Sends a request to a process. Throws with the response unless it succeeds. */
export async function askProduct<T>(
  { address }: ProductProcess,
  path: string,
  init: { method?: string; body?: unknown } = {},
): Promise<T> {
  const json: Record<string, string> =
    init.body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetchSignedIn(`${address}${path}`, {
    method: init.method,
    headers: json,
    body: init.body === undefined ? undefined : JSON.stringify(init.body),
  });
  if (!response.ok)
    throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

/** Writes a Prowler report with this number of results into the folder; returns its path. */
export async function makeReport({ path }: CliFolder, findings: number): Promise<string> {
  const report = join(path, 'large.ocsf.json');
  await pipeline(prowlerReport({ seed: 1, findings }), createWriteStream(report));
  return report;
}

/** Uploads a report; returns the import's id. */
export async function uploadTo({ address }: ProductProcess, path: string): Promise<string> {
  const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="report.json"\r\n\r\n';
  const body = async function* () {
    yield Buffer.from(head);
    yield* createReadStream(path);
    yield Buffer.from('\r\n--b--\r\n');
  };
  const response = await fetchSignedIn(`${address}/api/security-scans/imports`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    body: body(),
    duplex: 'half',
  } as unknown as RequestInit);
  if (response.status !== 202) throw new Error(`the upload was answered ${response.status}`);
  return ((await response.json()) as { id: string }).id;
}

/** The one of these processes that has a connection from this port, read from Linux's `/proc`. */
export function ownerOfPort(
  port: number,
  processes: readonly ProductProcess[],
): ProductProcess | undefined {
  const local = port.toString(16).toUpperCase().padStart(4, '0');
  const inodes = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, address = '']) => address.endsWith(`:${local}`))
    .map((fields) => `socket:[${fields[9]}]`);
  return processes.find(({ child }) => {
    const folder = `/proc/${child.pid}/fd`;
    return readdirSync(folder).some((fd) => {
      try {
        return inodes.includes(readlinkSync(`${folder}/${fd}`));
      } catch {
        return false; // closed since
      }
    });
  });
}
