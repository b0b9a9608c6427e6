import { describe, expect, it } from 'vitest';
import { ended, readAs } from '../../testing/judging.js';
import { judgeZap } from './zap.judge.js';
import { planZap } from './zap.plan.js';

describe('runs of ZAP', () => {
  const target = { kind: 'web', url: 'https://shop.example/start' } as const;
  const planOf = (options: Parameters<typeof planZap>[1]) => {
    const run = planZap(target, options);
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
    expect(run.env).toEqual({ TZ: 'UTC' });
    expect(run.files.at(-1)?.paths).toBe('json');
    expect(plan.jobs.map((job: { type: string }) => job.type)).toEqual([
      'passiveScan-config',
      'spider',
      'passiveScan-wait',
      'report',
    ]);
    expect(plan.env.contexts[0].includePaths).toEqual(['\\Qhttps://shop.example\\E(:443)?(/.*)?']);
    expect(text).not.toMatch(/\$\{/);
    expect(plan.jobs.at(-1)).toMatchObject({
      alwaysRun: true,
      parameters: { reportDir: '{output}', reportFile: 'zap.json' },
    });
  });
  it('attacks only targets with proven ownership, and leaves time for the report', () => {
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
  it('runs passive rules again after the attacks', () => {
    const { plan } = planOf({ profile: 'full', ownershipProven: true });
    expect(plan.jobs.map((job: { type: string }) => job.type)).toEqual([
      'passiveScan-config',
      'spider',
      'passiveScan-wait',
      'activeScan',
      'passiveScan-wait',
      'report',
    ]);
  });
  it.each([
    ['https://shop.example/a', 'https://shop.example/a?x=1', true],
    ['https://shop.example/a', 'https://shop.example:443/', true],
    ['https://shop.example/a', 'https://shop.example', true],
    ['https://shop.example/a', 'https://shop.example.evil.test/', false],
    ['https://shop.example/a', 'https://shopxexample/a', false],
    ['https://shop.example/a', 'http://shop.example/a', false],
    ['https://shop.example/a', 'https://shop.example:8443/', false],
    ['https://shop.example/a', 'https://shop.example@evil.test/', false],
    ['https://[2001:db8::1]:8443/', 'https://[2001:db8::1]:8443/x', true],
    ['https://[2001:db8::1]:8443/', 'https://2:8443/x', false],
  ])('from %s, scans %s: %s', (url, found, looked) => {
    const run = planZap({ kind: 'web', url }, { profile: 'baseline' });
    const [context] = JSON.parse(run.files.at(-1)?.content ?? '').env.contexts;
    // As in ZAP: its pattern and ours, minus the excluded paths; all without the query.
    const plain = found.split('?')[0] ?? '';
    const any = (patterns: string[]) => patterns.some((each) => javaPattern(each).test(plain));
    const included = any([
      ...context.urls.map((each: string) => `${each}.*`),
      ...context.includePaths,
    ]);
    expect(included && !any(context.excludePaths)).toBe(looked);
  });
  it.each([
    ['https://h.example/a(b?c=[d]&e=**', 'https://h.example/a%28b?c=%5Bd%5D&e=%2A%2A'],
    ['https://h.example/a?b=c??d', 'https://h.example/a?b=c%3F%3Fd'],
    ['https://[2001:db8::1]/', 'https://[2001:db8::1]/'],
  ])('encodes %s so that it is also a valid pattern', (url, written) => {
    const run = planZap({ kind: 'web', url }, { profile: 'baseline' });
    const [context] = JSON.parse(run.files.at(-1)?.content ?? '').env.contexts;
    expect(context.urls).toEqual([written]);
    expect(() => javaPattern(`${written}.*`)).not.toThrow();
  });
  it('accepts API definitions from the target or as text', () => {
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
    expect(plan.jobs[1].parameters).toEqual({ wsdlFile: '{input}/definition' });
    expect(run.files[0]?.paths).toBeUndefined(); // no user's text is searched for folders
    expect(() =>
      planOf({ ...api, api: { format: 'openapi', url: 'https://other.example/x' } }),
    ).toThrow(/at the target/);
    expect(() => planOf(api)).toThrow(/definition/);
  });
});

describe('judging ZAP', () => {
  const run = planZap({ kind: 'web', url: 'https://shop.example' }, { profile: 'baseline' });
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

/** Converts Java's \\Q…\\E quoting to JavaScript; the whole text must match. */
function javaPattern(pattern: string): RegExp {
  const plain = pattern.replace(/\\Q(.*?)\\E/g, (_, text: string) =>
    text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
  );
  return new RegExp(`^(?:${plain})$`, 'i');
}
