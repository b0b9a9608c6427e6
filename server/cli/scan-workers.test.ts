import type { ChildProcess } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ScanRun } from '../../contract/orchestration.js';
import { type LocalSite, startSite } from '../testing/local-site.js';
import { CliFolder, ended } from '../testing/run-cli.js';
import { startProduct } from '../testing/run-processes.js';
import { fetchSignedIn } from '../testing/signed-in-fetch.js';

// Several processes on one embedded store: slow on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

let folder: CliFolder;
let site: LocalSite;
const running: ChildProcess[] = [];
beforeEach(async () => {
  folder = await CliFolder.make();
  site = await startSite();
  expect((await folder.run(['targets', 'own', 'add', site.url])).code).toBe(0);
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await site.stop();
  await folder.remove();
});

/** Starts a process and waits until it is ready. */
async function startStaying(args: string[], env: Record<string, string> = {}) {
  const started = await startProduct(folder, args, env);
  running.push(started.child);
  return started;
}

async function ask(address: string, path: string, body?: object): Promise<ScanRun> {
  const response = await fetchSignedIn(`${address}/api/scans${path}`, {
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    headers: { 'content-type': 'application/json' },
  });
  expect(response.ok).toBe(true);
  return ScanRun.parse(await response.json());
}

test('a worker process runs the scans that an API process queued', async () => {
  const api = await startStaying(['serve', '--role', 'api']);
  expect(api.output()).toContain('(api) is ready');
  const { id } = await ask(api.address, '', { kind: 'web', url: site.url });
  expect((await folder.run(['doctor'])).stdout).toMatch(/Queue .*[1-9]\d* waiting/);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect((await ask(api.address, `/${id}`)).status).toBe('queued');

  const worker = await startStaying(['worker']);
  expect(worker.output()).toMatch(/worker is ready .*queue in .*data; Ctrl\+C stops it/);
  await expect
    .poll(async () => (await ask(api.address, `/${id}`)).status, { timeout: 30_000 })
    .toBe('completed');
  const scan = await ask(api.address, `/${id}`);
  expect(scan.findings.opened).toBeGreaterThan(3);
  const findings = await fetchSignedIn(`${api.address}/api/security-scans/findings`);
  expect(((await findings.json()) as { items: unknown[] }).items).toHaveLength(
    scan.findings.opened,
  );

  const metrics = async (address: string) => (await fetch(`${address}/metrics`)).text();
  expect((await fetch(`${worker.address}/api/health`)).status).toBe(200);
  expect((await fetch(`${worker.address}/api/scans`)).status).toBe(404);
  // What a worker did, it shows itself; what the store knows, every process shows.
  const own = await metrics(worker.address);
  expect(own).toMatch(/cspm_scan_duration_seconds_count\{tool="web-check",outcome="\w+"\} 1/);
  expect(own).toMatch(/cspm_import_duration_seconds_count\{tool="web-check",outcome="\w+"\} 1/);
  expect(own).toMatch(/cspm_compliance_engine_duration_seconds_count\{mode="\w+"\} [1-9]/);
  expect(await metrics(api.address)).toMatch(/^cspm_workers 1$/m);
  expect((await folder.run(['doctor'])).stdout).toContain(worker.address);

  for (const { child, end } of [api, worker]) {
    child.kill('SIGTERM');
    expect((await end).code).toBe(0);
  }
});

test('a running worker takes the scan of a command, and ends it when the command is cancelled', async () => {
  const { port } = new URL(site.url);
  const { child, end, output } = await startStaying(['worker'], { WORKER_PORT: port });
  expect(output()).toContain(
    `no health and metrics here: port ${port} is in use by another program`,
  );
  expect((await folder.run(['doctor'])).stdout).toMatch(/Workers +1 process serves this store/);
  const queued = await folder.run(['scan', 'web', site.url, '--detach']);
  expect([queued.code, queued.stdout]).toEqual([0, expect.stringMatching(/^scan_\w+\n$/)]);
  expect(queued.stderr).toMatch(/^queued for 1 worker: cspm scan follow scan_\w+\n$/);
  const followed = await folder.run(['scan', 'follow', queued.stdout.trim()]);
  expect([followed.code, followed.stdout]).toEqual([0, expect.stringContaining('completed in')]);

  // The scan waits in the worker: the interrupted command has no process to end.
  site.hold();
  const command = folder.start(['scan', 'web', site.url]);
  const interrupted = ended(command);
  await expect.poll(() => site.waiting(), { timeout: 30_000 }).toBe(1);
  command.kill('SIGINT');
  const { code, stdout } = await interrupted;
  expect([code, stdout]).toEqual([130, expect.stringContaining('cancelled in')]);
  expect(site.waiting()).toBe(0);

  child.kill('SIGINT');
  expect((await end).code).toBe(0);
});

test('without a worker a detached scan stays queued, and the command says so', async () => {
  const { code, stdout, stderr } = await folder.run([
    'scan',
    'web',
    site.url,
    '--detach',
    '--json',
  ]);
  expect([code, stderr]).toEqual([0, '']);
  expect(JSON.parse(stdout)).toMatchObject({ scan: { status: 'queued' }, workers: 0 });
  const listed = await folder.run(['scans', '--status', 'queued']);
  expect(listed.stdout).toMatch(/scan_\w+ .* queued /);
  const cancelled = await folder.run(['scan', 'cancel', 'last']);
  expect([cancelled.code, cancelled.stdout]).toEqual([0, expect.stringMatching(/: cancelled /)]);
  const other = await folder.run(['scan', 'web', site.url, '--detach']);
  expect(other.stderr).toContain(
    'no worker is running on this store: start “cspm serve” or “cspm worker”',
  );
});

/** Stands in for Trivy: its finding quotes the scanned folder's main.tf. */
const TRIVY = `#!/bin/sh
[ "$1" = --version ] && echo "Version: 0.74.0" && exit 0
for arg; do
  case "$arg" in --output=*) out=\${arg#--output=} ;; esac
  last=$arg
done
found=$(cat "$last/main.tf")
cat >"$out" <<END
{"SchemaVersion":2,"Trivy":{"Version":"0.74.0"},"CreatedAt":"2026-05-01T10:00:00Z",
"ArtifactName":"$last","ArtifactType":"filesystem","Results":[{"Target":"main.tf","Class":"config",
"Type":"terraform","Misconfigurations":[{"Type":"Terraform Security Check","ID":"AWS-0086",
"Title":"$found","Severity":"HIGH","Status":"FAIL","Message":"$found"}]}]}
END
`;

test('a worker scans a folder for the operator’s command, but not for an API request', async () => {
  const bin = join(folder.path, 'bin');
  const code = join(folder.path, 'code');
  await Promise.all([mkdir(bin), mkdir(code)]);
  await writeFile(join(bin, 'trivy'), TRIVY);
  await chmod(join(bin, 'trivy'), 0o755);
  await writeFile(join(code, 'main.tf'), 'bucket is public');
  const PATH = `${bin}:${folder.env.PATH}`;

  const alone = await folder.run(['scan', 'config', 'code', '--json'], { PATH });
  expect(JSON.parse(alone.stdout)).toMatchObject({
    scan: { status: 'completed', target: code, findings: { opened: 1 } },
    open: { high: 1 },
  });

  const server = await startStaying(['serve'], { PATH });
  const delegated = await folder.run(['scan', 'fs', code, '--fail-on', 'high'], {
    PATH: '/nowhere',
  });
  expect([delegated.code, delegated.stdout]).toEqual([3, expect.stringContaining('completed in')]);
  const refused = await fetchSignedIn(`${server.address}/api/scans`, {
    method: 'POST',
    body: JSON.stringify({ kind: 'filesystem', path: code }),
    headers: { 'content-type': 'application/json' },
  });
  expect([refused.status, await refused.text()]).toEqual([
    422,
    expect.stringContaining('not within a folder that may be scanned'),
  ]);
});

test('scans --watch prints a line per change until it is stopped', async () => {
  const child = folder.start(['scans', '--watch']);
  const end = ended(child);
  let printed = '';
  child.stdout?.on('data', (chunk: string) => {
    printed += chunk;
  });
  await folder.run(['scan', 'web', site.url]);
  await expect
    .poll(() => printed, { timeout: 30_000 })
    .toMatch(/^scan_\w+ {2}completed {2}100 % {2}1 {2}http/m);
  child.kill('SIGINT');
  expect(await end).toMatchObject({ code: 0, stderr: '' });
  // A closed pipe is noticed at the next change.
  const piped = await folder.shell(
    `cspm scans --watch --json | head -n 1 | cut -c 1-10 & cspm scan web ${site.url} >/dev/null 2>&1; wait`,
  );
  expect([piped.code, piped.stdout]).toEqual([0, '{"scans":[\n']);
});
