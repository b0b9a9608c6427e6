import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScanRun } from '../../../../contract/orchestration.js';
import { JobAbortedError } from '../../../platform/queue/job-queue.js';
import { JobsRepository } from '../../../platform/queue/jobs.repository.js';
import type { RunOptions } from '../../../scanners/runners/runner.js';
import type { ToolRun } from '../../../scanners/runs/tool-run.js';
import { PATIENT } from '../../../testing/patient.js';
import { ocsfReport } from '../../../testing/prowler-rows.js';
import { type Recorded, RecordedRunner } from '../../../testing/recorded-runner.js';
import { type ScanProcess, TestScans } from '../../../testing/test-scans.js';
import { runSubJob } from '../sub-jobs/sub-jobs.jobs.js';
import { repairOf } from './scan-reaper.js';

const CHECK = 's3_bucket_public';

let answer: (run: ToolRun, options: RunOptions) => Recorded | Promise<Recorded>;
let test: TestScans;
let runner: RecordedRunner;

beforeEach(async () => {
  answer = () => aReport();
  test = await TestScans.create({
    graceMs: 500,
    runner: (base) => {
      runner = new RecordedRunner(base, (run, options) =>
        run.args.includes('--list-checks-json')
          ? { stdout: `{"aws":["${CHECK}"]}` }
          : answer(run, options),
      );
      return runner;
    },
  });
});
afterEach(() => test.close());

function aReport(): Recorded {
  const rows = [{ check: CHECK, resource: 'a', region: 'eu-west-1' }];
  const report = ocsfReport(rows, { at: new Date().toISOString() });
  return { files: { 'report.ocsf.json': report, 'prowler.log': '' } };
}
const start = async (process: ScanProcess, regions = ['eu-west-1']): Promise<ScanRun> => {
  const account = await test.anAccount(process, regions);
  return process.orchestration.scans.start(test.actor, { kind: 'cloud', accountId: account.id });
};
const realRuns = () =>
  runner.runs.filter(({ args }) => args.includes('--region') && !args.includes('account'));
const statuses = ({ subJobs }: ScanRun) => subJobs.map(({ status }) => status);

describe('cancelling', () => {
  it('a waiting scan prevents it from running', async () => {
    const idle = await test.process({ work: false });
    const { id } = await start(idle, ['eu-west-1', 'us-east-1']);
    const cancelled = await idle.orchestration.scans.cancel(test.actor, id);
    expect(cancelled).toMatchObject({ status: 'cancelled', isCancelling: false });
    const worker = await test.process();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(realRuns()).toHaveLength(0);
    await expect(worker.orchestration.scans.cancel(test.actor, id)).rejects.toThrow(/has ended/);
    expect((await worker.orchestration.scans.retry(test.actor, id)).status).toBe('queued');
    expect((await test.until(worker, id)).status).toBe('completed');
  });

  it('a scan that runs in another process stops its tool within a second', async () => {
    let abortedAt = 0;
    answer = (_run, { signal }) => {
      signal.addEventListener('abort', () => {
        abortedAt = performance.now();
      });
      return { takesMs: 30_000 };
    };
    const worker = await test.process();
    const asker = await test.process({ work: false });
    const { id } = await start(asker, ['eu-west-1']);
    await test.until(worker, id, ({ status }) => status === 'running');
    const asked = performance.now();
    expect((await asker.orchestration.scans.cancel(test.actor, id)).isCancelling).toBe(true);
    const ended = await test.until(asker, id);
    expect(ended).toMatchObject({ status: 'cancelled', problem: null });
    expect(abortedAt - asked).toBeLessThan(1_000);
    expect(ended.subJobs[0]).toMatchObject({ status: 'cancelled', outcome: 'cancelled' });
  });

  it('a partly finished scan keeps its results', async () => {
    answer = ({ args }) => (args.includes('eu-west-1') ? aReport() : { takesMs: 30_000 });
    const one = await test.process();
    const { id } = await start(one, ['eu-west-1', 'us-east-1']);
    await test.until(one, id, (scan) => statuses(scan)[0] === 'completed');
    await one.orchestration.scans.cancel(test.actor, id);
    const ended = await test.until(one, id);
    expect(ended).toMatchObject({ status: 'cancelled', results: 1 });
    expect(statuses(ended)).toEqual(['completed', 'cancelled']);
  });

  it('happens automatically when the account is deleted', async () => {
    answer = () => ({ takesMs: 30_000 });
    const one = await test.process();
    const { id, request } = await start(one);
    await test.until(one, id, ({ status }) => status === 'running');
    if (request.kind === 'cloud') await one.cloud.accounts.delete(test.actor, request.accountId);
    expect((await test.until(one, id)).status).toBe('cancelled');
  });
});

describe('a lost worker', () => {
  /** Runs a sub-job like a worker that hangs without a heartbeat; resolves to how it ended. */
  const takenBy = (process: ScanProcess) => {
    const gone = new AbortController();
    let begun: (value: { ended: Promise<unknown>; lose: () => void }) => void = () => {};
    const taken = new Promise<{ ended: Promise<unknown>; lose: () => void }>((resolve) => {
      begun = resolve;
    });
    process.queue.work(runSubJob, (job, context) => {
      const context2 = { ...context, signal: gone.signal };
      const ended = process.orchestration.runner.run(job, context2);
      const lose = () => gone.abort(new JobAbortedError('lost', 'its lease ran out'));
      begun({ ended: ended.catch((error: unknown) => error), lose });
      return new Promise(() => {}); // never settles the job
    });
    return taken;
  };

  it('loses its sub-job to another worker, which restarts the tool; its late results are ignored', async () => {
    const asker = await test.process({ work: false });
    let finish: () => void = () => {};
    const late = new Promise<void>((resolve) => {
      finish = resolve;
    });
    answer = async () => {
      if (realRuns().length > 1) return aReport();
      await late;
      return aReport();
    };
    const { id } = await start(asker);
    const lost = await takenBy(asker);
    await test.until(asker, id, ({ status }) => status === 'running');
    await expect.poll(() => realRuns().length, PATIENT).toBe(1);
    test.clock.move(60_000); // its lease has expired
    const worker = await test.process();
    const ended = await test.until(worker, id);
    expect(ended).toMatchObject({ status: 'completed', results: 1 });
    expect(ended.subJobs[0]?.attempt).toBe(2);
    lost.lose();
    finish();
    expect(await lost.ended).toBeInstanceOf(JobAbortedError);
    expect(await worker.orchestration.scans.get(test.actor, id)).toEqual(ended);
    expect(new Set(realRuns()).size).toBe(2);
  });

  it('makes the scan fail with the reason after the last attempt', async () => {
    const idle = await test.process({ work: false });
    const { id } = await start(idle);
    const jobs = test.platform.repositories.create(JobsRepository);
    for (let attempt = 1; attempt <= runSubJob.attempts; attempt += 1) {
      const job = await jobs.claim(runSubJob.name, 'a', {
        token: `t${attempt}`,
        startedAt: test.clock.now().toISOString(),
        dueAt: test.clock.now().toISOString(),
      });
      expect(job?.attempts).toBe(attempt);
      test.clock.move(60_000);
      await jobs.returnExpired([runSubJob.name], test.clock.now().toISOString());
    }
    const worker = await test.process();
    await expect
      .poll(
        async () => (await worker.orchestration.deadLetters.list(test.actor, 10)).items.length,
        PATIENT,
      )
      .toBe(1);
    await worker.orchestration.reaper.sweep();
    const ended = await test.until(worker, id);
    expect(ended.status).toBe('failed');
    expect(ended.problem).toMatch(/gave up: its worker was lost/);
    expect(realRuns()).toHaveLength(0);
    const [letter] = (await worker.orchestration.deadLetters.list(test.actor, 10)).items;
    await worker.orchestration.deadLetters.retry(test.actor, letter?.jobId ?? '');
    expect((await test.until(worker, id)).status).toBe('completed');
  });
});

describe('the reaper', () => {
  it('fails a scan that was never prepared, but not a young one', async () => {
    const one = await test.process({ work: false });
    const { id } = await start(one);
    const { scans, subJobs } = one.orchestration.repositories;
    for (const subJob of await subJobs.ofScan(test.actor, id)) {
      await subJobs.update(test.actor, subJob.id, { scanId: 'other' }, {});
    }
    await one.orchestration.reaper.sweep();
    expect((await scans.get(test.actor, id))?.status).toBe('queued');
    test.clock.move(60_000);
    await one.orchestration.reaper.sweep();
    expect(await scans.get(test.actor, id)).toMatchObject({
      status: 'failed',
      activeKey: null,
      problem: 'the scan was never prepared',
    });
  });

  it('enqueues a lost job again', async () => {
    const idle = await test.process({ work: false });
    const { id } = await start(idle, ['eu-west-1']);
    const { subJobs } = idle.orchestration.repositories;
    const [subJob] = await subJobs.ofScan(test.actor, id);
    if (!subJob?.jobId) throw new Error('the sub-job has no job');
    await idle.queue.cancel(subJob.jobId);
    await subJobs.update(test.actor, subJob.id, { jobId: 'job_that_is_gone' }, {});
    test.clock.move(60_000);
    expect(await idle.orchestration.reaper.sweep()).toBe(1);
    const worker = await test.process();
    expect((await test.until(worker, id)).status).toBe('completed');
  });

  const none = { cancelRequested: false };
  it.each([
    ['active', none, 0, 'continue'],
    ['delayed', none, 0, 'continue'],
    ['cancelled', none, 0, { status: 'cancelled' }],
    ['failed', none, 0, { status: 'failed' }],
    ['failed', { cancelRequested: true }, 0, { status: 'cancelled' }],
    ['completed', none, 0, 'requeue'],
    [null, none, 1, 'requeue'],
    [null, none, 2, { status: 'failed' }],
    [null, { cancelRequested: true }, 0, { status: 'cancelled' }],
  ] as const)('decides about a job that is %s', (state, scan, requeued, expected) => {
    const job = state && { state, error: 'why' };
    const decision = repairOf(scan, { requeued, jobId: 'job' }, job);
    if (typeof expected === 'string') expect(decision).toBe(expected);
    else expect(decision).toMatchObject(expected);
  });
});

describe('concurrent processes', () => {
  it('run each of 200 scans once, with two workers', async () => {
    answer = () => ({ takesMs: 3 });
    const asker = await test.process({ work: false });
    const ids: string[] = [];
    for (let i = 0; i < 200; i += 1) {
      const image = `registry.example.org/app-${i}:1`;
      ids.push((await asker.orchestration.scans.start(test.actor, { kind: 'image', image })).id);
    }
    await Promise.all([test.process(), test.process()]);
    // Requests are answered meanwhile; `npm run bench` measures how fast.
    for (let asked = 0; (await asker.queue.counts()).length > 0; asked += 1) {
      const { items } = await asker.orchestration.scans.list(test.actor, {}, 50);
      expect(items).toHaveLength(50);
      const id = ids[asked % ids.length] ?? '';
      expect(await asker.orchestration.scans.get(test.actor, id)).toMatchObject({ id });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    for (const id of ids) await test.until(asker, id, undefined, 60_000);
    const images = runner.runs.map(({ args }) => args.at(-1));
    expect(images).toHaveLength(200);
    expect(new Set(images).size).toBe(200);
    expect(runner.maxRunning).toBeGreaterThan(1);
    expect(runner.maxRunning).toBeLessThanOrEqual(2 * runSubJob.concurrency);
    expect(await asker.queue.counts()).toEqual([]);
  }, 90_000);

  it('run each job once when several workers claim it', async () => {
    answer = () => ({ ...aReport(), takesMs: 50 });
    const asker = await test.process({ work: false });
    await Promise.all([test.process(), test.process(), test.process()]);
    const started = await Promise.all(Array.from({ length: 10 }, () => start(asker)));
    for (const { id } of started) expect((await test.until(asker, id)).status).toBe('completed');
    expect(realRuns()).toHaveLength(10);
  });

  it('leave a scan to the next process when one shuts down during it', async () => {
    answer = () => (realRuns().length > 1 ? aReport() : { takesMs: 30_000 });
    const first = await test.process();
    const { id } = await start(first);
    await expect.poll(() => realRuns().length, PATIENT).toBe(1);
    await first.queue.close({ drain: false });
    expect(statuses(await first.orchestration.scans.get(test.actor, id))).toEqual(['queued']);
    const second = await test.process();
    expect((await test.until(second, id)).status).toBe('completed');
  });
});
