import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { unreadableIn } from './unreadable.js';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'unreadable-'));
  await chmod(home, 0o755);
  await mkdir(join(home, 'open'), { mode: 0o755 });
  await mkdir(join(home, 'closed'), { mode: 0o700 });
  await mkdir(join(home, 'listable'), { mode: 0o744 }); // its names, but nothing within
  for (const [name, mode] of [
    ['open/all', 0o644],
    ['open/mine', 0o600],
    ['open/group', 0o640],
    ['closed/all', 0o644],
  ] as const) {
    await writeFile(join(home, name), '');
    await chmod(join(home, name), mode);
  }
  await symlink('/etc/shadow', join(home, 'link'));
});
afterAll(() => rm(home, { recursive: true, force: true }));
const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
const sorted = async (user: Parameters<typeof unreadableIn>[1]) => {
  const { count, examples } = await unreadableIn(home, user);
  return [count, examples.sort()];
};

it('is what another user may not read, each once, links left alone', async () => {
  const others = ['closed', 'listable', 'open/group', 'open/mine'];
  expect(await sorted({ uid: uid + 1, gid: gid + 1 })).toEqual([4, others]);
  expect(await sorted({ uid: uid + 1, gid })).toEqual([3, ['closed', 'listable', 'open/mine']]);
  expect(await sorted({ uid, gid })).toEqual([0, []]);
  expect(await sorted(null)).toEqual([0, []]);
});

it('is the folder itself, or nothing of one that is gone', async () => {
  await chmod(home, 0o700);
  expect(await sorted({ uid: uid + 1, gid: gid + 1 })).toEqual([1, ['.']]);
  expect(await unreadableIn(join(home, 'gone'), null)).toEqual({ count: 0, examples: [] });
});
