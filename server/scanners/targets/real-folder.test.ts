import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createScanTools } from '../runs/scan-tools.js';
import type { ToolScanner } from '../runs/scanner.js';
import { realFolderOf, sameFolderOf } from './index.js';

let home: string;
let code: string;
beforeAll(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'real-folder-')));
  code = join(home, 'code');
  for (const name of ['code/app/src', 'secret', 'code-2'])
    await mkdir(join(home, name), { recursive: true });
  await writeFile(join(code, 'file'), '');
  await symlink(join(home, 'secret'), join(code, 'away'));
  await symlink('../secret', join(code, 'relative'));
  await symlink('/', join(code, 'root'));
  await symlink(join(home, 'code-2'), join(code, 'sibling'));
  await symlink('app/src', join(code, 'within'));
  await symlink('loop', join(code, 'loop'));
  await symlink('gone', join(code, 'dangling'));
  await symlink(code, join(home, 'link-to-code'));
});
afterAll(() => rm(home, { recursive: true, force: true }));
const real = (path: string, allowed = [code]) => realFolderOf({ kind: 'folder', path }, allowed);

it('follows links that stay where scanning is allowed', async () => {
  expect(await real(`${code}/app/`)).toBe(join(code, 'app'));
  expect(await real(join(code, 'within'))).toBe(join(code, 'app/src'));
  const link = join(home, 'link-to-code');
  expect(await real(join(link, 'app'), [link])).toBe(join(code, 'app'));
});

it.each([
  ['away', /leads to a place/],
  ['relative', /leads to a place/],
  ['root', /leads to a place/],
  ['root/etc', /leads to a place/],
  ['sibling', /leads to a place/],
  ['away/../app', /holds \.\./],
  ['loop', /cannot be read/],
  ['dangling', /not there/],
  ['nothing', /not there/],
  ['file', /not a folder/],
])('refuses %s', async (name, why) => {
  await expect(real(`${code}/${name}`)).rejects.toThrow(why);
});

it('is what a scan mounts; a link that leads elsewhere stops the scan', async () => {
  const trivy = createScanTools({ allowedFolders: [code] }).get('trivy') as ToolScanner;
  const material = { credentials: null, declared: { ranges: [], names: [] }, addresses: [] };
  const planned = async (path: string) =>
    trivy.plan(
      { scanner: 'trivy', name: 'x', target: { kind: 'folder', path }, options: {} },
      material,
    );
  expect((await planned(join(code, 'within'))).mounts).toEqual([
    { hostPath: join(code, 'app/src'), name: 'source' },
  ]);
  await expect(planned(join(code, 'away'))).rejects.toThrow(/leads to a place/);
});

it('runs where it was allowed, also in a process that allows no folder, and nowhere else', async () => {
  const trivy = createScanTools({ allowedFolders: [] }).get('trivy') as ToolScanner;
  const material = { credentials: null, declared: { ranges: [], names: [] }, addresses: [] };
  const planned = async (path: string, allowedPath?: string) => {
    const unit = { scanner: 'trivy', name: 'x', target: { kind: 'folder', path } } as const;
    return trivy.plan({ ...unit, options: { allowedPath } }, material);
  };
  const app = join(code, 'app');
  expect((await planned(app, app)).mounts).toEqual([{ hostPath: app, name: 'source' }]);
  await expect(planned(app)).rejects.toThrow(/not within a folder/);
  await expect(planned(join(home, 'secret'), app)).rejects.toThrow(/not within a folder/);

  // Between the check and the run the folder is replaced by a link.
  const moved = join(home, 'moved');
  await mkdir(moved);
  expect(await sameFolderOf({ kind: 'folder', path: moved }, moved)).toBe(moved);
  await rm(moved, { recursive: true });
  await symlink(join(home, 'secret'), moved);
  await expect(planned(moved, moved)).rejects.toThrow(/leads elsewhere/);
  await rm(moved);
  await expect(planned(moved, moved)).rejects.toThrow(/not there/);
});
