import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UnavailableError } from '../../../platform/errors.js';
import { NativeRunner } from '../../../scanners/runners/native-runner.js';
import { createScanTools } from '../../../scanners/runs/scan-tools.js';
import type { ToolScanner } from '../../../scanners/runs/scanner.js';
import type { RunLimits } from '../../../scanners/runs/tool-run.js';
import { PATIENT } from '../../../testing/patient.js';
import { ScriptedProwler } from '../../../testing/scripted-prowler.js';
import { type ScanProcess, TestScans } from '../../../testing/test-scans.js';

const CHECK = 's3_bucket_public';
const REGION = 'eu-west-1';

let prowler: ScriptedProwler;
let test: TestScans;
let one: ScanProcess;
let limits: Partial<RunLimits>;

beforeEach(async () => {
  limits = {};
  prowler = await ScriptedProwler.create();
  await prowler.expects([CHECK]);
  const real = createScanTools({ allowedFolders: [] }).get('prowler') as ToolScanner;
  const limited: ToolScanner = {
    ...real,
    plan: async (unit, material) => {
      const run = await real.plan(unit, material);
      return { ...run, limits: { ...run.limits, ...limits } };
    },
  };
  test = await TestScans.create({
    scanners: [limited],
    runner: (outputFolder) => new NativeRunner({ outputFolder, programs: prowler.programs }),
  });
  one = await test.process();
});
afterEach(async () => {
  await test.close();
  await prowler.remove();
});

async function started(): Promise<string> {
  const account = await test.anAccount(one, [REGION]);
  const request = { kind: 'cloud' as const, accountId: account.id };
  return (await one.orchestration.scans.start(test.actor, request)).id;
}
async function scanned() {
  return test.until(one, await started(), undefined, 30_000);
}
/** Lets a waiting retry of the scan's job run at once. */
async function skipBackoff(scanId: string, attempt: number): Promise<void> {
  const state = async () => {
    const [subJob] = await one.orchestration.repositories.subJobs.ofScan(test.actor, scanId);
    const job = subJob?.jobId ? await one.queue.get(subJob.jobId) : null;
    return [subJob?.attempt, job?.state];
  };
  await expect.poll(state, PATIENT).toEqual([attempt, 'delayed']);
  test.clock.move(30_000);
}
const report = () =>
  prowler.reports(REGION, [
    { check: CHECK, resource: 'a' },
    { check: CHECK, resource: 'b' },
  ]);

it('does not run later when the queue could not take it', async () => {
  const { enqueueMany } = one.queue;
  one.queue.enqueueMany = () => Promise.reject(new UnavailableError('the job queue is full'));
  await expect(started()).rejects.toThrow('the job queue is full');
  one.queue.enqueueMany = enqueueMany;
  const { items } = await one.orchestration.scans.list(test.actor, {}, 10);
  expect(items.map(({ status }) => status)).toEqual(['cancelled']);
});

describe('a tool', () => {
  it.each([
    ['exits 0 with no file', 'exit 0', 'partial', /no result at all/],
    ['exits 1', 'echo "AccessDenied: no" >&2; exit 1', 'failed', /Prowler failed \(exit 1\)/],
    ['is killed', 'kill -9 $$', 'failed', /killed/],
    [
      'writes something that is not a report',
      'echo nonsense >"$out/report.ocsf.json"; exit 0',
      'failed',
      /plain text/,
    ],
    ['writes an empty file', ': >"$out/report.ocsf.json"; exit 0', 'partial', /no result at all/],
    [
      'leaves a link as its report',
      'ln -s /etc/passwd "$out/report.ocsf.json"; exit 0',
      'partial',
      /no result/,
    ],
    [
      'cannot write as the disk is full',
      'echo "No space left on device" >&2; exit 1',
      'failed',
      /disk is full/,
    ],
  ])('that %s', async (_, script, status, problem) => {
    await prowler.does(REGION, script);
    const ended = await scanned();
    expect(ended).toMatchObject({ status, results: 0 });
    expect(ended.problem).toMatch(problem);
  });

  it('that exits 3 has findings, which is not a failure', async () => {
    await prowler.reports(REGION, [{ check: CHECK, resource: 'a' }], 'exit 3');
    expect(await scanned()).toMatchObject({ status: 'completed', problem: null, results: 1 });
  });

  it('that writes half a file gives partial results, and closes nothing', async () => {
    await report();
    await prowler.does(
      REGION,
      `size=$(wc -c <"$here/${REGION}.json"); head -c $((size - 200)) "$here/${REGION}.json" >"$out/report.ocsf.json"; exit 0`,
    );
    const ended = await scanned();
    expect(ended).toMatchObject({ status: 'partial', results: 1, findings: { opened: 1 } });
    expect(ended.problem).toMatch(/incomplete|ends|cut/i);
  });

  it('that hangs is stopped at its time limit, and its results so far count', async () => {
    limits = { timeoutMs: 700 };
    await report();
    await prowler.does(REGION, `cp "$here/${REGION}.json" "$out/report.ocsf.json"; sleep 60`);
    const ended = await scanned();
    expect(ended).toMatchObject({ status: 'partial', results: 2 });
    expect(ended.subJobs[0]?.outcome).toBe('timed_out');
    expect(ended.problem).toMatch(/out of time/);
  });

  it('that hangs without results fails', async () => {
    limits = { timeoutMs: 500 };
    await prowler.does(REGION, 'trap "" TERM; while :; do sleep 0.2; done');
    const ended = await scanned();
    expect(ended).toMatchObject({ status: 'failed', results: 0 });
    expect(ended.subJobs[0]?.outcome).toBe('timed_out');
  });

  it('that writes too much output is stopped', async () => {
    limits = { outputBytes: 1_000_000 };
    await prowler.does(
      REGION,
      'while :; do head -c 300000 /dev/zero >>"$out/big"; sleep 0.02; done',
    );
    const ended = await scanned();
    expect(ended.status).toBe('failed');
    expect(ended.problem).toMatch(/exceeded its output limit/);
  });

  it('that needs too much memory is stopped', async () => {
    limits = { memoryBytes: 40_000_000 };
    await prowler.does(
      REGION,
      'exec node -e "const a=[];setInterval(()=>a.push(Buffer.alloc(2e7,1)),10)"',
    );
    const ended = await scanned();
    expect(ended.status).toBe('failed');
    expect(ended.problem).toMatch(/memory/);
  });

  it('that is not installed fails after retries, with instructions', async () => {
    await prowler.remove();
    const id = await started();
    await skipBackoff(id, 1);
    await skipBackoff(id, 2);
    const ended = await test.until(one, id, undefined, 30_000);
    expect(ended).toMatchObject({ status: 'failed' });
    expect(ended.problem).toMatch(/not on PATH; install it/);
    const letters = await one.orchestration.deadLetters.list(test.actor, 10);
    expect(letters.items).toEqual([]); // a scan that ended with a reason is not a failed job
    await mkdir(prowler.folder, { recursive: true });
  });

  it('never leaves a folder behind', async () => {
    await prowler.does(REGION, 'echo half >"$out/report.ocsf.json"; kill -9 $$');
    await scanned();
    // The status is stored first, the folder is removed after it.
    const runs = join(test.folder, 'runs');
    await expect.poll(() => readdir(runs)).toEqual(['.running']);
    await expect.poll(() => readdir(join(runs, '.running'))).toEqual([]);
  });
});
