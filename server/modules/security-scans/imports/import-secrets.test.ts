import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../../platform/config/config.js';
import { CSPMDatabaseManager } from '../../../platform/database/database-manager.js';
import { databaseSettings } from '../../../platform/platform.js';
import { fixturePath } from '../../../testing/prowler-rows.js';
import { createTestCore, type TestCore } from '../../../testing/test-core.js';
import { TestTeam } from '../../../testing/test-team.js';

/** Every secret of the seeded account: see `.ci/prowler/seed.py`. */
const SECRETS = /Sup3rS3cret|hR8xQ2vLr0TzPq9|AKIAZ7HRBRQ4TESTONLY|harbor-internal-token/;

let dataDir: string;
let core: TestCore;
let team: TestTeam;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cspm-secrets-'));
  const databases = new CSPMDatabaseManager(databaseSettings(readConfig({ DATA_DIR: dataDir })));
  core = await createTestCore({ databases });
  core.clock.moveDays(300);
  team = new TestTeam(core);
  for (const name of [
    'aws-plaintext-secrets.ocsf.json',
    'aws-sample.ocsf.json',
    'aws-sample.csv',
  ]) {
    await core.scans.imports.importFile(team.actor, fixturePath(name));
  }
  const packed = gzipSync(await readFile(fixturePath('aws-plaintext-secrets.ocsf.json')));
  await team.importText(packed, 'packed.json.gz');
});
afterAll(async () => {
  await core.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** Every file below a folder as text, decompressed. */
async function contents(folder: string): Promise<{ name: string; text: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async ({ parentPath, name }) => {
      const bytes = await readFile(join(parentPath, name));
      return { name, text: (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1') };
    }),
  );
}

describe('a report with secrets in it', () => {
  it('contains them, or this test would prove nothing', async () => {
    const text = await readFile(fixturePath('aws-plaintext-secrets.ocsf.json'), 'utf8');
    expect(text).toMatch(SECRETS);
    expect(await readFile(fixturePath('aws-sample.ocsf.json'), 'utf8')).toMatch(SECRETS);
  });

  it('leaves none in any database', async () => {
    const files = await contents(dataDir);
    const results = files.filter(({ text }) => text.includes('ec2_instance_secrets_user_data'));
    expect(results.map(({ name }) => name)).not.toEqual([]);
    expect(files.filter(({ text }) => SECRETS.test(text)).map(({ name }) => name)).toEqual([]);
  });

  it('leaves none in the stored reports, and no temporary files', async () => {
    const kept = await contents(join(core.platform.config.dataDir, 'raw-reports'));
    expect(kept).toHaveLength(4);
    for (const { text } of kept) expect(text).not.toMatch(SECRETS);
    expect(await contents(join(core.platform.config.dataDir, 'work'))).toEqual([]);
  });

  it('is stored once, under the hash of its original bytes', async () => {
    const folder = join(core.platform.config.dataDir, 'raw-reports');
    const before = (await contents(folder)).map(({ name }) => name).sort();
    const other = new TestTeam(core);
    await core.scans.imports.importFile(
      other.actor,
      fixturePath('aws-plaintext-secrets.ocsf.json'),
    );
    expect((await contents(folder)).map(({ name }) => name).sort()).toEqual(before);
    const bytes = await readFile(fixturePath('aws-plaintext-secrets.ocsf.json'));
    expect(before).toContain(`${createHash('sha256').update(bytes).digest('hex')}.gz`);
  });
});
