import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CliFolder } from '../../testing/run-cli.js';
import { createTestApp } from '../../testing/test-core.js';
import { restrictAccess } from './restrict-access.js';

vi.setConfig({ testTimeout: 60_000 });

let outer: string;
let dataDir: string;
const umask = process.umask(0o022);
beforeEach(async () => {
  outer = await mkdtemp(join(tmpdir(), 'cspm-access-'));
  dataDir = join(outer, 'data');
});
afterEach(async () => {
  process.umask(umask);
  await rm(outer, { recursive: true, force: true });
});

const modeOf = async (name: string) => (await stat(join(dataDir, name))).mode & 0o777;
async function file(name: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(join(dataDir, name)), { recursive: true, mode: 0o755 });
  await writeFile(join(dataDir, name), 'x');
  await chmod(join(dataDir, name), mode);
}
const WIDE = [
  'cspm_platform.sqlite',
  'cspm_platform.sqlite-wal',
  'cspm_platform.sqlite-shm',
  'master.key',
  'backup/cspm_platform.sqlite',
  'raw-reports/ab/report.gz',
  'incoming/import',
  'work/draft/rows',
  'server.log',
];

describe('restrictAccess', () => {
  it('leaves files and folders of any age to their owner, and reports them once', async () => {
    for (const name of WIDE) await file(name);
    const seen = await restrictAccess(dataDir, { deep: true, dryRun: true });
    expect(await modeOf('master.key')).toBe(0o644);
    const done = await restrictAccess(dataDir, { deep: true });
    expect(done).toEqual(seen);
    expect(done).toMatchObject({ files: WIDE.length, folders: 7, refused: [] });
    for (const name of WIDE) {
      expect([name, await modeOf(name)]).toEqual([name, 0o600]);
      expect([name, await modeOf(dirname(name))]).toEqual([name, 0o700]);
    }
    const again = await restrictAccess(dataDir, { deep: true });
    expect(again).toEqual({ files: 0, folders: 0, names: [], refused: [] });
  });

  it('leaves narrower modes, links and the programs of tools as they are', async () => {
    await file('cspm_platform.sqlite', 0o400);
    await file('native-runs/cache/plugin', 0o755);
    await file('../elsewhere', 0o644);
    await symlink(join(outer, 'elsewhere'), join(dataDir, 'link'));
    await restrictAccess(dataDir, { deep: true });
    expect(await modeOf('cspm_platform.sqlite')).toBe(0o400);
    expect(await modeOf('native-runs/cache/plugin')).toBe(0o700);
    expect(await modeOf('../elsewhere')).toBe(0o644);
  });

  it('restricts only its own files in a folder that others use too', async () => {
    await file('notes.txt');
    await file('cspm_platform.sqlite');
    await chmod(dataDir, 0o1777);
    await restrictAccess(dataDir, { deep: true });
    expect([await modeOf('.'), await modeOf('notes.txt')]).toEqual([0o777, 0o644]);
    expect(await modeOf('cspm_platform.sqlite')).toBe(0o600);
  });

  it('does not create a missing folder', async () => {
    await restrictAccess(dataDir, { deep: true });
    await expect(stat(dataDir)).rejects.toThrow();
  });
});

describe('a product', () => {
  it('restricts what it finds in DATA_DIR at start, however deep', async () => {
    for (const name of WIDE.slice(3)) await file(name);
    const app = await createTestApp({ env: { DATA_DIR: dataDir, CSPM_MODULES: 'security-scans' } });
    try {
      await vi.waitFor(async () => expect(await modeOf('raw-reports/ab/report.gz')).toBe(0o600));
    } finally {
      await app.close();
    }
    expect([await modeOf('.'), await modeOf('master.key')]).toEqual([0o700, 0o600]);
  });

  it('creates databases that others cannot read, whatever the umask', async () => {
    const folder = await CliFolder.make();
    try {
      process.umask(0);
      dataDir = folder.env.DATA_DIR ?? '';
      expect((await folder.run(['controls', '--json'])).code).toBe(0);
      expect(await modeOf('cspm_platform.sqlite')).toBe(0o600);
      const seen = await restrictAccess(dataDir, { deep: true, dryRun: true });
      expect(seen).toEqual({ files: 0, folders: 0, names: [], refused: [] });
    } finally {
      await folder.remove();
    }
  });
});
