import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestCore, SCANS_ONLY, type TestCore } from '../../testing/test-core.js';
import { Secret } from '../config/secret.js';
import { KeyRotation } from './key-rotation.js';
import { addMasterKey, MASTER_KEY_FILE, masterKeysOf } from './master-key.js';
import { type SealedSecret, Vault } from './vault.js';

let dataDir: string;
let core: TestCore;
/** What processes have stored. */
let stored: Map<string, SealedSecret>;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cspm-rotation-'));
  core = await createTestCore(SCANS_ONLY);
  stored = new Map();
});
afterEach(async () => {
  await core.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** A process with the same store and data folder. */
function aVault(masterKey: string | null = null) {
  const vault = new Vault({
    masterKey: masterKey === null ? null : new Secret(masterKey),
    dataDir,
  });
  vault.keeps(async function* () {
    for (const [place, sealed] of [...stored]) {
      const replace = async (next: SealedSecret) => {
        if (stored.get(place) === sealed) stored.set(place, next);
      };
      yield { place, sealed, replace };
    }
  });
  return vault;
}

function rotationOf(vault: Vault, masterKey: string | null = null, mongoUri: string | null = null) {
  const secret = (text: string | null) => (text === null ? null : new Secret(text));
  return new KeyRotation({
    ...{ vault, audit: core.platform.audit, leases: core.platform.leases, settleMs: 20 },
    config: { dataDir, masterKey: secret(masterKey), mongoUri: secret(mongoUri) },
  });
}

async function store(vault: Vault, place: string) {
  stored.set(place, await vault.seal(new Secret(`secret of ${place}`), place));
}
async function expectAllOpen(vault: Vault) {
  for (const [place, sealed] of stored) {
    expect((await vault.open(sealed, place)).reveal()).toBe(`secret of ${place}`);
  }
}
const keyText = () => readFile(join(dataDir, MASTER_KEY_FILE), 'utf8');

test('seals every secret with a new key, which running processes find', async () => {
  const [running, rotating] = [aVault(), aVault()];
  for (let n = 0; n < 5; n += 1) await store(running, `place ${n}`);
  const before = await keyText();
  const result = await rotationOf(rotating).rotate('local');
  expect(result).toMatchObject({ resealed: 5, removable: [] });
  expect(new Set([...stored.values()].map(({ keyId }) => keyId))).toEqual(new Set([result.keyId]));
  expect(await keyText()).not.toContain(before.trim());
  expect((await stat(join(dataDir, MASTER_KEY_FILE))).mode & 0o777).toBe(0o600);
  await expectAllOpen(running);
  await store(running, 'later');
  await expectAllOpen(aVault());
  const { items } = await core.platform.audit.page({ teamId: 'installation' }, {}, 5);
  expect(items).toMatchObject([{ action: 'secrets.rotated', actor: 'local' }]);
});

test('goes on after it was stopped, with both keys open meanwhile', async () => {
  const vault = aVault();
  for (const place of ['a', 'b']) await store(vault, place);
  const [old] = await masterKeysOf(dataDir);
  await addMasterKey(dataDir);
  // Half of them are sealed anew when the process dies.
  await store(aVault(), 'a');
  expect((await masterKeysOf(dataDir)).map(({ id }) => id)).toHaveLength(2);
  await expectAllOpen(vault);
  expect(await vault.problem()).toBeNull();
  const { resealed, keyId } = await rotationOf(aVault()).rotate('local');
  expect([resealed, keyId === old?.id]).toEqual([1, false]);
  expect(await masterKeysOf(dataDir)).toHaveLength(1);
  await expectAllOpen(aVault());
});

test('loses nothing that other processes store meanwhile, nor to a second rotation', async () => {
  const [writer, one, two] = [aVault(), aVault(), aVault()];
  await store(writer, 'first');
  let isOver = false;
  const writing = (async () => {
    for (let n = 0; !isOver; n += 1) await store(writer, `place ${n % 7}`);
  })();
  await Promise.all([rotationOf(one).rotate('local'), rotationOf(two).rotate('local')]);
  isOver = true;
  await writing;
  await expectAllOpen(aVault());
  expect(await masterKeysOf(dataDir)).toHaveLength(1);
});

test('uses the first key of CSPM_MASTER_KEY and names those that can be removed', async () => {
  const [older, newer] = ['ab'.repeat(32), 'cd'.repeat(32)];
  const before = aVault(older);
  await store(before, 'a');
  const both = `${newer},${older}`;
  const { removable } = await rotationOf(aVault(both), both).rotate('local');
  expect(removable).toEqual(await before.keyIds());
  await expectAllOpen(aVault(newer));
});

test('keeps both keys when a secret does not open', async () => {
  const vault = aVault();
  await store(vault, 'a');
  stored.set('moved', stored.get('a') as SealedSecret);
  await expect(rotationOf(aVault()).rotate('local')).rejects.toThrow(/damaged/);
  expect(await masterKeysOf(dataDir)).toHaveLength(2);
});

test('refuses a key file that other hosts would not get', async () => {
  const vault = aVault();
  await store(vault, 'a');
  const rotation = rotationOf(vault, null, 'mongodb://db.example.org');
  await expect(rotation.rotate('local')).rejects.toThrow(/--only-host/);
  expect((await rotation.rotate('local', { isOnlyHost: true })).resealed).toBe(1);
});
