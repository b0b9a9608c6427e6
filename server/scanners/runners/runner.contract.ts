import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunResult, ToolRun } from '../runs/tool-run.js';
import { runnerFaultsContract } from './runner.faults.contract.js';
import type { Runner, RunOptions } from './runner.js';
import { runnerLimitsContract } from './runner.limits.contract.js';
import { aRun } from './testing/run-builder.js';

export interface RunnerSetting {
  runner: Runner;
  /** One that runs the same way and has not got the tool. */
  lacking: Runner;
  /** One that runs the same way and writes to another folder. */
  on(outputFolder: string): Runner;
  /** Its output folder. */
  base: string;
  /** Where it puts secret files. */
  memory: string;
  /** Starts a run as another process would, and kills that process. */
  killPlatform(): Promise<void>;
  close(): Promise<void>;
}

export interface Runs extends RunnerSetting {
  run(
    args: readonly string[],
    changes?: Partial<ToolRun>,
    options?: Partial<RunOptions>,
  ): Promise<RunResult>;
}

/** What every backend does alike; `setUp` gives it with fake-tool.sh in the place of nmap. */
export function runnerContract(name: string, setUp: () => Promise<RunnerSetting>): void {
  describe(name, () => {
    let it: Runs;

    beforeEach(async () => {
      const setting = await setUp();
      const signal = new AbortController().signal;
      it = {
        ...setting,
        run: (args, changes, options) =>
          setting.runner.run(aRun(args, changes), { runId: 'run-1', signal, ...options }),
      };
    });
    afterEach(async () => {
      expect(await readdir(join(it.base, '.running')).catch(() => [])).toEqual([]);
      expect(await readdir(it.memory)).toEqual([]);
      await it.close();
    });

    const written = async (result: RunResult, name: string) =>
      readFile(join(result.outputFolder, name), 'utf8');

    test.each([0, 1, 3, 64, 255])('reports exit code %d', async (code) => {
      const result = await it.run(['exit', '{output}', String(code)]);
      expect(result).toMatchObject({ exitCode: code, ended: 'exited', problem: null });
      expect((await stat(result.outputFolder)).isDirectory()).toBe(true);
    });

    test('passes arguments on exactly as they are', async () => {
      const odd = [
        '',
        ' ',
        'two words',
        '"',
        "it's",
        '$(id)',
        '`id`',
        ';id',
        '&& id',
        '|id',
        '*',
        '~',
      ];
      const more = [
        '-x',
        '--',
        '--output=/etc',
        'línea\nnew',
        '日本語',
        '🦊',
        '\\',
        '%s',
        '{other}',
        '$HOME',
      ];
      const result = await it.run(['record', '{output}', ...odd, ...more, 'a{input}/file']);
      const args = (await written(result, 'args')).split('\0').slice(0, -1);
      expect(args.slice(0, -1)).toEqual([...odd, ...more]);
      expect(args.at(-1)).toMatch(/^a\/.+\/file$/);
    });

    test('gives the run its own environment and nothing of the platform', async () => {
      process.env.PLATFORM_SECRET = 'of the platform';
      const env = { KEY: 'a $(id) = "value"\nsecond line', PLACE: '{output}/x', TZ: 'Asia/Tokyo' };
      const result = await it.run(['record', '{output}'], { env });
      delete process.env.PLATFORM_SECRET;
      const environ = (await written(result, 'environ')).split('\0').filter(Boolean);
      const got = new Map(
        environ.map((each) => [each.split('=', 1)[0], each.replace(/^[^=]*=/s, '')]),
      );
      expect(got.get('KEY')).toBe(env.KEY);
      expect(got.get('TZ')).toBe('Asia/Tokyo');
      expect(got.get('PLACE')).toMatch(/^\/.+\/x$/);
      const own = ['KEY', 'PLACE', 'TZ', 'PATH', 'HOME', 'TMPDIR', 'LANG', 'HOSTNAME'];
      expect([...got.keys()].filter((key) => !own.includes(key ?? ''))).toEqual([]);
    });

    test('starts in an empty folder, with nothing to read from', async () => {
      const result = await it.run(['record', '{output}']);
      expect(await written(result, 'cwd-holds')).toBe('');
      expect((await written(result, 'stdin')).trim()).toMatch(/^(\/dev\/null|closed)$/);
    });

    test('has its files, in memory when one is secret, and they are gone afterwards', async () => {
      const files = [
        { name: 'plan.yaml', content: 'plain: ü\n', secret: false },
        { name: 'key.json', content: '{"secret":1}', secret: true },
      ];
      const result = await it.run(['copy', '{output}', '{input}'], { files });
      expect(result).toMatchObject({ exitCode: 0, stderr: '' });
      expect(await written(result, 'copy/plan.yaml')).toBe('plain: ü\n');
      expect(await written(result, 'copy/key.json')).toBe('{"secret":1}');
      expect(await written(result, 'listing')).toMatch(/^-rw-------/m);
      expect(await readdir(it.memory)).toEqual([]);
    });

    test('writes secrets to memory only', async () => {
      const files = [{ name: 'key', content: 'only-in-memory', secret: true }];
      const running = it.run(['copy', '{output}', '{input}', '2'], { files });
      await sleep(1_200);
      const [place = 'nothing'] = await readdir(it.memory);
      expect(await readFile(join(it.memory, place, 'key'), 'utf8')).toBe('only-in-memory');
      const kept = await readdir(it.base, { recursive: true, withFileTypes: true });
      const texts = kept
        .filter((entry) => entry.isFile() && !entry.parentPath.includes('/copy'))
        .map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8'));
      expect((await Promise.all(texts)).join()).not.toContain('only-in-memory');
      await running;
    });

    test('reads mounted folders, and refuses names that lead elsewhere', async () => {
      const mounts = [{ hostPath: join(import.meta.dirname, 'testing'), name: 'source' }];
      const result = await it.run(['copy', '{output}', '{input}/source'], { mounts });
      expect(await written(result, 'copy/fake-tool.sh')).toContain('#!/bin/sh');
      for (const name of ['../x', '/etc/x', '.ssh', 'a/b', '']) {
        const files = [{ name, content: '', secret: false }];
        const refused = await it.run(['exit', '{output}', '0'], { files });
        expect(refused).toMatchObject({ ended: 'not_started', exitCode: null });
        expect(refused.problem).toContain('not a plain file name');
      }
    });

    test('keeps what was written when the tool fails, but neither links nor pipes', async () => {
      const result = await it.run(['fail', '{output}']);
      expect(result).toMatchObject({ exitCode: 7, ended: 'exited', stderr: 'it went wrong' });
      expect((await readdir(result.outputFolder)).sort()).toEqual(['deeper', 'report.json']);
      expect(await written(result, 'report.json')).toBe('{"a": [1, 2');
      expect(await written(result, 'deeper/file')).toBe('whole\n');
    });

    test('distinguishes a crash from an exit, and keeps the half file', async () => {
      const result = await it.run(['crash', '{output}']);
      expect(result).toMatchObject({ exitCode: null, ended: 'killed' });
      expect(result.problem).toContain('SIGSEGV');
      expect(await written(result, 'report.json')).toBe('{"a": [1, 2');
    });

    test('reports what is missing when it cannot be started', async () => {
      const signal = new AbortController().signal;
      const result = await it.lacking.run(aRun(['exit', '{output}', '0']), { runId: 'no', signal });
      expect(result).toMatchObject({ exitCode: null, ended: 'not_started' });
      expect(result.problem).toMatch(/nmap|image/);
      const answer = await it.lacking.availability('nmap');
      expect(answer).toMatchObject({ available: false, by: it.runner.id });
      expect(answer.missing).toMatch(/install it|docker pull/);
    });

    test('gives lines as they come, without control characters', async () => {
      const lines: string[] = [];
      const onLine = (line: string) => lines.push(line);
      const result = await it.run(['print', '{output}'], {}, { onLine });
      expect(lines.sort()).toEqual(['an error', 'one', 'three', 'two red']);
      expect(result).toMatchObject({ stdout: 'one\ntwo red\nthree', stderr: 'an error' });
    });

    test('says that the disk is full when the tool does', async () => {
      const result = await it.run(['disk-full', '{output}']);
      expect(result).toMatchObject({ exitCode: 1, ended: 'exited' });
      expect(result.problem).toContain('disk is full');
    });

    test('runs twenty at once, each with its own', async () => {
      const all = Array.from({ length: 20 }, (_each, index) => String(index));
      const results = await Promise.all(
        all.map((each) => it.run(['record', '{output}', each], {}, { runId: `run-${each}` })),
      );
      const args = await Promise.all(results.map((result) => written(result, 'args')));
      expect(args).toEqual(all.map((each) => `${each}\0`));
      expect(new Set(results.map((result) => result.outputFolder)).size).toBe(20);
    }, 60_000);

    test('sweeps what a killed platform left, and not what runs', async () => {
      await it.killPlatform();
      const running = it.run(['copy', '{output}', '{input}', '2']);
      await sleep(700);
      const left = (await readdir(it.base)).find((entry) => entry.startsWith('killed-')) ?? '';
      expect((await stat(join(it.base, left, 'child'))).size).toBeGreaterThan(0);
      expect(await it.runner.sweep()).toBe(1);
      expect((await readdir(it.base)).filter((entry) => entry.startsWith('killed-'))).toEqual([]);
      expect(await it.runner.sweep()).toBe(0);
      expect(await running).toMatchObject({ exitCode: 0 });
    }, 60_000);

    runnerLimitsContract(() => it);
    runnerFaultsContract(() => it);
  });
}
