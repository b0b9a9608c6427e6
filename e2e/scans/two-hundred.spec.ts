import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getScan, listScans } from '../../contract/orchestration.js';
import { getHealth } from '../../contract/platform.js';
import { listDeadLetters } from '../../contract/scan-operations.js';
import { Product } from './product.js';

const SCANS = 200;
/** A light load; the bench measures the target itself (100 ms), on an idle machine. */
const POLL_EVERY_MS = 50;
const MAX_P95_MS = 500;

let product: Product;
const requests = new Map<string, number>();
const site = createServer(({ url = '' }, answer) => {
  requests.set(url, (requests.get(url) ?? 0) + 1);
  answer.end('hello');
});

beforeAll(async () => {
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  product = await Product.make({ DOCKER_HOST: 'unix:///nowhere/docker.sock', LOG_LEVEL: 'warn' });
  await product.serve('api');
  await product.ownsLoopback();
});
afterAll(async () => {
  await product?.remove();
  site.close();
});

test(`${SCANS} queued scans are run by two workers, in order and without loss, while the API responds`, async () => {
  const { port } = site.address() as AddressInfo;
  const ids: string[] = [];
  for (let n = 0; n < SCANS; n += 1) {
    ids.push((await product.start({ kind: 'web', url: `http://127.0.0.1:${port}/site-${n}` })).id);
  }
  await Promise.all([product.serve('worker'), product.serve('worker')]);
  const startedAt = performance.now();
  const took: number[] = [];
  for (let turn = 0; ; turn += 1) {
    const before = performance.now();
    if (turn % 3 === 2)
      await product.call(getScan, { params: { scanId: ids[turn % SCANS] ?? '' } });
    const active = await product.call(listScans, {
      query: { status: 'queued,running', limit: 50 },
    });
    took.push((performance.now() - before) / (turn % 3 === 2 ? 2 : 1));
    if (active.items.length === 0) break;
    expect(performance.now() - startedAt).toBeLessThan(170_000);
    await sleep(POLL_EVERY_MS);
  }
  took.sort((a, b) => a - b);
  const p95 = took[Math.floor(took.length * 0.95)] ?? Number.POSITIVE_INFINITY;
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(
    `${SCANS} scans in ${seconds.toFixed(1)} s; ${took.length} questions, p95 ${p95.toFixed(0)} ms`,
  );
  expect(p95).toBeLessThan(MAX_P95_MS);

  const scans = await Promise.all(
    ids.map((scanId) => product.call(getScan, { params: { scanId } })),
  );
  for (const scan of scans) {
    expect(scan).toMatchObject({ status: 'completed', problem: null });
    expect(scan.subJobs.map(({ attempt }) => attempt)).toEqual([1]);
  }
  // Each site was requested by exactly one scan.
  expect(requests.size).toBeGreaterThanOrEqual(SCANS);
  for (let n = 0; n < SCANS; n += 1) expect(requests.get(`/site-${n}`)).toBe(1);
  // Four run at a time, so a scan may overtake only the few that started with it.
  const started = scans.map(({ startedAt }, n) => ({ n, at: Date.parse(startedAt ?? '') }));
  started.sort((a, b) => a.at - b.at || a.n - b.n);
  const overtaken = started.map(({ n }, place) => Math.abs(n - place));
  expect(Math.max(...overtaken)).toBeLessThanOrEqual(8);
  expect((await product.call(listDeadLetters)).items).toEqual([]);
  expect(await product.leftovers()).toEqual([]);
  expect(
    (await product.call(getHealth)).modules.every(({ status }) => status === 'available'),
  ).toBe(true);
});
