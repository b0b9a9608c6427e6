import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, it } from 'vitest';
import type { ScanRun } from '../contract/orchestration.js';
import { ended } from '../server/testing/run-cli.js';
import { askProduct, type ProductProcess, uploadTo } from '../server/testing/run-processes.js';
import { AttackedProduct, WITHIN_MS } from './attacked-product.js';
import { randomNumbers } from './random.js';
import { files, type Store, servers } from './store.js';

const RUNS = Number(process.env.SOAK_RUNS ?? 50);
const SEED = Number(process.env.SOAK_SEED ?? 1);
/** Long enough for a lease to be lost and taken over. */
const STALL_MS = 40_000;
const MAX_RUN_MS = 300_000;

type Signal = 'SIGKILL' | 'SIGSTOP';

/** A product under attack, and the moments of the attack. */
interface Scene {
  product: AttackedProduct;
  signal: Signal;
  random: () => number;
}

/** Prepares the processes, and returns one run of the attack: how long the product took to be as undisturbed. */
type Attack = (scene: Scene) => Promise<() => Promise<number>>;

function isEnded({ child }: ProductProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

const SERVE = ['serve'];
const API = ['serve', '--role', 'api'];

/** `cspm import` beside a server on the same store. */
const command: Attack = async ({ product, signal, random }) => {
  const living = await product.process(SERVE);
  const startedMs = Date.now();
  await product.importQuietly(await product.report());
  const lastsMs = Date.now() - startedMs;
  return async () => {
    const report = await product.report();
    const [before] = await product.imports(living);
    const child = product.command(['import', report.path]);
    const end = ended(child);
    await pause(random() * lastsMs);
    child.kill(signal);
    if (signal === 'SIGKILL') {
      const killedMs = Date.now();
      await end;
      const item = await product.settled(living, WITHIN_MS);
      const isImported = item?.id !== before?.id && item?.status === 'completed';
      const expecting = isImported ? product.expectImport(report) : undefined;
      const tookMs = await product.agrees(living, killedMs, expecting);
      if (!isImported) await product.importQuietly(report);
      return tookMs;
    }
    const newer = await product.report();
    const uploading = product.upload(living, newer);
    await Promise.all([pause(STALL_MS), product.expectImports(report, newer)]);
    child.kill('SIGCONT');
    const wokenMs = Date.now();
    await Promise.all([uploading, end]);
    await product.settled(living, WITHIN_MS);
    return product.agrees(living, wokenMs);
  };
};

/** A server that imports an upload, beside another one. */
const api: Attack = async ({ product, signal, random }) => {
  const living = await product.process(SERVE);
  let victim = await product.process(API);
  const startedMs = Date.now();
  const first = await product.report();
  await product.upload(victim, first);
  await product.expectImport(first);
  const lastsMs = Date.now() - startedMs;
  return async () => {
    // Of the run before, whose restart may have failed.
    if (isEnded(victim)) victim = await product.process(API);
    const report = await product.report();
    await uploadTo(victim, report.path);
    await pause(random() * lastsMs);
    victim.child.kill(signal);
    const stoppedMs = Date.now();
    if (signal === 'SIGKILL') {
      victim = await product.process(API);
      await product.settled(living, WITHIN_MS);
      return product.agrees(living, stoppedMs, product.expectImport(report));
    }
    const newer = await product.report();
    const uploading = product.upload(living, newer);
    await Promise.all([pause(STALL_MS), product.expectImports(report, newer)]);
    victim.child.kill('SIGCONT');
    const wokenMs = Date.now();
    await uploading;
    await product.settled(living, WITHIN_MS);
    return product.agrees(living, wokenMs);
  };
};

/** A worker that scans a web site, beside another worker. */
const worker: Attack = async ({ product, signal, random }) => {
  const site = createServer((_, response) => {
    setTimeout(() => response.end('<!doctype html><title>Shop</title>'), 20 + random() * 200);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  site.unref();
  const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/shop`;
  const living = await product.process(API);
  const workers = [await product.process(['worker']), await product.process(['worker'])];
  const ranges = { ranges: ['127.0.0.0/8'], names: [] };
  await askProduct(living, '/api/scans/own-targets', { method: 'PUT', body: ranges });
  const scan = async () => {
    const body = { kind: 'web', url };
    return (await askProduct<ScanRun>(living, '/api/scans', { method: 'POST', body })).id;
  };
  const untilEnded = async (id: string, withinMs: number) => {
    const startedMs = Date.now();
    for (;;) {
      const run = await askProduct<ScanRun>(living, `/api/scans/${id}`);
      if (run.finishedAt !== null) return run;
      if (Date.now() - startedMs > withinMs) throw new Error(`the scan is still ${run.status}`);
      await pause(200);
    }
  };
  const startedMs = Date.now();
  const { status } = await untilEnded(await scan(), MAX_RUN_MS);
  const lastsMs = Date.now() - startedMs;
  const expected = JSON.stringify(await product.state(living));
  return async () => {
    for (const [n, each] of workers.entries())
      if (isEnded(each)) workers[n] = await product.process(['worker']);
    const id = await scan();
    await pause(random() * lastsMs);
    const at = random() < 0.5 ? 0 : 1;
    const victim = workers[at] as ProductProcess;
    victim.child.kill(signal);
    const stoppedMs = Date.now();
    if (signal === 'SIGKILL') workers[at] = await product.process(['worker']);
    const run = await untilEnded(id, WITHIN_MS);
    let sinceMs = stoppedMs;
    if (signal === 'SIGSTOP') {
      await pause(Math.max(0, STALL_MS - (Date.now() - stoppedMs)));
      victim.child.kill('SIGCONT');
      sinceMs = Date.now();
      await pause(2_000);
    }
    if (run.status !== status) throw new Error(`the scan ended as ${run.status}, not ${status}`);
    await product.settled(living, WITHIN_MS);
    const askedMs = Date.now();
    const found = JSON.stringify(await product.state(living));
    if (found !== expected)
      throw new Error(`not as after an undisturbed scan: ${found.slice(0, 500)}`);
    const tookMs = askedMs - sinceMs;
    if (tookMs > WITHIN_MS) throw new Error(`as undisturbed only after ${tookMs} ms`);
    return tookMs;
  };
};

const ATTACKS = { 'cspm import': command, 'a server': api, 'a worker': worker };

function attack(name: string, make: (index: number) => Promise<Store>): void {
  describe.concurrent(`on ${name}`, () => {
    let index = 0;
    for (const [victim, prepare] of Object.entries(ATTACKS)) {
      for (const signal of ['SIGKILL', 'SIGSTOP'] as const) {
        index += 1;
        const number = index;
        const title = `${victim} survives ${signal} at a random moment`;
        const timeout = (RUNS + 1) * MAX_RUN_MS;
        it(title, { timeout }, () => {
          return repeat(`${name}: ${title}`, make, number, prepare, signal);
        });
      }
    }
  });
}

/** Goes on after a run that failed, and throws what failed at the end. */
async function repeat(
  title: string,
  make: (index: number) => Promise<Store>,
  index: number,
  prepare: Attack,
  signal: Signal,
): Promise<void> {
  const random = randomNumbers(SEED * 100 + index);
  const product = await AttackedProduct.start(await make(index), random);
  const took: number[] = [];
  const problems: string[] = [];
  try {
    const run = await prepare({ product, signal, random });
    for (let n = 1; n <= RUNS && problems.length < 3; n += 1) {
      await run().then(
        (ms) => took.push(ms),
        (error: unknown) => problems.push(`run ${n} with SOAK_SEED=${SEED}: ${String(error)}`),
      );
      console.log(`${title}: ${n} of ${RUNS}, ${took.at(-1)} ms ${problems.join('; ')}`);
    }
  } finally {
    await product.stop();
  }
  took.sort((a, b) => a - b);
  const [median, longest] = [took.at(took.length >> 1), took.at(-1)];
  console.log(`${title}: ${took.length} times, median ${median} ms, longest ${longest} ms`);
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

attack('files in one folder', files);
if (servers) attack('MongoDB and Redis', servers);
else
  it.skip('MongoDB and Redis are NOT ATTACKED: TEST_MONGODB_URI or TEST_REDIS_URL is not set (.ci/mongodb/start.sh and .ci/redis/start.sh print them)', () => {});
