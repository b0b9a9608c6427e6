import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { listEvidence, uploadEvidence } from '../../contract/evidence.js';
import { buildPackage, getPackage } from '../../contract/evidence-packages.js';
import { getHealth } from '../../contract/platform.js';
import { putOwnTargets } from '../../contract/scan-operations.js';
import { createImport, getImport } from '../../contract/security-scans.js';
import { built } from '../../server/package-root.js';
import { ocsfReport } from '../../server/testing/prowler-rows.js';
import { ended, SAMPLE } from '../../server/testing/run-cli.js';
import { fetchSignedIn, signInByLink } from '../../server/testing/signed-in-fetch.js';
import { Product, Refused, until } from './product.js';

const isRoot = process.getuid?.() === 0;
const FULL = /disk is full|disk of DATA_DIR is full/;

describe.skipIf(!isRoot)('a full or read-only DATA_DIR (needs root, to mount a small one)', () => {
  let product: Product;
  let data: string;

  const mount = (...args: string[]) => execFileSync('mount', [...args, data]);
  const fill = () => {
    // Twice: the first one leaves less than it writes at a time.
    const script = 'cat /dev/zero >"$0"; cat /dev/zero >"$0-too"; true';
    execFileSync('sh', ['-c', script, join(data, 'of-others')], { stdio: 'ignore' });
  };
  const free = async (): Promise<void> => {
    for (const name of await readdir(data))
      if (name.startsWith('of-others')) await rm(join(data, name));
  };
  /** Its log is on the small disk too. */
  const serve = async () => {
    const log = openSync(join(data, 'server.log'), 'a', 0o600);
    const child = spawn(process.execPath, [built('server', 'cspm.js'), 'serve'], {
      env: { ...product.folder.env, PORT: '0', LOG_LEVEL: 'debug', DATA_DIR: data },
      stdio: ['ignore', 'pipe', log],
    });
    closeSync(log);
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk;
    });
    const url = await until(
      async () => {
        if (child.exitCode !== null) throw new Error(`it exited with ${child.exitCode}`);
        return /ready at (http:\/\/\S+)/.exec(output)?.[1] ?? null;
      },
      (found) => found !== null,
      { withinMs: 60_000 },
    );
    await signInByLink(url ?? '', output);
    product.processes.push({ url: url ?? '', child, ended: ended(child), log: () => '' });
    return child;
  };
  /** A report of which every second result fails. */
  const report = (account: string, rows: number) => {
    const of = (n: number) => ({
      ...{ check: 'kms_cmk_are_used', resource: `${account}-${n}`, account },
      status: n % 2 === 0 ? ('FAIL' as const) : ('PASS' as const),
    });
    return Buffer.from(ocsfReport(Array.from({ length: rows }, (_, n) => of(n))));
  };
  const upload = async (content: Buffer) => {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(content)]), 'report.json');
    const url = `${product.processes[0]?.url}${createImport.path}`;
    const answer = await fetchSignedIn(url, { method: 'POST', body: form });
    const { id, detail } = (await answer.json()) as { id: string; detail: string };
    return { status: answer.status, id, detail };
  };
  const importOf = (importId: string) => product.call(getImport, { params: { importId } });
  const untilImported = (id: string) =>
    until(
      () => importOf(id),
      ({ finishedAt }) => finishedAt !== null,
      { withinMs: 60_000 },
    );
  const storageOf = async () => (await product.call(getHealth)).storage;
  const doctor = async () => {
    const env = { DATA_DIR: data };
    const { code, stdout } = await product.folder.runProcess(['doctor', '--json'], env);
    const { findings } = JSON.parse(stdout) as { findings: { what: string; detail: string }[] };
    return { code, detail: findings.find(({ what }) => what === 'Data folder')?.detail };
  };

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'cspm-small-'));
    mount('-t', 'tmpfs', '-o', 'size=256m', 'tmpfs');
    product = await Product.make();
    await serve();
    await product.import('sample.json', new Uint8Array(await readFile(SAMPLE)));
  });
  afterEach(free);
  afterAll(async () => {
    await product?.remove();
    execFileSync('umount', [data]);
    await rm(data, { recursive: true, force: true });
  });

  test('while it is full, says so, refuses what it cannot store and loses nothing; then goes on by itself', async () => {
    const before = [await product.findings(), await product.controls()];
    fill();
    expect(await storageOf()).toMatchObject({
      ok: false,
      problems: [expect.stringMatching(/disk of DATA_DIR is full.*free space/)],
    });
    expect(await doctor()).toMatchObject({ code: 1, detail: expect.stringMatching(FULL) });
    expect(await upload(report('222222222222', 200))).toMatchObject({
      status: 503,
      detail: expect.stringMatching(FULL),
    });
    const part = 'long'.repeat(15);
    const names = Array.from({ length: 500 }, (_, n) => `${part}.${part}.host-${n}.example`);
    const writes = async () => {
      // The log of the database has room for a few.
      for (let n = 0; n < 500; n += 1)
        await product.call(putOwnTargets, { body: { ranges: [], names } });
    };
    const refused = await writes().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Refused);
    expect(refused).toMatchObject({ status: 503, detail: expect.stringMatching(FULL) });
    expect([await product.findings(), await product.controls()]).toEqual(before);
    await free();
    expect((await storageOf()).ok).toBe(true);
    const { id } = await upload(report('222222222222', 200));
    expect(await untilImported(id)).toMatchObject({ status: 'completed', results: 200 });
    expect(await product.findings({ accountId: '222222222222' })).toHaveLength(100);
    expect(await readFile(join(data, 'server.log'), 'utf8')).toContain(id);
  });

  test('lets an import wait whose results no longer fit, which then ends as if there had been room', async () => {
    const rows = 3_000;
    const { id } = await upload(report('333333333333', rows));
    await until(
      () => importOf(id),
      ({ status }) => status === 'applying',
      { withinMs: 60_000, everyMs: 10 },
    );
    fill();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect((await importOf(id)).finishedAt).toBeNull();
    await free();
    const done = await untilImported(id);
    expect(done).toMatchObject({ status: 'completed', results: rows, partial: false });
    expect(done.findings).toMatchObject({ opened: rows / 2, resolved: 0 });
    expect(await product.findings({ accountId: '333333333333' })).toHaveLength(rows / 2);
  });

  test('while it is full, refuses evidence, and lets an audit package wait until there is room', async () => {
    const evidence = async () => {
      const form = new FormData();
      form.append('file', new Blob(['Access was reviewed.\n'.repeat(5_000)]), 'review.txt');
      const url = `${product.processes[0]?.url}${uploadEvidence.path}`;
      const answer = await fetchSignedIn(url, { method: 'POST', body: form });
      return { status: answer.status, ...((await answer.json()) as { detail?: string }) };
    };
    const stored = async () =>
      (await product.call(listEvidence, { query: { q: 'review.txt' } })).items.length;
    fill();
    expect(await evidence()).toMatchObject({ status: 503, detail: expect.stringMatching(FULL) });
    expect(await stored()).toBe(0);
    await free();
    // Room for the database, not for the package.
    await writeFile(join(data, 'of-others-room'), Buffer.alloc(200_000));
    fill();
    await rm(join(data, 'of-others-room'));
    const now = Date.now();
    const body = {
      frameworkId: 'soc2-tsc-2017',
      from: new Date(now - 30 * 86_400_000).toISOString(),
      to: new Date(now).toISOString(),
    };
    const { id: packageId } = await product.call(buildPackage, { body });
    const state = async () =>
      (await product.call(getPackage, { params: { packageId } })).state as string;
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(['queued', 'building']).toContain(await state());
    await free();
    await until(state, (now) => now === 'ready', { withinMs: 120_000 });
    expect((await evidence()).status).toBe(201);
    expect(await stored()).toBe(1);
  });

  test('read-only, refuses uploads with the reason, and takes them once it is writable', async () => {
    // What is open stays writable, so the rest of the kernel's check is that nothing new can be created.
    execFileSync('mount', ['--bind', data, data]);
    mount('-o', 'remount,ro,bind');
    try {
      expect(await upload(report('444444444444', 20))).toMatchObject({
        status: 503,
        detail: expect.stringContaining('the disk of DATA_DIR is read-only: make it writable'),
      });
      expect((await storageOf()).problems).toEqual([expect.stringContaining('EROFS')]);
      expect((await product.findings()).length).toBeGreaterThan(0);
    } finally {
      execFileSync('umount', [data]);
    }
    const { id } = await upload(report('444444444444', 20));
    expect(await untilImported(id)).toMatchObject({ status: 'completed', results: 20 });
  });

  test('read-only at the start, ends with the reason and changes nothing', async () => {
    for (const served of [...product.processes]) await product.stop(served);
    mount('-o', 'remount,ro');
    try {
      const { code, stderr } = await product.folder.runProcess(['serve'], { DATA_DIR: data });
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/read-only/);
      expect((await doctor()).detail).toContain('EROFS');
    } finally {
      mount('-o', 'remount,rw');
    }
    const child = await serve();
    expect((await product.findings({ accountId: '444444444444' })).length).toBe(10);
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
});

if (!isRoot) console.warn('a full DATA_DIR is NOT TESTED: mounting one needs root');
