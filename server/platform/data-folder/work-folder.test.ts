import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WorkFolder } from './work-folder.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'cspm-work-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** A folder of a process with this id and start, with a file in it. */
async function folderOf(pid: number | undefined, started: string, prefix = ''): Promise<string> {
  const own = basename(new WorkFolder(root).path);
  const name = prefix + own.replace(/\.\d+\.\d+$/, `.${pid}.${started}`);
  await mkdir(join(root, name, 'packages'), { recursive: true });
  await writeFile(join(root, name, 'packages', 'half.zip'), 'half');
  return name;
}

test('a start deletes what a killed process left, and nothing that a living one uses', async () => {
  const killed = spawn('sleep', ['60']);
  const living = spawn('sleep', ['60']);
  try {
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const started = /\.(\d+)$/.exec(new WorkFolder(root).path)?.[1] ?? '';
    const own = await folderOf(process.pid, started);
    const others = await folderOf(living.pid, '0');
    await folderOf(killed.pid, '77');
    // Its id was given to another process, which this one is.
    await folderOf(process.pid, '1');
    const elsewhere = `another-host.${killed.pid}.77`;
    await mkdir(join(root, elsewhere));
    await writeFile(join(root, 'imp_1.rows'), 'of an earlier release');
    expect(await new WorkFolder(root).sweep()).toBe(2);
    expect((await readdir(root)).sort()).toEqual([own, others, elsewhere, 'imp_1.rows'].sort());
    expect(await new WorkFolder(root).sweep()).toBe(0);
  } finally {
    living.kill('SIGKILL');
  }
});

test('sweeps only names with its prefix, as temporary folders lie among those of other programs', async () => {
  await folderOf(999_999_999, '77');
  await folderOf(999_999_999, '77', 'cspm-');
  expect(await new WorkFolder(root, 'cspm-').sweep()).toBe(1);
  expect(await readdir(root)).toEqual([expect.not.stringMatching(/^cspm-/)]);
});

test('a missing folder has no leftovers', async () => {
  expect(await new WorkFolder(join(root, 'none')).sweep()).toBe(0);
});
