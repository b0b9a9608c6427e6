import { describe, expect, test } from 'vitest';
import { connectionOf, problemOf, within } from './docker-connection.js';
import { DockerOutput } from './docker-output.js';
import { HostPaths } from './host-paths.js';
import { OutputTail } from './output-tail.js';
import { faultIn, withPaths } from './prepare-run.js';
import { outcomeOf } from './supervise-run.js';
import { aRun } from './testing/run-builder.js';

describe('the parts of runners', () => {
  test('paths are put in once, and mounts where they lie', () => {
    const mounts = new Map([['db', '/srv/{output}']]);
    const paths = { input: '/i', output: '/o{input}', mounts };
    expect(withPaths('{input}/db', paths)).toBe('/srv/{output}');
    expect(withPaths('--db={input}/db/x.db', paths)).toBe('--db=/srv/{output}/x.db');
    expect(withPaths('{input}/dbs {output}', paths)).toBe('/i/dbs /o{input}');
    expect(withPaths('{Input} $'.concat('{output}'), paths)).toBe('{Input} $/o{input}');
  });

  test.each([
    [{ args: ['a\0b'] }, /NUL/],
    [{ env: { 'A=B': '' } }, /variable's name/],
    [{ mounts: [{ hostPath: 'here', name: 'x' }] }, /absolute/],
    [
      {
        mounts: [{ hostPath: '/a', name: 'x' }],
        files: [{ name: 'x', content: '', secret: false }],
      },
      /same/,
    ],
  ])('a run that cannot be started says so: %j', (changes, problem) => {
    expect(faultIn(aRun([], changes))).toMatch(problem);
  });

  test('the end of the output is kept, whole characters only', () => {
    const lines: string[] = [];
    const tail = new OutputTail((line) => lines.push(line));
    const bytes = Buffer.from(`start\n${'ü'.repeat(50_000)}\r\nén`);
    for (let at = 0; at < bytes.length; at += 7) tail.write(bytes.subarray(at, at + 7));
    tail.end();
    expect(tail.text()).toMatch(/^ü+\nén$/);
    expect(Buffer.byteLength(tail.text())).toBeLessThanOrEqual(65_536);
    expect(lines.map((line) => line.length)).toEqual([5, 4_096, 2]);
  });

  test('frames of Docker are separated however they are cut', () => {
    const frame = (stream: number, text: string) => {
      const header = Buffer.alloc(8);
      header[0] = stream;
      header.writeUInt32BE(Buffer.byteLength(text), 4);
      return Buffer.concat([header, Buffer.from(text)]);
    };
    const all = Buffer.concat([
      frame(1, 'out-é'),
      frame(2, 'err'),
      frame(1, ''),
      frame(1, '-more'),
    ]);
    for (const size of [1, 3, 8, 9, 100]) {
      const [stdout, stderr] = [new OutputTail(), new OutputTail()];
      const output = new DockerOutput(stdout, stderr);
      for (let at = 0; at < all.length; at += size) output.write(all.subarray(at, at + size));
      expect([stdout.text(), stderr.text()]).toEqual(['out-é-more', 'err']);
    }
  });

  test('what ended a run from outside counts more than how the tool then ended', () => {
    const stop = { ended: 'timed_out', problem: 'too long', gently: true } as const;
    const exited = { kind: 'exited', exitCode: 0 } as const;
    expect(outcomeOf(exited, stop, '')).toMatchObject({ exitCode: null, ended: 'timed_out' });
    expect(outcomeOf(exited, null, 'ENOSPC')).toMatchObject({ ended: 'exited', problem: null });
    const failed = { kind: 'exited', exitCode: 1 } as const;
    expect(outcomeOf(failed, null, 'No space left on device').problem).toMatch(/disk is full/);
    const killed = { kind: 'signalled', signal: 'SIGKILL' } as const;
    expect(outcomeOf(killed, null, '')).toMatchObject({ exitCode: null, ended: 'killed' });
  });

  test("paths are the host's where it shares them", () => {
    expect(new HostPaths([]).of('/data/x')).toBe('/data/x');
    const paths = new HostPaths([{ here: '/data/runs', host: '/srv/app/runs' }]);
    expect(paths.of('/data/runs/a/b')).toBe('/srv/app/runs/a/b');
    expect(paths.of('/data/runs')).toBe('/srv/app/runs');
    for (const other of ['/data/runs-2/a', '/data/runs/../x', '/etc'])
      expect(paths.of(other)).toBeNull();
  });

  test('Docker is found where it is said to be, and waited for no longer than said', async () => {
    expect(connectionOf('unix:///run/x.sock')).toEqual({ socketPath: '/run/x.sock' });
    expect(connectionOf('tcp://host:99')).toEqual({ protocol: 'http', host: 'host', port: '99' });
    const never = new Promise(() => undefined);
    await expect(within(10, never)).rejects.toThrow('Docker does not answer');
    expect(problemOf(new Error('(HTTP code 404) no such image - No such image: x.'))).toBe(
      'No such image: x',
    );
  });
});
