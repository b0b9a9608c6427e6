import { describe, expect, it } from 'vitest';
import { ended, readAs } from '../../testing/judging.js';
import { judgeProwler } from './prowler.judge.js';
import { errorClasses, readProwlerLog } from './prowler.log.js';
import { planProwler } from './prowler.plan.js';

const line = (message: string, level = 'ERROR', module = 's3_service') =>
  `{"timestamp": "05/01/2026 10:00:00 AM", "filename": "${module}.py:12", "level": "${level}", "module": "${module}", "message": "${message}"}`;
const DENIED = line(
  'eu-west-1 -- ClientError[45]: An error occurred (AccessDenied) when calling the GetBucketPolicy operation: User "x" said {"a": "b"}',
);

describe('the log of Prowler', () => {
  it('is read although it is not valid JSON', () => {
    const entries = readProwlerLog(
      [
        DENIED,
        'noise',
        line('EndpointConnectionError[3]: no route', 'CRITICAL', 'ec2_service'),
        line('two\nlines KeyError[1]: k', 'ERROR', 's3_x'),
        '{"timestamp": broken',
        '',
      ].join('\n'),
    );
    expect(entries.map(({ module, errorClass }) => [module, errorClass])).toEqual([
      ['s3_service', 'AccessDenied'],
      ['ec2_service', 'EndpointConnectionError'],
      ['s3_x', 'KeyError'],
      ['', 'Other'],
    ]);
    expect(errorClasses(entries).map(({ name, count }) => [name, count])).toEqual([
      ['AccessDenied', 1],
      ['EndpointConnectionError', 1],
      ['KeyError', 1],
      ['Other', 1],
    ]);
  });
  it('hides secrets', () => {
    expect(
      JSON.stringify(readProwlerLog(line('failed with password=hunter2hunter2'))),
    ).not.toContain('hunter2');
  });
});

describe('judging Prowler', () => {
  const login = {
    kind: 'aws',
    keys: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'abc' },
  } as const;
  const target = (region: string) => ({
    kind: 'aws' as const,
    accountId: '123456789012',
    regions: [region],
  });
  const run = planProwler(target('eu-west-1'), {
    login,
    scope: { excludedRegions: ['us-east-1'] },
  });
  const rows = [{ verdict: 'pass' as const, region: 'eu-west-1' }];
  const judge = (change: object) =>
    judgeProwler({
      run,
      result: ended(),
      read: readAs(),
      rows,
      checkIds: new Set(['s3_a', 's3_b']),
      log: '',
      expectedChecks: ['s3_a', 's3_b', 'eks_c'],
      ...change,
    });

  it.each<[string, object, string, RegExp | null]>([
    ['a clean log', {}, 'succeeded', null],
    ['code 3', { result: ended({ exitCode: 3 }) }, 'succeeded', null],
    [
      'code 1',
      { result: ended({ exitCode: 1 }), log: line('no credentials', 'CRITICAL') },
      'failed',
      /no credentials/,
    ],
    [
      'code 2',
      { result: ended({ exitCode: 2, stderr: 'prowler: error: argument --region' }), log: null },
      'failed',
      /argument --region/,
    ],
    ['code 137', { result: ended({ exitCode: 137 }) }, 'failed', /exit 137/],
    ['no file', { read: null, checkIds: new Set() }, 'succeeded_with_gaps', /no result at all/],
    [
      'no file, and the log says why',
      { read: null, checkIds: new Set(), log: DENIED },
      'failed',
      /AccessDenied/,
    ],
    [
      'errors',
      { log: `${DENIED}\n${DENIED}` },
      'succeeded_with_gaps',
      /AccessDenied, 2 times in s3_service/,
    ],
    ['missing checks and no log', { log: null }, 'succeeded_with_gaps', /1 checks gave no result/],
    ['nothing known', { log: null, expectedChecks: null }, 'succeeded_with_gaps', /neither/],
    [
      'cut off',
      { read: readAs(undefined, { partial: true, problem: 'ends' }) },
      'succeeded_with_gaps',
      /incomplete/,
    ],
    [
      'left out by default',
      { run: planProwler(target('me-south-1'), { login }), rows: [] },
      'succeeded_with_gaps',
      /by default/,
    ],
    ['timed out', { result: ended({ ended: 'timed_out' }), read: null }, 'timed_out', /time/],
    ['no memory', { result: ended({ ended: 'out_of_memory', exitCode: 137 }) }, 'failed', /memory/],
  ])('%s', (_, change, outcome, problem) => {
    const verdict = judge(change);
    expect(verdict.outcome).toBe(outcome);
    if (problem) expect(verdict.problem).toMatch(problem);
    else expect(verdict.problem).toBeNull();
  });

  it('compares expected with reported checks, with aliases resolved', () => {
    const { coverage } = judge({
      checkIds: new Set(['apigateway_public', 's3_a']),
      expectedChecks: ['apigateway_restapi_public', 's3_a', 'eks_c', 's3_x'],
      log: `${DENIED}\n${line('KeyError[1]', 'ERROR', 's3_x')}`,
    });
    expect(coverage).toMatchObject({
      unit: 'checks',
      expected: 4,
      executed: 3,
      evidenced: 2,
      missing: ['eks_c', 's3_x'],
      toolVersion: '1.0',
    });
    expect(coverage.skipped).toEqual([
      { what: 'us-east-1', why: 'the scan leaves it out' },
      { what: 's3_service', why: expect.stringMatching(/^AccessDenied \(1 times\)/) },
      { what: 's3_x', why: expect.stringMatching(/^KeyError/) },
    ]);
  });

  it('names the services, regions and checks that errors hide', () => {
    const log = [
      DENIED,
      line('eu-west-1 -- ClientError[9]: An error occurred (AccessDenied)', 'ERROR', 'ec2_service'),
      line('eu-west-1 -- Throttled[9]: slow', 'ERROR', 'ec2_service'),
      line('KeyError[1]: k', 'ERROR', 's3_b'),
      line('KeyError[1]: k', 'ERROR', 'provider'),
      line('no matter', 'WARNING', 'rds_service'),
    ].join('\n');
    expect(judge({ log }).hidden).toMatchObject([
      // A bucket is in another region than the query may be.
      { what: 's3', part: { tool: 'prowler', service: 's3' } },
      { what: 'ec2 in eu-west-1', part: { service: 'ec2', region: 'eu-west-1' } },
      { what: 's3_b', part: { checkId: 's3_b' } },
    ]);
    expect(judge({ log }).hidden?.[1]?.why).toMatch(/^AccessDenied \(2 times\): /);
    expect(judge({}).hidden).toBeUndefined();
  });

  it('never calls a run that lost checks to errors a success', () => {
    for (let lost = 1; lost <= 5; lost += 1) {
      expect(judge({ log: Array.from({ length: lost }, () => DENIED).join('\n') }).outcome).toBe(
        'succeeded_with_gaps',
      );
    }
  });
});
