import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { built } from '../../package-root.js';
import { parser } from './parser.js';
import { Parsing, type ParsingOptions } from './parsing.js';

vi.setConfig({ testTimeout: 120_000 });

const SECRET = 'planted-7Qx9';
const entry = built('tools', 'hostile-parsers.js');
const started: Parsing[] = [];
afterAll(() => {
  for (const parsing of started) parsing.close();
});

function apart(options: Partial<ParsingOptions> = {}): Parsing {
  const parsing = new Parsing({ entry, ...options });
  started.push(parsing);
  return parsing;
}

/** A parser that only the other process has. */
const of = <Result = unknown, Part = never>(name: string) =>
  parser<unknown, Result, Part>(name, () => {
    throw new Error('runs in the server');
  });
const fileName = 'report.json';
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a parser in a process apart', () => {
  const parsing = apart();

  test('takes and returns plain data, maps and bytes included', async () => {
    const data = {
      list: [1, null, 'ü'],
      map: new Map([['a', new Set(['b'])]]),
      bytes: Buffer.of(7),
    };
    expect(await parsing.run(of('echo'), data, { fileName })).toEqual(data);
  });

  test('is used again, and has no secrets of the server in its environment', async () => {
    const first = await parsing.run(of('pid'), null, { fileName });
    expect(first).not.toBe(process.pid);
    expect(await parsing.run(of('pid'), null, { fileName })).toBe(first);
    const names = await parsing.run(of<string[]>('environment'), null, { fileName });
    expect(names.filter((name) => name !== 'TZ' && !/^NODE_CHANNEL/.test(name))).toEqual([]);
  });

  test.each([
    ['throw', /^report\.json: is not JSON$/],
    ['crash', /^report\.json: cannot be read: its parser ended \(exit 1\); see the server log$/],
    ['exit', /^report\.json: cannot be read: its parser ended \(exit 3\); see the server log$/],
  ])('names the file when it fails, and not the content: %s', async (name, message) => {
    const failing = parsing.run(of<Error>(name), { secret: SECRET }, { fileName });
    const error = await failing.catch((e: Error) => e);
    expect(error).toMatchObject({ status: 422, message: expect.stringMatching(message) });
    expect(JSON.stringify([String(error), error.stack, error])).not.toContain(SECRET);
  });

  test('returns errors of the system as such', async () => {
    await expect(parsing.run(of('missing-file'), null, { fileName })).rejects.toMatchObject({
      code: 'ENOENT',
      syscall: 'open',
    });
  });

  test('sends parts in their order, and only a few before these are taken', async () => {
    const taken: number[] = [];
    let isBusy = false;
    const onPart = async (part: number) => {
      expect(isBusy).toBe(false);
      isBusy = true;
      await new Promise((resolve) => setImmediate(resolve));
      isBusy = false;
      taken.push(part);
    };
    const result = await parsing.run(of<number, number>('count'), { to: 50 }, { fileName, onPart });
    expect([result, taken]).toEqual([50, Array.from({ length: 50 }, (_, n) => n + 1)]);
  });

  test('ends when a part cannot be taken, with that error', async () => {
    const error = new Error('the disk is full');
    const onPart = () => Promise.reject(error);
    const counting = parsing.run(of<number, number>('count'), { to: 1e9 }, { fileName, onPart });
    await expect(counting).rejects.toBe(error);
  });
});

test('masks secrets in results and parts, except those of a parser that says why not', async () => {
  const maskText = (text: string) => text.replaceAll(SECRET, '…');
  const parsing = new Parsing({ entry: null, maskText });
  const echo = parser<string, object, string[]>('echo', async (text, { emit }) => {
    await emit([text]);
    return { [text]: { text } };
  });
  const parts: string[][] = [];
  const options = { fileName, onPart: (part: string[]) => void parts.push(part) };
  expect(await parsing.run(echo, SECRET, options)).toEqual({ '…': { text: '…' } });
  const verbatim = { ...echo, texts: 'verbatim' as const };
  expect(await parsing.run(verbatim, SECRET, options)).toEqual({ [SECRET]: { text: SECRET } });
  expect(parts).toEqual([['…'], [SECRET]]);
});

test('a parser ends with its server, also while it hangs', async () => {
  const server = `const { fork } = require('node:child_process');
    const parser = fork(${JSON.stringify(entry)}, { serialization: 'advanced' });
    parser.send({ parse: 'spin', input: null, fileName: '' }, () => console.log(parser.pid));`;
  const child = spawn(process.execPath, ['-e', server], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [pid] = await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await vi.waitUntil(() => !isAlive(Number(pid)), { timeout: 60_000, interval: 100 });
});

describe('a file that costs too much', () => {
  test('ends its parser after the time limit, while others are parsed', async () => {
    const parsing = apart({ limits: { maxMs: 3_000 } });
    let isEnded = false;
    const spinning = parsing.run(of('spin'), null, { fileName }).finally(() => {
      isEnded = true;
    });
    const refused = expect(spinning).rejects.toMatchObject({
      status: 422,
      message: 'report.json: reading it takes more than 3 s, the limit for such a file',
    });
    expect(await parsing.run(of('echo'), 1, { fileName })).toBe(1);
    expect(isEnded).toBe(false);
    await refused;
  });

  test('ends its parser at the memory limit, and not the server', async () => {
    const parsing = apart({ limits: { maxHeapMb: 64 } });
    await expect(parsing.run(of('allocate'), null, { fileName })).rejects.toMatchObject({
      status: 422,
      message: 'report.json: reading it needs more than 64 MB of memory, the limit for such a file',
    });
    expect(await parsing.run(of('echo'), 2, { fileName })).toBe(2);
  });

  test('ends its parser when its request is aborted', async () => {
    const parsing = apart();
    const pid = await parsing.run(of<number>('pid'), null, { fileName });
    const caller = new AbortController();
    const spinning = parsing.run(of('spin'), null, { fileName, signal: caller.signal });
    caller.abort(new Error('the client is gone'));
    await expect(spinning).rejects.toThrow('the client is gone');
    await vi.waitUntil(() => !isAlive(pid), { timeout: 30_000 });
  });
});

test('limits how many parsers run at a time; the others wait, or leave when they are aborted', async () => {
  const parsing = apart({ maxProcesses: 1, limits: { maxMs: 3_000 } });
  const order: string[] = [];
  const caller = new AbortController();
  const spinning = parsing.run(of('spin'), null, { fileName }).catch(() => order.push('spin'));
  const left = parsing.run(of('echo'), 1, { fileName, signal: caller.signal });
  const next = parsing.run(of('echo'), 2, { fileName }).then(() => order.push('echo'));
  caller.abort(new Error('left'));
  await expect(left).rejects.toThrow('left');
  await Promise.all([spinning, next]);
  expect(order).toEqual(['spin', 'echo']);
});

test('without a program of parsers, a parser runs in this process', async () => {
  const parts: number[] = [];
  const counting = parser<number, string, number>('count', async (to, { emit }) => {
    for (let n = 1; n <= to; n += 1) await emit(n);
    return `${process.pid}`;
  });
  const onPart = (part: number) => void parts.push(part);
  const result = await new Parsing({ entry: null }).run(counting, 2, { fileName, onPart });
  expect([result, parts]).toEqual([`${process.pid}`, [1, 2]]);
});
