import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunResult } from '../runs/tool-run.js';
import type { Runs } from './runner.contract.js';
import { aRun } from './testing/run-builder.js';
import { smallDisk } from './testing/small-disk.js';

/** The part of the runners' suite about tools that say one thing and do another. */
export function runnerFaultsContract(runs: () => Runs): void {
  const written = (result: RunResult, name: string) =>
    readFile(join(result.outputFolder, name), 'utf8');

  test('has an empty folder of a tool that ends well and leaves nothing', async () => {
    const result = await runs().run(['exit', '{output}', '0']);
    expect(result).toMatchObject({ exitCode: 0, ended: 'exited', problem: null });
    expect(await readdir(result.outputFolder)).toEqual([]);
  });

  test('keeps the report of a tool that ends with 3 for what it found', async () => {
    const result = await runs().run(['findings', '{output}']);
    expect(result).toMatchObject({ exitCode: 3, ended: 'exited', problem: null });
    expect(JSON.parse(await written(result, 'report.json'))).toEqual([{ verdict: 'fail' }]);
  });

  test('keeps half a report of a tool that ends as if all were well', async () => {
    const result = await runs().run(['half', '{output}']);
    expect(result).toMatchObject({ exitCode: 0, ended: 'exited' });
    expect(await written(result, 'report.json')).toBe('[{"verdict": "fail"}, {"verd');
  });

  test('says that the disk is full when its own is', async (context) => {
    const disk = await smallDisk();
    if (!disk) {
      context.skip('a disk can be mounted by root only');
      return;
    }
    const runner = runs().on(join(disk.folder, 'runs'));
    const signal = new AbortController().signal;
    const run = aRun(['fill-up', '{output}']);
    const result = await runner.run(run, { runId: 'full', signal });
    expect(result).toMatchObject({ exitCode: 1, ended: 'exited' });
    expect(result.problem).toContain('disk is full');
    // What fitted is there, for the reader to say that it is not whole.
    expect((await stat(join(result.outputFolder, 'report.json'))).size).toBeGreaterThan(1_000_000);
    const next = await runner.run(aRun(['exit', '{output}', '0']), { runId: 'next', signal });
    expect(next.problem ?? '').toMatch(/^$|disk is full/); // an answer in any case
    await runner.close();
    await disk.remove();
  });

  test('puts its folders into files that ask for them, and into no others', async () => {
    const content = '{"to": "{output}/x", "from": "{input}", "{other}": 1}';
    const files = [
      { name: 'plan.json', content, secret: false, paths: 'json' as const },
      { name: 'text', content, secret: false },
    ];
    const result = await runs().run(['copy', '{output}', '{input}'], { files });
    const plan = JSON.parse(await written(result, 'copy/plan.json'));
    expect(plan.to).toMatch(/^\/.+\/x$/);
    expect(plan.from).toMatch(/^\/.+[^/]$/);
    expect(plan).toHaveProperty('{other}', 1);
    expect(await written(result, 'copy/text')).toBe(content);
  });

  test('says what of a mounted folder the tool calls otherwise', async () => {
    const folder = join(import.meta.dirname, 'testing');
    const mounts = [{ hostPath: folder, name: 'source' }];
    const result = await runs().run(['copy', '{output}', '{input}/source'], { mounts });
    const seen =
      runs().runner.id === 'docker' ? [{ seen: '/scan/input/source', real: folder }] : [];
    expect(result.renamed ?? []).toEqual(seen);
  });
}
