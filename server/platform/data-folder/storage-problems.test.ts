import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { readServerConfig } from '../../server-config.js';
import { CliFolder } from '../../testing/run-cli.js';
import { createTestApp } from '../../testing/test-core.js';
import { localOperator } from '../auth/actor.js';
import { CSPMDatabaseManager } from '../database/database-manager.js';
import { databaseSettings } from '../platform.js';
import { storageProblems } from './storage-problems.js';

vi.setConfig({ testTimeout: 60_000 });

it('names a lost master key in health as long as credentials need it', async () => {
  const app = await createTestApp();
  try {
    const health = async () =>
      (await app.server.inject('/api/health')).json<{ storage: { problems: string[] } }>().storage;
    expect(await health()).toEqual({ ok: true, problems: [] });
    await app.container.get('cloud-security').accounts.create(localOperator, {
      name: 'Production',
      scope: { kind: 'aws', accountId: '123456789012', regions: [] },
      credentials: { kind: 'aws_keys', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x' },
    });
    expect(await health()).toEqual({ ok: true, problems: [] });
    const path = join(app.platform.config.dataDir, 'master.key');
    await rm(path);
    expect(await health()).toEqual({
      ok: false,
      problems: [expect.stringMatching(/master.key is missing, .* restore it from a backup/)],
    });
    await expect(stat(path)).rejects.toThrow();
  } finally {
    await app.close();
  }
});

it('names a data folder that is not a folder of this program, and none that is yet to be made', async () => {
  const folder = await CliFolder.make();
  const vault = { problem: async () => null };
  try {
    const dataDir = join(folder.path, 'data');
    expect(await storageProblems({ dataDir }, vault)).toEqual([]);
    await writeFile(dataDir, '');
    expect(await storageProblems({ dataDir: join(dataDir, 'below') }, vault)).toEqual([
      'DATA_DIR cannot be written (ENOTDIR): make it writable for this program',
    ]);
  } finally {
    await folder.remove();
  }
});

it('disables only the modules whose database is gone, until it is restored', async () => {
  const folder = await CliFolder.make();
  const env = { DATA_DIR: join(folder.path, 'data') };
  const start = () => {
    const settings = databaseSettings(readServerConfig(env), { inProcess: true });
    return createTestApp({ env, databases: new CSPMDatabaseManager(settings) });
  };
  const file = join(env.DATA_DIR, 'cspm_container_security.sqlite');
  try {
    await (await start()).close();
    for (const end of ['', '-wal', '-shm'])
      await rename(file + end, `${file}.kept${end}`).catch(() => {});
    const app = await start();
    try {
      const status = async (path: string) => (await app.server.inject(path)).statusCode;
      expect(await status('/api/container-security/images')).toBe(503);
      expect(await status('/api/cloud-security/accounts')).toBe(200);
      const down = app.container.health.filter((each) => each.status === 'unavailable');
      expect(down).toMatchObject([
        { name: 'container-security', reason: expect.stringMatching(/is gone or empty/) },
      ]);
      await expect(stat(file)).rejects.toThrow();
      for (const end of ['', '-wal', '-shm'])
        await rename(`${file}.kept${end}`, file + end).catch(() => {});
      await app.container.retry();
      expect(await status('/api/container-security/images')).toBe(200);
    } finally {
      await app.close();
    }
  } finally {
    await folder.remove();
  }
});

it('stops a command on a lost database with what to do, and doctor says the same', async () => {
  const folder = await CliFolder.make();
  try {
    expect((await folder.run(['controls', '--json'])).code).toBe(0);
    const file = join(folder.path, 'data', 'cspm_assessments.sqlite');
    for (const end of ['', '-wal', '-shm']) await rm(file + end, { force: true });
    const { code, stderr } = await folder.run(['controls', '--json']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/cspm_assessments is gone or empty.*doctor --start-empty/s);
    const { stdout } = await folder.run(['doctor', '--json'], { PATH: folder.path });
    const { findings } = JSON.parse(stdout) as { findings: { what: string; state: string }[] };
    expect(findings.find(({ what }) => what === 'cspm_assessments')).toMatchObject({
      state: 'bad',
      detail: expect.stringMatching(/is gone or empty/),
    });
    await expect(stat(file)).rejects.toThrow();
  } finally {
    await folder.remove();
  }
});
