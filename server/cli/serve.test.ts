import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Problem } from '../../contract/problem.js';
import { ReportImport } from '../../contract/security-scans.js';
import { prowlerReport } from '../scanners/testing/prowler-report-generator.js';
import { CliFolder, type Ended, ended, SAMPLE } from '../testing/run-cli.js';

const IMPORTS = '/api/security-scans/imports';
/** Enough for an import of some seconds. */
const MANY = 5_000;

// Programs of their own take their time on a machine that is busy.
vi.setConfig({ testTimeout: 120_000 });

let folder: CliFolder;
const running: ChildProcess[] = [];
beforeEach(async () => {
  folder = await CliFolder.make();
});
afterEach(async () => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
  await folder.remove();
});

/** A server of its own, as soon as it has said where it is. */
async function serve(env: Record<string, string> = {}) {
  const child = folder.start(['serve'], { PORT: '0', ...env });
  running.push(child);
  const end = ended(child);
  let said = '';
  child.stdout?.on('data', (chunk: string) => {
    said += chunk;
  });
  await expect.poll(() => said, { timeout: 20_000 }).toMatch(/ready at http:\/\/[^\s]+/);
  const [, address = ''] = /ready at (http:\/\/[^\s]+)/.exec(said) ?? [];
  return { child, end, address, get: (path: string) => fetch(`${address}${path}`) };
}

/** What is on standard error beside the log's facts. */
function complaints(stderr: string): string[] {
  return stderr.split('\n').filter((line) => line && !line.includes('"level":"info"'));
}

async function makeLargeReport(): Promise<string> {
  const path = join(folder.path, 'large.ocsf.json');
  await pipeline(prowlerReport({ seed: 1, findings: MANY }), createWriteStream(path));
  return path;
}

async function upload(address: string, path: string): Promise<string> {
  const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="large.json"\r\n\r\n';
  const body = async function* () {
    yield Buffer.from(head);
    yield* createReadStream(path);
    yield Buffer.from('\r\n--b--\r\n');
  };
  const response = await fetch(`${address}${IMPORTS}`, {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
    body: body(),
    duplex: 'half',
  } as unknown as RequestInit);
  expect(response.status).toBe(202);
  return ReportImport.parse(await response.json()).id;
}

const importOf = async (server: Awaited<ReturnType<typeof serve>>, id: string) =>
  ReportImport.parse(await (await server.get(`${IMPORTS}/${id}`)).json());

const begun = (server: Awaited<ReturnType<typeof serve>>, id: string) =>
  expect
    .poll(async () => (await importOf(server, id)).status, { timeout: 20_000 })
    .toMatch(/reading|applying/);
const notReady = (server: Awaited<ReturnType<typeof serve>>) =>
  expect
    .poll(async () => (await server.get('/api/health/ready')).status, { timeout: 20_000 })
    .toBe(503);

describe('serve', () => {
  test('says where it is, serves, and ends with 0 at SIGTERM and at SIGINT', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { child, end, get } = await serve();
      expect((await get('/api/health')).status).toBe(200);
      expect((await get('/metrics')).status).toBe(200);
      child.kill(signal);
      const { code, stdout, stderr } = await end;
      expect([code, complaints(stderr)]).toEqual([0, []]);
      expect(stdout).toContain(`${signal}: shutting down`);
    }
  });

  test('lets the first server be when its port is asked for again', async () => {
    const first = await serve();
    const { port } = new URL(first.address);
    const { code, stderr, stdout } = await folder.runProcess(['serve'], { PORT: port });
    expect([code, stdout]).toEqual([1, '']);
    const messages = stderr.split('\n').filter((line) => !line.startsWith('{'));
    expect(messages.join('\n')).toBe(
      `error: port ${port} is in use by another program; choose another, such as PORT=${Number(port) + 1}\n`,
    );
    expect((await first.get('/api/health')).status).toBe(200);
  });

  test.each([
    [{ HOST: '0.0.0.0' }, 2, /HOST: must be a loopback address/],
    [{ CSPM_MODULES: 'complianse' }, 2, /CSPM_MODULES: there is no module complianse/],
    [{ DATA_DIR: `${SAMPLE}/x` }, 1, /ENOTDIR/],
    [
      { MONGODB_URI: 'mongodb://root:hunter2@127.0.0.1:1/?serverSelectionTimeoutMS=200' },
      1,
      /MongoDB|127\.0\.0\.1:1/,
    ],
  ])('does not start with %j, and says why without a stack or a secret', async (env, code, why) => {
    const result = await folder.runProcess(['serve'], { PORT: '0', ...env });
    expect([result.code, result.stdout]).toEqual([code, '']);
    expect(result.stderr).toMatch(why);
    expect(result.stderr).not.toMatch(/^ {4}at /m);
    expect(result.stderr).not.toContain('hunter2');
  });
});

describe('SIGTERM during an import', () => {
  test('finishes it; meanwhile readers are answered, writers are not, and it is not ready', async () => {
    const report = await makeLargeReport();
    const server = await serve();
    const id = await upload(server.address, report);
    await begun(server, id);
    server.child.kill('SIGTERM');
    await notReady(server);
    expect((await server.get('/api/health')).status).toBe(200);
    const late = await fetch(`${server.address}/api/compliance-engine/sync`, { method: 'POST' });
    expect([late.status, Problem.parse(await late.json()).code]).toEqual([503, 'unavailable']);
    const { code, stderr } = await server.end;
    expect([code, complaints(stderr)]).toEqual([0, []]);

    const next = await serve();
    expect(await importOf(next, id)).toMatchObject({ status: 'completed', results: MANY });
    next.child.kill('SIGTERM');
    await next.end;
  });

  test('a second one ends at once, and the next start takes the import up', async () => {
    const report = await makeLargeReport();
    const server = await serve();
    const id = await upload(server.address, report);
    await begun(server, id);
    server.child.kill('SIGTERM');
    await notReady(server);
    const asked = performance.now();
    server.child.kill('SIGTERM');
    expect((await server.end).code).toBe(1);
    expect(performance.now() - asked).toBeLessThan(5_000);

    const next = await serve();
    await expect
      .poll(async () => (await importOf(next, id)).status, { timeout: 60_000 })
      .toBe('completed');
    expect((await importOf(next, id)).results).toBe(MANY);
    next.child.kill('SIGTERM');
    expect(await next.end).toMatchObject({ code: 0 } satisfies Partial<Ended>);
    await expect(stat(join(folder.path, 'data', 'incoming', id))).rejects.toThrow();
  });
});

test('an interrupted assess leaves nothing behind', async () => {
  const report = await makeLargeReport();
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const child = folder.start(['assess', report]);
    running.push(child);
    const end = once(child, 'close');
    await expect.poll(() => folder.leftovers(), { timeout: 20_000 }).toHaveLength(1);
    child.kill(signal);
    expect((await end)[0]).toBe(code);
    expect(await folder.leftovers()).toEqual([]);
    expect(await text(child.stdout as Readable)).toBe('');
  }
});
