import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getPosture } from '../../contract/compliance.js';
import type { ScanRun } from '../../contract/orchestration.js';
import { getHealth } from '../../contract/platform.js';
import { listDeadLetters } from '../../contract/scan-operations.js';
import type { Finding } from '../../contract/security-scans.js';
import { ScriptedProwler } from '../../server/testing/scripted-prowler.js';
import { addAccount } from './an-account.js';
import { Product, until } from './product.js';

/** Checks that count for controls by curated mappings, so that their pass could turn one green. */
const CHECKS = ['ec2_ebs_default_encryption', 'sns_topics_not_publicly_accessible'] as const;

interface Fault {
  /** The tool's script; `$out` is its output folder, `$here/<region>.json` a valid report. */
  script: string;
  status: ScanRun['status'];
  outcome: NonNullable<ScanRun['subJobs'][number]['outcome']>;
  problem: RegExp;
}

/** By region: each is one sub-job with its own fault. */
const BLIND: Record<string, Fault> = {
  'zz-hangs-1': {
    script: 'sleep 600',
    ...{ status: 'failed', outcome: 'timed_out', problem: /out of time/ },
  },
  'zz-stubborn-1': {
    script: 'trap "" TERM INT; while :; do sleep 0.2; done',
    ...{ status: 'failed', outcome: 'timed_out', problem: /out of time/ },
  },
  'zz-floods-1': {
    script: 'while :; do head -c 500000 /dev/zero >>"$out/big"; sleep 0.02; done',
    ...{ status: 'failed', outcome: 'failed', problem: /exceeded its output limit/ },
  },
  'zz-nothing-1': {
    script: 'exit 0',
    ...{ status: 'partial', outcome: 'succeeded_with_gaps', problem: /no result at all/ },
  },
  'zz-nonsense-1': {
    script: 'head -c 100000 /dev/urandom >"$out/report.ocsf.json"; exit 0',
    // The tool itself reported success.
    ...{ status: 'failed', outcome: 'succeeded_with_gaps', problem: /report\.ocsf\.json/ },
  },
  'zz-refused-1': {
    script: 'echo "CRITICAL: AccessDenied for this role" >&2; exit 1',
    ...{ status: 'failed', outcome: 'failed', problem: /exit 1.*AccessDenied/ },
  },
  'zz-killed-1': {
    script: 'kill -9 $$',
    ...{ status: 'failed', outcome: 'failed', problem: /killed/ },
  },
  'zz-hungry-1': {
    script: 'exec node -e "const a=[];setInterval(()=>a.push(Buffer.alloc(2e7,1)),5)"',
    ...{ status: 'failed', outcome: 'failed', problem: /out of memory/ },
  },
  'zz-chatty-1': {
    script: 'yes "a meaningless line" | head -n 400000; exit 0',
    ...{ status: 'partial', outcome: 'succeeded_with_gaps', problem: /no result at all/ },
  },
};
const REGIONS = Object.keys(BLIND);

describe('a scanner that fails, seen through the API', () => {
  let prowler: ScriptedProwler;
  let product: Product;
  let account: Awaited<ReturnType<typeof addAccount>>;

  beforeAll(async () => {
    prowler = await ScriptedProwler.create();
    await prowler.expects(CHECKS);
    for (const [region, { script }] of Object.entries(BLIND)) await prowler.does(region, script);
    product = await Product.make({
      PATH: `${prowler.folder}:${process.env.PATH}`,
      DOCKER_HOST: 'unix:///nowhere/docker.sock',
      SCAN_TIMEOUT_SECONDS: '4',
      SCAN_OUTPUT_MB: '8',
      SCAN_MEMORY_MB: '200',
    });
    await product.serve('api');
    await product.serve('worker');
    account = await addAccount(product, [...REGIONS, 'zz-good-1']);
  });
  afterAll(async () => {
    await product?.remove();
    await prowler?.remove();
  });

  const scanned = (regions: readonly string[] = REGIONS) =>
    product.scanned({ kind: 'cloud', accountId: account.id, regions: [...regions] });
  const expectFaults = (scan: ScanRun) => {
    for (const { name, status, outcome, problem, results } of scan.subJobs) {
      const fault = BLIND[name] as Fault;
      const { status: itsStatus, outcome: itsOutcome } = fault;
      const expected = { name, status: itsStatus, outcome: itsOutcome, results: 0 };
      expect({ name, status, outcome, results }).toEqual(expected);
      expect(problem, name).toMatch(fault.problem);
    }
  };
  const reports = (region: string, status: 'PASS' | 'FAIL', after?: string) =>
    prowler.reports(
      region,
      CHECKS.flatMap((check) =>
        ['a', 'b'].map((name) => {
          const resource = `arn:aws:x:${region}:${account.accountId}:${check}/${name}`;
          return { check, resource, status, account: account.accountId };
        }),
      ),
      after,
    );
  const summaries = (findings: readonly Finding[]) =>
    findings.map(({ id, status, verdict }) => `${id} ${status} ${verdict}`).sort();
  const expectHealthy = async () => {
    const { modules, databases } = await product.call(getHealth);
    expect(modules.filter(({ status }) => status !== 'available')).toEqual([]);
    expect(databases.filter(({ ok }) => !ok)).toEqual([]);
    expect(await product.leftovers()).toEqual([]);
    expect((await product.call(listDeadLetters)).items).toEqual([]);
  };

  test('each sub-job ends with its reason, and nothing is assessed without results', async () => {
    const scan = await scanned();
    expect(scan.status).toBe('partial');
    expectFaults(scan);
    expect(scan.problem).toMatch(/and 8 more/);
    expect(scan.subJobs.every(({ coverage }) => coverage?.evidenced === 0)).toBe(true);
    expect(scan.results).toBe(0);
    expect(await product.findings()).toEqual([]);
    expect(await product.controls()).toEqual({});
    const { frameworks } = await product.call(getPosture);
    expect(frameworks.map(({ score, coverage }) => [score ?? 0, coverage])).toEqual(
      frameworks.map(() => [0, 0]),
    );
    await expectHealthy();
  });

  test('no finding is resolved and no control turns green', async () => {
    for (const region of REGIONS) await reports(region, 'FAIL');
    const good = await scanned();
    expect(good).toMatchObject({ status: 'completed', results: REGIONS.length * 4 });
    expect(good.findings.opened).toBe(REGIONS.length * 4);
    const known = await until(
      () => product.controls(),
      (controls) => Object.keys(controls).length > 0,
    );
    expect(Object.values(known)).not.toContain('implemented');
    const before = summaries(await product.findings());
    for (const [region, { script }] of Object.entries(BLIND)) await prowler.does(region, script);
    const bad = await scanned();
    expectFaults(bad);
    expect(bad.findings).toMatchObject({ opened: 0, resolved: 0, reopened: 0 });
    await sleep(1_000); // lets the engine run, if anything triggered it
    expect(summaries(await product.findings())).toEqual(before);
    expect(await product.controls()).toEqual(known);
    await expectHealthy();
  });

  test('half a report applies its results and closes nothing else', async () => {
    const region = 'zz-good-1';
    await reports(region, 'FAIL');
    await scanned([region]);
    const open = await product.findings({ region, status: 'open' });
    expect(open).toHaveLength(4);
    // The readable half holds passes.
    await reports(region, 'PASS');
    const half = `head -c $(($(wc -c <"$here/${region}.json") / 2)) "$here/${region}.json"`;
    await prowler.does(region, `${half} >"$out/report.ocsf.json"; exit 0`);
    const scan = await scanned([region]);
    expect(scan).toMatchObject({ status: 'partial', findings: { opened: 0 } });
    expect(scan.problem).toMatch(/incomplete|ends|broke off|cut/i);
    expect(scan.results).toBeGreaterThan(0);
    expect(scan.results).toBeLessThan(4);
    const still = await product.findings({ region, status: 'open' });
    expect(still).toHaveLength(4 - scan.results);
    expect(still.every(({ resolution }) => resolution === null)).toBe(true);
    await expectHealthy();
  });

  test('exit code 3 is a successful scan with findings', async () => {
    const region = 'zz-good-1';
    await reports(region, 'FAIL', 'exit 3');
    const scan = await scanned([region]);
    expect(scan).toMatchObject({ status: 'completed', problem: null, results: 4 });
    expect(await product.findings({ region, status: 'open' })).toHaveLength(4);
  });

  test('a running scan is cancelled within ten seconds and leaves nothing behind', async () => {
    await prowler.does('zz-good-1', 'trap "" TERM; echo started; while :; do sleep 0.2; done');
    const { id } = await product.start({
      ...{ kind: 'cloud', accountId: account.id, regions: ['zz-good-1'] },
    });
    await product.scan(id, ({ subJobs }) => subJobs[0]?.log.includes('started') === true);
    const startedAt = performance.now();
    await product.cancel(id);
    const ended = await product.scan(id);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(ended).toMatchObject({ status: 'cancelled', problem: null });
    await expectHealthy();
  });

  test('later scans work as usual', async () => {
    for (const region of [...REGIONS, 'zz-good-1']) await reports(region, 'PASS');
    const scan = await scanned([...REGIONS, 'zz-good-1']);
    expect(scan).toMatchObject({ status: 'completed', problem: null });
    expect(await product.findings({ status: 'open' })).toEqual([]);
    await until(
      () => product.controls(),
      (controls) => !Object.values(controls).includes('not_implemented'),
    );
    await expectHealthy();
  });
});
