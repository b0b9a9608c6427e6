import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../config/secret.js';
import { MASTER_KEY_FILE, parseMasterKeys } from './master-key.js';
import { Vault } from './vault.js';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cspm-vault-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

const aKey = () => randomBytes(32).toString('base64');
const withKey = (key: string) => new Vault({ masterKey: new Secret(key), dataDir });
const SECRET = new Secret('wJalrXUtnFEMI/K7MDENG');

describe('Vault', () => {
  it('opens a sealed secret, and its sealed form reveals nothing', async () => {
    const vault = withKey(aKey());
    const sealed = await vault.seal(SECRET, 'a/acc_1');
    expect(JSON.stringify(sealed)).not.toContain('wJalr');
    expect((await vault.open(sealed, 'a/acc_1')).reveal()).toBe(SECRET.reveal());
  });

  it('uses a new data key per secret, so equal texts have different seals', async () => {
    const vault = withKey(aKey());
    const [one, two] = await Promise.all([vault.seal(SECRET, 'x'), vault.seal(SECRET, 'x')]);
    expect(one.wrappedKey.data).not.toBe(two.wrappedKey.data);
    expect(one.box.data).not.toBe(two.box.data);
  });

  it('does not open in another place or after a byte changed', async () => {
    const vault = withKey(aKey());
    const sealed = await vault.seal(SECRET, 'a/acc_1');
    await expect(vault.open(sealed, 'b/acc_1')).rejects.toThrow(/damaged/);
    const [first = ''] = sealed.box.data;
    const data = (first === 'A' ? 'B' : 'A') + sealed.box.data.slice(1);
    await expect(
      vault.open({ ...sealed, box: { ...sealed.box, data } }, 'a/acc_1'),
    ).rejects.toThrow(/damaged/);
    const tag = sealed.box.tag.slice(0, 8);
    await expect(vault.open({ ...sealed, box: { ...sealed.box, tag } }, 'a/acc_1')).rejects.toThrow(
      /damaged/,
    );
  });

  it('names the missing key', async () => {
    const sealed = await withKey(aKey()).seal(SECRET, 'x');
    await expect(withKey(aKey()).open(sealed, 'x')).rejects.toThrow(
      new RegExp(`another master key \\(${sealed.keyId}\\)`),
    );
  });

  it('opens with any of several keys and seals with the first', async () => {
    const [older, newer] = [aKey(), aKey()];
    const sealed = await withKey(older).seal(SECRET, 'x');
    const both = withKey(`${newer},${older}`);
    expect((await both.open(sealed, 'x')).reveal()).toBe(SECRET.reveal());
    expect(await both.isOutdated(sealed)).toBe(true);
    expect(await both.isOutdated(await both.seal(SECRET, 'x'))).toBe(false);
  });

  it('creates one key file, readable by its owner only, under concurrency', async () => {
    const vaults = Array.from({ length: 8 }, () => new Vault({ masterKey: null, dataDir }));
    const sealed = await Promise.all(vaults.map((vault) => vault.seal(SECRET, 'x')));
    expect(new Set(sealed.map(({ keyId }) => keyId)).size).toBe(1);
    expect((await stat(join(dataDir, MASTER_KEY_FILE))).mode & 0o777).toBe(0o600);
    const later = new Vault({ masterKey: null, dataDir });
    for (const one of sealed) expect((await later.open(one, 'x')).reveal()).toBe(SECRET.reveal());
  });

  it('rejects a key file that others can read, and one without a key', async () => {
    const path = join(dataDir, MASTER_KEY_FILE);
    const vault = new Vault({ masterKey: null, dataDir });
    const sealed = await vault.seal(SECRET, 'x');
    await chmod(path, 0o644);
    const open = () => new Vault({ masterKey: null, dataDir }).open(sealed, 'x');
    await expect(open()).rejects.toThrow(/chmod 600/);
    await chmod(path, 0o600);
    expect((await open()).reveal()).toBe(SECRET.reveal());
    await writeFile(path, 'no key');
    await expect(open()).rejects.toThrow(/does not contain a key/);
    expect(await readFile(path, 'utf8')).toBe('no key'); // never replaced: it may be a wrong mount
  });
});

describe('a lost or exchanged master key', () => {
  const path = () => join(dataDir, MASTER_KEY_FILE);
  async function sealedVault() {
    const vault = new Vault({ masterKey: null, dataDir });
    const { keyId } = await vault.seal(SECRET, 'x');
    const later = () => {
      const next = new Vault({ masterKey: null, dataDir });
      next.uses(async () => [keyId]);
      return next;
    };
    return { keyId, later };
  }

  it('is named, and no new key is created beside stored secrets', async () => {
    const { keyId, later } = await sealedVault();
    const running = later();
    expect(await running.problem()).toBeNull();
    await rm(path());
    for (const vault of [running, later()]) {
      expect(await vault.problem()).toMatch(`master.key is missing, and stored credentials`);
      expect(await vault.problem()).toContain(keyId);
    }
    await expect(later().seal(SECRET, 'x')).rejects.toThrow(/restore it from a backup/);
    await expect(stat(path())).rejects.toThrow();
  });

  it('is named when another key is in its place', async () => {
    const { keyId, later } = await sealedVault();
    await writeFile(path(), `${aKey()}\n`, { mode: 0o600 });
    expect(await later().problem()).toBe(
      `stored credentials need another master key (${keyId}): restore it, add it to CSPM_MASTER_KEY, or enter the credentials again`,
    );
  });

  it('is no problem without stored secrets', async () => {
    const vault = new Vault({ masterKey: null, dataDir });
    vault.uses(async () => []);
    expect(await vault.problem()).toBeNull();
    await expect(stat(path())).rejects.toThrow();
  });
});

describe('parseMasterKeys', () => {
  it.each(['', 'short', 'x'.repeat(44), `${aKey()},`, 'ab'.repeat(31)])('rejects %j', (text) => {
    expect(parseMasterKeys(text)).toBeNull();
  });

  it('accepts base64 and hex and derives the same id from both', () => {
    const key = randomBytes(32);
    const [one, two] = parseMasterKeys(`${key.toString('hex')}, ${key.toString('base64')}`) ?? [];
    expect(one?.id).toBe(two?.id);
    expect(one?.id).toMatch(/^[0-9a-f]{16}$/);
  });
});
