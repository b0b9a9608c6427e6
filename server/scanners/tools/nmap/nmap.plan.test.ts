import { describe, expect, it } from 'vitest';
import { ended, readAs } from '../../testing/judging.js';
import { judgeNmap } from './nmap.judge.js';
import { planNmap } from './nmap.plan.js';

describe('runs of Nmap', () => {
  const plan = (hosts: string[], options = {}) => planNmap({ kind: 'network', hosts }, options);
  it.each(['quick', 'standard', 'thorough'] as const)(
    'plans %s without privileges or harm',
    (profile) => {
      const { args, env } = plan(['198.51.100.0/30', 'shop.example'], { profile });
      expect(args).toEqual(
        expect.arrayContaining(['-sT', '-Pn', '--noninteractive', '-oX', '{output}/nmap.xml']),
      );
      expect(args.slice(args.indexOf('--') + 1)).toEqual([
        '198.51.100.0',
        '198.51.100.1',
        '198.51.100.2',
        '198.51.100.3',
        'shop.example',
      ]);
      expect(args.join(' ')).not.toMatch(
        /-sS|-sU|-O\b|-A\b|-iL|-iR|--datadir|vuln|brute|exploit|default/,
      );
      expect(env).toEqual({});
    },
  );
  it('accepts only ports and named scripts, and one address family', () => {
    expect(planNmap({ kind: 'network', hosts: ['a.example'], ports: '443,80' }, {}).args).toContain(
      '-p80,443',
    );
    expect(plan(['a.example'], { scripts: ['banner'] }).args).toContain('--script=banner,ssl-cert');
    for (const scripts of [['/tmp/x.lua'], ['vuln'], ['http-*'], ['banner,vuln']]) {
      expect(() => plan(['a.example'], { scripts })).toThrow(/only these/);
    }
    expect(() => plan(['a.example'], { profile: 'constructor' })).toThrow();
    expect(plan(['2606:4700::1111']).args).toContain('-6');
    expect(() => plan(['2606:4700::1111', 'a.example'])).toThrow(/one address family/);
  });
});

describe('judging Nmap', () => {
  const run = planNmap({ kind: 'network', hosts: ['a.example', 'b.example'] }, {});
  const facts = {
    executed: 2,
    skipped: [] as { what: string; why: string }[],
    completed: true as boolean | null,
    createdAt: null,
    toolVersion: '7.98',
    hosts: { up: 2, down: 0, total: 2 },
    ports: '1-100',
    errorMessage: '',
  };
  const judge = (change: object) =>
    judgeNmap({
      run,
      result: ended(),
      read: readAs(facts),
      rows: [],
      checkIds: new Set(),
      ...change,
    });
  it.each<[string, object, string, RegExp | null]>([
    ['all well', {}, 'succeeded', null],
    [
      'a fatal error',
      { result: ended({ exitCode: 1, stderr: 'x failed: y\nQUITTING!' }) },
      'failed',
      /QUITTING/,
    ],
    [
      'exit error in the report',
      { read: readAs({ ...facts, completed: false, errorMessage: 'no route' }) },
      'failed',
      /no route/,
    ],
    ['no report', { read: null }, 'failed', /no readable report/],
    [
      'no host',
      { read: readAs({ ...facts, executed: 0, hosts: { up: 0, down: 0, total: 0 } }) },
      'failed',
      /no host/,
    ],
    [
      'fewer hosts',
      { read: readAs({ ...facts, hosts: { up: 1, down: 0, total: 1 } }) },
      'succeeded_with_gaps',
      /1 of 2/,
    ],
    [
      'a skipped target',
      { read: readAs({ ...facts, skipped: [{ what: 'b.example', why: 'skipped' }] }) },
      'succeeded_with_gaps',
      /b.example/,
    ],
    [
      'down',
      { read: readAs({ ...facts, hosts: { up: 1, down: 1, total: 2 } }) },
      'succeeded_with_gaps',
      /did not answer/,
    ],
    [
      'broken off',
      {
        read: readAs(
          { ...facts, completed: null, hosts: null },
          { partial: true, problem: 'ends' },
        ),
      },
      'succeeded_with_gaps',
      /incomplete/,
    ],
    ['facts not known', { read: readAs() }, 'succeeded_with_gaps', /not state how/],
    ['out of time', { result: ended({ ended: 'timed_out' }) }, 'timed_out', /time/],
  ])('%s', (_, change, outcome, problem) => {
    const verdict = judge(change);
    expect(verdict.outcome).toBe(outcome);
    expect(verdict.coverage).toMatchObject({ unit: 'hosts', expected: 2 });
    if (problem) expect(verdict.problem).toMatch(problem);
    else expect(verdict.problem).toBeNull();
  });
});
