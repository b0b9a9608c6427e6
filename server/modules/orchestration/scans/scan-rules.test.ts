import { describe, expect, it } from 'vitest';
import type { ScanRequest, ScanStatus } from '../../../../contract/orchestration.js';
import type { ScanOutcome } from '../../../scanners/runs/tool-run.js';
import { type DirectRequest, planDirect } from './fan-out.rules.js';
import {
  medianOf,
  problemOfScan,
  progressOf,
  statusOfScan,
  statusOfSubJob,
} from './scan-status.rules.js';

const [q, r, c, p, f, x] = [
  'queued',
  'running',
  'completed',
  'partial',
  'failed',
  'cancelled',
] as const;

describe('the status of a scan', () => {
  it.each<[ScanStatus[], ScanStatus]>([
    [[], f],
    [[q], q],
    [[q, q], q],
    [[q, r], r],
    [[q, c], r],
    [[r], r],
    [[r, f], r],
    [[c], c],
    [[c, c], c],
    [[c, f], p],
    [[c, p], p],
    [[p], p],
    [[p, f], p],
    [[f], f],
    [[f, f], f],
    [[x], x],
    [[c, x], x],
    [[f, x], x],
    [[x, q], r],
  ])('of %j is %s', (subJobs, status) => {
    expect(statusOfScan(subJobs)).toBe(status);
    expect(statusOfScan([...subJobs].reverse())).toBe(status);
  });

  it.each<[ScanOutcome, string | null, ScanStatus]>([
    ['succeeded', 'completed', c],
    ['succeeded', 'partial', p],
    ['succeeded', 'failed', f],
    ['succeeded', null, c],
    ['succeeded_with_gaps', 'completed', p],
    ['succeeded_with_gaps', null, p],
    ['failed', 'completed', f],
    ['failed', null, f],
    ['timed_out', 'partial', p],
    ['timed_out', 'failed', f],
    ['timed_out', null, f],
    ['cancelled', 'completed', x],
    ['cancelled', null, x],
  ])('of a sub-job that %s, import %s, is %s', (outcome, imported, status) => {
    expect(statusOfSubJob({ outcome }, imported === null ? null : { status: imported })).toBe(
      status,
    );
  });

  it('names the worst problem first, and its place', () => {
    const a = { name: 'a', status: p, problem: 'gaps' };
    const b = { name: 'b', status: f, problem: 'broke' };
    expect(problemOfScan([a, b, { name: 'c', status: c, problem: null }])).toBe(
      'b: broke (and 1 more)',
    );
    expect(problemOfScan([a])).toBe('gaps');
    expect(problemOfScan([{ name: 'c', status: c, problem: null }])).toBeNull();
  });
});

it.each([
  [[], null],
  [[5], 5],
  [[9, 1], 5],
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 3],
])('the median of %j is %s', (numbers, median) => {
  expect(medianOf(numbers)).toBe(median);
});

describe('progress', () => {
  const half = [
    { status: c, progress: 1 },
    { status: r, progress: 0 },
  ];
  const at = (elapsedMs: number, estimateMs: number | null = null) => ({ elapsedMs, estimateMs });
  it.each([
    ['is none while it waits', progressOf(q, [{ status: q, progress: 0 }], at(0)), 0],
    ['counts what has ended', progressOf(r, half, at(1)), 0.5],
    ['goes by earlier scans where they say more', progressOf(r, half, at(80, 100)), 0.8],
    ['does not reach its end by time alone', progressOf(r, half, at(900, 100)), 0.95],
    ['is whole at the end only', progressOf(f, half, at(1)), 1],
  ])('%s', (_, progress, expected) => expect(progress).toBe(expected));
});

describe('a request is planned as', () => {
  const plan = (request: ScanRequest) => planDirect(request as DirectRequest, ['/srv']);
  const scanners = (request: ScanRequest) => plan(request).units.map(({ scanner }) => scanner);
  const web = (depth: 'headers' | 'baseline' | 'full' | 'api', apiDefinition?: string) =>
    ({ kind: 'web', url: 'https://Example.org', depth, apiDefinition }) as const;
  it.each<[string, ScanRequest, string[], string]>([
    [
      'an image',
      { kind: 'image', image: 'nginx' },
      ['trivy'],
      'image/docker.io/library/nginx:latest',
    ],
    ['a folder', { kind: 'filesystem', path: '/srv/a/' }, ['trivy'], 'filesystem//srv/a'],
    ['configuration', { kind: 'config', path: '/srv/a' }, ['trivy'], 'config//srv/a'],
    [
      'a repository',
      { kind: 'repository', url: 'https://git.example.org/x' },
      ['trivy'],
      'repository/https://git.example.org/x',
    ],
    ['headers', web('headers'), ['web-check'], 'web/https://example.org/'],
    ['a baseline', web('baseline'), ['web-check', 'zap'], 'web/https://example.org/'],
    [
      'an api',
      web('api', 'https://example.org/openapi.json'),
      ['web-check', 'zap'],
      'web/https://example.org/',
    ],
    [
      'a network',
      { kind: 'network', targets: ['192.0.2.0/30', '192.0.2.1'], profile: 'quick' },
      ['nmap'],
      'network/192.0.2.0,192.0.2.1,192.0.2.2,192.0.2.3',
    ],
  ])('%s', (_, request, expected, key) => {
    expect(scanners(request)).toEqual(expected);
    expect(plan(request).targetKey).toBe(key);
  });

  it.each<[string, ScanRequest]>([
    ['a folder elsewhere', { kind: 'filesystem', path: '/etc' }],
    ['a folder above', { kind: 'config', path: '/srv/../etc' }],
    ['an option', { kind: 'image', image: '--help' }],
    ['another scheme', { kind: 'web', url: 'file:///etc/passwd', depth: 'headers' }],
    ['variables of ZAP', { kind: 'web', url: `https://example.org/${'$'}{SECRET}`, depth: 'full' }],
    ['an api without its definition', web('api')],
    ['a transport of git', { kind: 'repository', url: 'ext::sh -c id' }],
    ['an option of nmap', { kind: 'network', targets: ['-iL/etc/passwd'], profile: 'quick' }],
    ['too many hosts', { kind: 'network', targets: ['10.0.0.0/8'], profile: 'quick' }],
  ])('nothing: %s', (_, request) => {
    expect(() => plan(request)).toThrow(/refused|needs|more than/);
  });

  it('has a key that databases can index, however long the target is', () => {
    const targets = Array.from({ length: 100 }, (_, i) => `host-${i}.example.org`);
    const { targetKey } = plan({ kind: 'network', targets, profile: 'quick' });
    expect(targetKey.length).toBeLessThanOrEqual(300);
    const other = plan({
      kind: 'network',
      targets: [...targets, 'z.example.org'],
      profile: 'quick',
    });
    expect(other.targetKey).not.toBe(targetKey);
    expect(plan({ kind: 'network', targets: targets.reverse(), profile: 'quick' }).targetKey).toBe(
      targetKey,
    );
  });
});
