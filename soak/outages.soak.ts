import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { ScanRun } from '../contract/orchestration.js';
import type { Health } from '../contract/platform.js';
import type { listDeadLetters } from '../contract/scan-operations.js';
import type { listImports, ReportImport } from '../contract/security-scans.js';
import { askProduct, type ProductProcess, uploadTo } from '../server/testing/run-processes.js';
import { AttackedProduct, WITHIN_MS } from './attacked-product.js';
import { randomNumbers } from './random.js';
import { type StoppableServer, servers, stoppableServers } from './store.js';

const SEED = Number(process.env.SOAK_SEED ?? 1);
const OUTAGE_MS = Number(process.env.SOAK_OUTAGE_MS ?? 30_000);
const MAX_MS = OUTAGE_MS + 240_000;
/** More than the workers run at a time, so that some wait in the queue. */
const SCANS = 6;
type Imports = z.infer<typeof listImports.result>;
const API = ['serve', '--role', 'api'];

/** How the server is taken away and given back. */
const WAYS = {
  'is killed and started again': [
    (server: StoppableServer) => server.kill(),
    (server: StoppableServer) => server.start(),
  ],
  'stalls and wakes up': [
    (server: StoppableServer) => server.stall(),
    (server: StoppableServer) => server.wake(),
  ],
} as const;

describe.skipIf(!stoppableServers)('in the middle of scans and of an import', () => {
  let product: AttackedProduct;
  let api: ProductProcess;
  let other: ProductProcess;
  const processes: ProductProcess[] = [];
  const urls: string[] = [];
  const site = createServer((_, response) => {
    setTimeout(() => response.end('<!doctype html><title>Shop</title>'), 300);
  });

  beforeAll(async () => {
    if (!servers) throw new Error('no servers');
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    site.unref();
    const { port } = site.address() as AddressInfo;
    for (let n = 1; n <= SCANS; n += 1) urls.push(`http://127.0.0.1:${port}/shop-${n}`);
    product = await AttackedProduct.start(await servers(10), randomNumbers(SEED));
    api = await product.process(API);
    other = await product.process(API);
    processes.push(api, other);
    for (const args of [['worker'], ['worker'], ['serve', '--role', 'scheduler']])
      processes.push(await product.process(args));
    const body = { ranges: ['127.0.0.0/8'], names: [] };
    await askProduct(api, '/api/scans/own-targets', { method: 'PUT', body });
    for (const url of urls) await product.expectScan(url);
  });
  afterAll(() => product?.stop());

  const startScan = async (url: string) => {
    const body = { kind: 'web', url };
    return (await askProduct<ScanRun>(api, '/api/scans', { method: 'POST', body })).id;
  };
  const until = async <T>(ask: () => Promise<T>, isDone: (answer: T) => boolean) => {
    const startedMs = Date.now();
    for (;;) {
      const answer = await ask().catch((error: unknown) => error as Error);
      if (!(answer instanceof Error) && isDone(answer)) return answer;
      if (Date.now() - startedMs > WITHIN_MS) throw new Error(`still ${JSON.stringify(answer)}`);
      await pause(100);
    }
  };
  const scanOf = (id: string) => askProduct<ScanRun>(other, `/api/scans/${id}`);
  const importOf = (id: string) =>
    askProduct<ReportImport>(other, `/api/security-scans/imports/${id}`);

  /** What cannot be stored is refused, and health names the reason; the rest is served. */
  const refused = async ({ title }: StoppableServer, way: keyof typeof WAYS) => {
    if (way === 'stalls and wakes up') return;
    const scan = await startScan(`${urls[0]}/refused`).catch(String);
    expect(scan).toMatch(
      title === 'Redis' ? /503.*the job queue/ : /503.*MongoDB does not respond/,
    );
    const { status, queue, databases } = await askProduct<Health>(api, '/api/health');
    expect(status).toBe('degraded');
    expect([queue.ok, databases.every(({ ok }) => ok)]).toEqual(
      title === 'Redis' ? [false, true] : [true, false],
    );
    const ready = await fetch(`${api.address}/api/health/ready`);
    expect(ready.status).toBe(title === 'Redis' ? 200 : 503);
  };
  const loggedLines = () =>
    processes.flatMap(({ output }) => output().split('\n')).filter((line) => line.startsWith('{'))
      .length;

  for (const server of stoppableServers ?? []) {
    for (const way of Object.keys(WAYS) as (keyof typeof WAYS)[]) {
      const [take, giveBack] = WAYS[way];
      it(`${server.title} ${way}: all end as undisturbed`, { timeout: MAX_MS }, async () => {
        const report = await product.report();
        const importId = await uploadTo(api, report.path);
        const ids: string[] = [];
        for (const url of urls) ids.push(await startScan(url));
        await until(
          () => Promise.all(ids.map(scanOf)),
          (scans) => scans.some(({ status }) => status === 'running'),
        );
        const loggedBefore = loggedLines();
        take(server);
        try {
          await Promise.all([pause(OUTAGE_MS), product.expectImport(report), refused(server, way)]);
        } finally {
          await giveBack(server);
        }
        const backMs = Date.now();
        const scans = await until(
          () => Promise.all(ids.map(scanOf)),
          (runs) => runs.every(({ finishedAt }) => finishedAt !== null),
        );
        const scannedMs = Date.now() - backMs;
        const done = await until(
          () => importOf(importId),
          ({ finishedAt }) => finishedAt !== null,
        );
        const importedMs = Date.now() - backMs;
        const tookMs = await product.agrees(other, backMs);
        console.log(
          `${server.title} ${way}: scans ended ${scannedMs} ms, the import ${importedMs} ms after it was back; as undisturbed after ${tookMs} ms`,
        );
        // Each process reports the outage, but not once per attempt.
        expect(loggedLines() - loggedBefore).toBeLessThan(20 * processes.length);
        expect(scans.map(({ status, problem }) => [status, problem])).toEqual(
          ids.map(() => ['completed', null]),
        );
        expect(done).toMatchObject({ status: 'completed', partial: false, problem: null });
        const imports = await askProduct<Imports>(other, '/api/security-scans/imports?limit=100');
        expect(imports.items.filter(({ status }) => status !== 'completed')).toEqual([]);
        type Dead = z.infer<typeof listDeadLetters.result>;
        expect((await askProduct<Dead>(api, '/api/scans/dead-letters')).items).toEqual([]);
      });
    }
  }
});

if (!stoppableServers)
  console.warn(
    'outages of MongoDB and Redis are NOT ATTACKED: TEST_MONGODB_URI, TEST_MONGODB_FOLDER, TEST_REDIS_URL, TEST_REDIS_FOLDER',
  );
