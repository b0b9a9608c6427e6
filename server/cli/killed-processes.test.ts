import { chmod, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test, vi } from 'vitest';
import { ScanRun } from '../../contract/orchestration.js';
import { Problem } from '../../contract/problem.js';
import { ReportImport } from '../../contract/security-scans.js';
import { startSite } from '../testing/local-site.js';
import { CliFolder, ended } from '../testing/run-cli.js';
import {
  makeReport,
  type ProductProcess,
  startProduct,
  uploadTo,
} from '../testing/run-processes.js';
import { fetchSignedIn } from '../testing/signed-in-fetch.js';

// Most of these wait until the lease of a killed process expires, so they run side by side.
vi.setConfig({ testTimeout: 180_000 });

const IMPORTS = '/api/security-scans/imports';
/** Enough for an import of some seconds. */
const MANY = 5_000;

// Tests that run side by side use the functions of their own context.
async function aFolder({ onTestFinished }: TestContext): Promise<CliFolder> {
  const folder = await CliFolder.make();
  onTestFinished(() => folder.remove());
  return folder;
}

/** A site, and a folder whose store may scan it. */
async function aSite(context: TestContext) {
  const folder = await aFolder(context);
  const site = await startSite();
  context.onTestFinished(() => site.stop());
  context.expect((await folder.run(['targets', 'own', 'add', site.url])).code).toBe(0);
  const last = async () => {
    const { stdout } = await folder.run(['scan', 'show', 'last', '--json']);
    return ScanRun.parse(JSON.parse(stdout).scan);
  };
  return { folder, site, last };
}

/** Starts a process of the product and kills it when the test ends. */
async function start(
  { onTestFinished }: TestContext,
  folder: CliFolder,
  args: string[],
): Promise<ProductProcess> {
  const started = await startProduct(folder, args);
  onTestFinished(() => void started.child.kill('SIGKILL'));
  return started;
}

const importOf = async ({ address }: ProductProcess, id: string) =>
  ReportImport.parse(await (await fetchSignedIn(`${address}${IMPORTS}/${id}`)).json());

/** A server that is in the middle of an import and has received SIGTERM. */
async function stopping(context: TestContext) {
  const { expect } = context;
  const folder = await aFolder(context);
  const server = await start(context, folder, ['serve']);
  const id = await uploadTo(server, await makeReport(folder, MANY));
  await expect
    .poll(async () => (await importOf(server, id)).status, { timeout: 30_000, interval: 20 })
    .toMatch(/reading|applying/);
  server.child.kill('SIGTERM');
  await expect
    .poll(async () => (await fetchSignedIn(`${server.address}/api/health/ready`)).status, {
      timeout: 30_000,
    })
    .toBe(503);
  return { folder, server, id };
}

describe.concurrent('a scan in a process that is killed', () => {
  test('ends at once at a second signal', async (context) => {
    const { expect } = context;
    const { folder, site, last } = await aSite(context);
    site.hold();
    const child = folder.start(['scan', 'web', site.url]);
    const end = ended(child);
    await expect.poll(() => site.waiting(), { timeout: 30_000 }).toBe(1);
    child.kill('SIGINT');
    child.kill('SIGTERM');
    expect([130, 143]).toContain((await end).code);
    // Whether the scan noticed the first signal is chance; it does not block the next scan.
    site.release();
    await folder.run(['scan', 'follow', 'last']);
    expect(['cancelled', 'completed']).toContain((await last()).status);
  });

  test('blocks other scans of its target until another process resumes it', async (context) => {
    const { expect } = context;
    const { folder, site, last } = await aSite(context);
    site.hold();
    const child = folder.start(['scan', 'web', site.url]);
    const end = ended(child);
    await expect.poll(() => site.waiting(), { timeout: 30_000 }).toBe(1);
    child.kill('SIGKILL');
    await end;
    expect((await last()).status).toBe('running');

    const second = await folder.run(['scan', 'web', site.url]);
    expect([second.code, second.stdout]).toEqual([1, '']);
    expect(second.stderr).toMatch(
      /^error: the scan (scan_\w+) of this target is running; cspm scan follow \1 shows it, cspm scan cancel \1 stops it\n$/,
    );
    site.release();
    const { code, stdout } = await folder.run(['scan', 'follow', 'last']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^✓ .*: completed/);
  });

  test('continues in the command that requested it when its worker is killed', async (context) => {
    const { expect } = context;
    const { folder, site, last } = await aSite(context);
    const worker = await start(context, folder, ['worker']);
    site.hold();
    const command = folder.start(['scan', 'web', site.url]);
    const end = ended(command);
    await expect.poll(() => site.waiting(), { timeout: 30_000 }).toBe(1);
    worker.child.kill('SIGKILL');
    await worker.end;
    await expect.poll(() => site.waiting(), { timeout: 30_000 }).toBe(0);
    site.release();
    const { code, stdout } = await end;
    expect([code, stdout]).toEqual([0, expect.stringContaining('completed in')]);
    expect((await last()).subJobs[0]?.attempt).toBe(2);
  });
});

describe.concurrent('SIGTERM during an import', () => {
  test('lets it finish: the server answers reads, rejects writes and is not ready', async (context) => {
    const { expect } = context;
    const { folder, server, id } = await stopping(context);
    expect((await fetchSignedIn(`${server.address}/api/health`)).status).toBe(200);
    const late = await fetchSignedIn(`${server.address}/api/compliance-engine/sync`, {
      method: 'POST',
    });
    expect([late.status, Problem.parse(await late.json()).code]).toEqual([503, 'unavailable']);
    const { code, stderr } = await server.end;
    const complaints = stderr.split('\n').filter((line) => !line.includes('"level":"info"'));
    expect([code, complaints.join('')]).toEqual([0, '']);

    const next = await start(context, folder, ['serve']);
    expect(await importOf(next, id)).toMatchObject({ status: 'completed', results: MANY });
    next.child.kill('SIGTERM');
    await next.end;
  });

  test('a second one ends the server at once, and the next start resumes the import', async (context) => {
    const { expect } = context;
    const { folder, server, id } = await stopping(context);
    const signalledAt = performance.now();
    server.child.kill('SIGTERM');
    expect((await server.end).code).toBe(1);
    expect(performance.now() - signalledAt).toBeLessThan(5_000);

    const next = await start(context, folder, ['serve']);
    await expect
      .poll(async () => (await importOf(next, id)).status, { timeout: 100_000 })
      .toBe('completed');
    expect((await importOf(next, id)).results).toBe(MANY);
    next.child.kill('SIGTERM');
    expect((await next.end).code).toBe(0);
    await expect(stat(join(folder.path, 'data', 'incoming', id))).rejects.toThrow();
  });
});

test.concurrent('doctor does not wait for a scanner that hangs', async (context) => {
  const { expect } = context;
  const folder = await aFolder(context);
  const bin = join(folder.path, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'prowler'), '#!/bin/sh\nsleep 317 & wait\n');
  await chmod(join(bin, 'prowler'), 0o755);
  const startedAt = performance.now();
  const { code, stdout } = await folder.runProcess(['doctor', '--json'], {
    PATH: `${bin}:/usr/bin:/bin`,
    DOCKER_HOST: `unix://${folder.path}/no-docker.sock`,
  });
  expect(performance.now() - startedAt).toBeLessThan(60_000);
  const { findings } = JSON.parse(stdout) as { findings: Record<string, string>[] };
  const scanners = findings.find(({ what }) => what === 'Scanners');
  expect([code, scanners?.state]).toEqual([0, 'warn']);
  expect(scanners?.detail).toMatch(/no response within/);
  expect((await folder.shell('pgrep -f "[s]leep 317" | wc -l')).stdout.trim()).toBe('0');
});
