import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ScanRun } from '../../contract/orchestration.js';
import { listDeadLetters } from '../../contract/scan-operations.js';
import { ScriptedProwler } from '../../server/testing/scripted-prowler.js';
import { addAccount } from './an-account.js';
import { Product, until } from './product.js';

const [ONE, TWO] = ['zz-one-1', 'zz-two-1'] as const;
const CHECK = 'ec2_ebs_default_encryption';

const redis = process.env.TEST_REDIS_URL;
const queues: [name: string, env: Record<string, string> | null][] = [
  ['the embedded queue', {}],
  ['Redis (TEST_REDIS_URL)', redis ? { REDIS_URL: redis } : null],
];
if (!redis)
  console.warn('workers lost on Redis are NOT TESTED: TEST_REDIS_URL (.ci/redis/start.sh)');

let prowler: ScriptedProwler;
beforeAll(async () => {
  prowler = await ScriptedProwler.create();
  await prowler.expects([CHECK]);
});
afterAll(() => prowler.remove());

/** The processes of this machine that run the scripted tool. */
async function toolsAlive(): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  );
  return pids.filter((_, at) => lines[at]?.includes(prowler.folder));
}

describe.each(queues)('workers of the product, with %s', (_, env) => {
  describe.skipIf(env === null)('', () => {
    let product: Product;
    let accountId: string;
    beforeEach(async () => {
      product = await Product.make({
        ...env,
        PATH: `${prowler.folder}:${process.env.PATH}`,
        DOCKER_HOST: 'unix:///nowhere/docker.sock',
      });
      await product.serve('api');
      accountId = (await addAccount(product, [ONE, TWO])).id;
    });
    afterEach(() => product.remove());

    const startScan = async (script: string): Promise<ScanRun> => {
      await prowler.does(ONE, script);
      await prowler.does(TWO, script);
      return product.start({ kind: 'cloud', accountId });
    };
    const isRunning = ({ subJobs }: ScanRun) => subJobs.every(({ log }) => log.includes('started'));

    test('another runs the scan again within a minute when one is killed', async () => {
      const first = await product.serve('worker');
      const { id } = await startScan('echo started; sleep 600');
      await product.scan(id, isRunning);
      for (const region of [ONE, TWO])
        await prowler.reports(region, [{ check: CHECK, resource: region }]);
      await product.kill(first);
      const killed = performance.now();
      expect((await toolsAlive()).length).toBeGreaterThan(0);
      await product.serve('worker');
      const ended = await product.scan(id, undefined, 60_000);
      console.log(
        `run again and ended ${Math.round((performance.now() - killed) / 1000)} s after its worker was killed`,
      );
      expect(ended).toMatchObject({ status: 'completed', problem: null, results: 2 });
      expect(ended.subJobs.map(({ attempt }) => attempt)).toEqual([2, 2]);
      // The next worker ended the tools that the killed one had started.
      await until(toolsAlive, (alive) => alive.length === 0, { withinMs: 20_000 });
      await until(
        () => product.leftovers(),
        (left) => left.length === 0,
        { withinMs: 20_000 },
      );
      expect((await product.call(listDeadLetters)).items).toEqual([]);
    });

    test('two share the sub-jobs of a scan, and each sub-job runs once', async () => {
      await Promise.all([product.serve('worker'), product.serve('worker')]);
      const report = { check: CHECK, resource: 'a' };
      const starts = join(prowler.folder, 'starts');
      await rm(starts, { force: true });
      // Connection tests are not counted.
      const log = `case "$*" in *"--services account "*) ;; *) echo $PPID >>"${starts}" ;; esac`;
      for (const region of [ONE, TWO]) await prowler.reports(region, [report], `${log}; sleep 1`);
      const ids: string[] = [];
      for (let n = 0; n < 5; n += 1) {
        const { id } = await addAccount(product, [ONE, TWO]);
        ids.push((await product.start({ kind: 'cloud', accountId: id })).id);
      }
      for (const id of ids) {
        const ended = await product.scan(id);
        expect(ended).toMatchObject({ status: 'completed', results: 2 });
        expect(ended.subJobs.map(({ attempt }) => attempt)).toEqual([1, 1]);
      }
      const workers = (await readFile(starts, 'utf8')).trim().split('\n');
      expect(workers.length).toBe(ids.length * 2);
      expect(new Set(workers).size).toBe(2);
    });

    test('one that stops releases its scan at once', async () => {
      const first = await product.serve('worker');
      const { id } = await startScan('echo started; sleep 600');
      await product.scan(id, isRunning);
      const stoppedAt = performance.now();
      expect((await product.stop(first)).code).toBe(0);
      expect(performance.now() - stoppedAt).toBeLessThan(15_000);
      expect(await toolsAlive()).toEqual([]);
      for (const region of [ONE, TWO])
        await prowler.reports(region, [{ check: CHECK, resource: region }]);
      await product.serve('worker');
      expect(await product.scan(id, undefined, 30_000)).toMatchObject({ status: 'completed' });
    });
  });
});

test('a scan whose workers keep dying fails with the reason', async () => {
  const product = await Product.make({
    PATH: `${prowler.folder}:${process.env.PATH}`,
    DOCKER_HOST: 'unix:///nowhere/docker.sock',
  });
  try {
    await product.serve('api');
    await prowler.does(ONE, 'echo started; sleep 600');
    const { id: accountId } = await addAccount(product, [ONE]);
    const { id } = await product.start({ kind: 'cloud', accountId });
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const worker = await product.serve('worker');
      await product.scan(
        id,
        ({ subJobs: [its] }) => its?.attempt === attempt && its.log.includes('started'),
      );
      await product.kill(worker);
    }
    await product.serve('worker');
    const ended = await product.scan(id, undefined, 60_000);
    expect(ended).toMatchObject({ status: 'failed', results: 0 });
    expect(ended.problem).toMatch(/gave up: its worker was lost/);
  } finally {
    await product.remove();
  }
});
