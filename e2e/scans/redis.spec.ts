import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listScans } from '../../contract/orchestration.js';
import { listDeadLetters } from '../../contract/scan-operations.js';
import { Product, until } from './product.js';

const url = process.env.TEST_REDIS_URL;
const folder = process.env.TEST_REDIS_FOLDER;
const SCANS = 40;
const script = (name: string) => join(import.meta.dirname, '../../.ci/redis', name);

describe.skipIf(!url || !folder)(
  'the product with its queue in Redis (TEST_REDIS_URL, TEST_REDIS_FOLDER)',
  () => {
    let product: Product;
    let requests = 0;
    const site = createServer((_, answer) => {
      requests += 1;
      setTimeout(() => answer.end('hello'), 150);
    });

    beforeAll(async () => {
      site.listen(0, '127.0.0.1');
      await once(site, 'listening');
      product = await Product.make({
        ...{ REDIS_URL: url as string, DOCKER_HOST: 'unix:///nowhere/docker.sock' },
      });
      await product.serve('api');
      await product.serve('worker');
      await product.ownsLoopback();
    });
    afterAll(async () => {
      await product?.remove();
      site.close();
    });
    const start = (n: number) => {
      const { port } = site.address() as AddressInfo;
      return product.start({ kind: 'web', url: `http://127.0.0.1:${port}/${n}` });
    };
    const completed = async () =>
      (await product.call(listScans, { query: { status: 'completed', limit: 200 } })).items.length;

    test('a scan requested in one process runs in another', async () => {
      const { id } = await start(0);
      expect(await product.scan(id, undefined, 20_000)).toMatchObject({ status: 'completed' });
      expect(requests).toBeGreaterThan(0);
    });

    test('a restart of Redis loses no scan, and the API answers 503 meanwhile', async () => {
      const before = await completed();
      for (let n = 1; n <= SCANS; n += 1) await start(n);
      await until(completed, (count) => count - before >= 5, { everyMs: 20 });
      execFileSync(script('stop.sh'), [folder as string]);
      expect((await completed()) - before).toBeLessThan(SCANS);
      // Requested meanwhile: rejected in bounded time, and never run.
      const startedAt = performance.now();
      const refused = await start(SCANS + 1).catch((error: unknown) => error);
      expect(refused).toMatchObject({ status: 503, detail: expect.stringContaining('queue') });
      expect(performance.now() - startedAt).toBeLessThan(15_000);
      expect(
        execFileSync(script('start.sh'), [folder as string])
          .toString()
          .trim(),
      ).toBe(url);
      await until(completed, (count) => count - before === SCANS, {
        withinMs: 100_000,
        everyMs: 500,
      });
      const { items } = await product.call(listScans, { query: { status: 'cancelled' } });
      expect(items.map(({ target }) => target)).toEqual([expect.stringMatching(`/${SCANS + 1}$`)]);
      expect((await product.call(listDeadLetters)).items).toEqual([]);
      const { id } = await start(SCANS + 2);
      expect(await product.scan(id, undefined, 30_000)).toMatchObject({ status: 'completed' });
      expect(await product.leftovers()).toEqual([]);
    });
  },
);

if (!url || !folder)
  console.warn('scans on Redis are NOT TESTED: TEST_REDIS_URL, TEST_REDIS_FOLDER');
