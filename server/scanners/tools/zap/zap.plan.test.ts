import { describe, expect, it } from 'vitest';
import { ended, readAs } from '../trivy/judging.fixture.js';
import { zapTool } from './index.js';
import { judgeZap } from './zap.judge.js';

describe('runs of ZAP', () => {
  const target = { kind: 'web', url: 'https://shop.example/start' } as const;
  const planOf = (options: Parameters<typeof zapTool.plan>[1]) => {
    const run = zapTool.plan(target, options);
    return {
      run,
      plan: JSON.parse(run.files.at(-1)?.content ?? ''),
      text: run.files.at(-1)?.content ?? '',
    };
  };
  it('plans a baseline: silent, within memory, within the origin, without attacks', () => {
    const { run, plan, text } = planOf({
      profile: 'baseline',
      limits: { memoryBytes: 1000 * 1024 ** 2 },
    });
    expect(run.args).toEqual([
      '-cmd',
      '-silent',
      '-Xmx700m',
      '-dir',
      '{output}/zap',
      '-autorun',
      '{input}/plan.yaml',
    ]);
    expect(Object.keys(run.env)).toEqual(['SCAN_IN', 'SCAN_OUT', 'TZ']);
    expect(plan.jobs.map((job: { type: string }) => job.type)).toEqual([
      'passiveScan-config',
      'spider',
      'passiveScan-wait',
      'report',
    ]);
    expect(plan.env.contexts[0].includePaths).toEqual(['\\Qhttps://shop.example\\E(:443)?(/.*)?']);
    expect(text.match(/\$\{[^}]*\}/g)).toEqual([`\${SCAN_OUT}`]);
  });
  it("attacks only what was proved to be one's own, and leaves time for the report", () => {
    expect(() => planOf({ profile: 'full' })).toThrow(/prove/);
    const { plan } = planOf({
      profile: 'full',
      ownershipProven: true,
      spiderMinutes: 500,
      attackMinutes: 500,
    });
    const times = plan.jobs.map(
      ({ parameters: of }: { parameters: Record<string, number> }) =>
        of.maxDuration ?? of.maxScanDurationInMins ?? 0,
    );
    expect(times.reduce((a: number, b: number) => a + b, 0)).toBeLessThanOrEqual(55);
    expect(() => planOf({ profile: 'baseline', limits: { timeoutMs: 60_000 } })).toThrow(/minutes/);
  });
  it('takes definitions of APIs from the target or as text', () => {
    const api = { profile: 'api', ownershipProven: true } as const;
    expect(
      planOf({ ...api, api: { format: 'openapi', url: 'https://shop.example/openapi.json' } }).plan
        .jobs[1].parameters,
    ).toMatchObject({
      apiUrl: 'https://shop.example/openapi.json',
      targetUrl: 'https://shop.example/start',
    });
    const { run, plan } = planOf({
      ...api,
      api: { format: 'soap', definition: `<x>\${HOME}</x>` },
    });
    expect(run.files[0]).toMatchObject({ name: 'definition' });
    expect(plan.jobs[1].parameters).toEqual({ wsdlFile: `\${SCAN_IN}/definition` });
    expect(() =>
      planOf({ ...api, api: { format: 'openapi', url: 'https://other.example/x' } }),
    ).toThrow(/at the target/);
    expect(() => planOf(api)).toThrow(/definition/);
  });
});

describe('judging ZAP', () => {
  const run = zapTool.plan({ kind: 'web', url: 'https://shop.example' }, { profile: 'baseline' });
  const facts = {
    executed: 1,
    skipped: [],
    completed: null,
    createdAt: null,
    toolVersion: '2.17.0',
  };
  const found = ended({ stdout: 'Job spider found 12 URLs\nAutomation plan succeeded!' });
  const judge = (change: object) =>
    judgeZap({ run, result: found, read: readAs(facts), rows: [], checkIds: new Set(), ...change });
  it.each<[string, object, string, RegExp | null]>([
    ['all well', {}, 'succeeded', null],
    ['no report though 0', { read: null }, 'failed', /no report/],
    [
      'no report and 3',
      { read: null, result: ended({ exitCode: 3, stderr: 'failed to access URL https://x' }) },
      'failed',
      /failed to access/,
    ],
    [
      'errors, but a report',
      { result: { ...found, exitCode: 1 } },
      'succeeded_with_gaps',
      /code 1/,
    ],
    ['no page', { result: ended({ stdout: 'Job spider found 0 URLs' }) }, 'failed', /no page/],
    [
      'no site',
      { result: ended(), read: readAs({ ...facts, executed: 0 }, { results: 0 }) },
      'failed',
      /no page/,
    ],
    [
      'login lost',
      { read: readAs({ ...facts, skipped: [{ what: 'the scan', why: 'login lost' }] }) },
      'succeeded_with_gaps',
      /login lost/,
    ],
    ['nothing printed', { result: ended() }, 'succeeded_with_gaps', /how many pages/],
    ['timed out', { result: ended({ ended: 'timed_out' }), read: null }, 'timed_out', /time/],
  ])('%s', (_, change, outcome, problem) => {
    const verdict = judge(change);
    expect(verdict.outcome).toBe(outcome);
    if (problem) expect(verdict.problem).toMatch(problem);
  });
});
