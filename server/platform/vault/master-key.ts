import { createHmac, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { UnavailableError } from '../errors.js';

/** The key that wraps data keys. Its id identifies the key without revealing it. */
export interface MasterKey {
  id: string;
  key: Buffer;
}

export const MASTER_KEY_FILE = 'master.key';
const KEY_BYTES = 32;

/** Parses CSPM_MASTER_KEY: keys of 32 bytes in base64 or hex; the first wraps, all unwrap. Null when malformed. */
export function parseMasterKeys(text: string): MasterKey[] | null {
  const keys = text.split(',').map((part) => parseKey(part.trim()));
  const valid = keys.filter((key) => key !== null);
  return valid.length === keys.length ? valid.map(masterKey) : null;
}

/**
 * The key of the data folder and, during a rotation, the old one behind it; created if missing, unless stored secrets need a key that is lost. Processes that start
 * at the same time get the same key.
 */
export async function masterKeysOf(
  dataDir: string,
  usedKeys: () => Promise<readonly string[]> = async () => [],
): Promise<readonly MasterKey[]> {
  const path = join(dataDir, MASTER_KEY_FILE);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const existing = await readKeyFile(path);
  if (existing) return existing;
  const used = await usedKeys();
  if (used.length > 0) {
    throw new UnavailableError(
      `${path} is missing, and stored credentials are encrypted with it (${used.join(', ')}): restore it from a backup; to enter all credentials again, create a new one: openssl rand -base64 32 > ${path}`,
    );
  }
  const draft = await writeDraft(path, [randomBytes(KEY_BYTES)]);
  // A link appears atomically and never replaces another process's key.
  await link(draft, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await unlink(draft);
  const created = await readKeyFile(path);
  if (!created) throw new UnavailableError(`${path} disappeared while it was being created`);
  return created;
}

async function writeDraft(path: string, keys: readonly Buffer[]): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${keys.map((key) => key.toString('base64')).join('\n')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return draft;
}

async function readKeyFile(path: string): Promise<readonly MasterKey[] | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new UnavailableError(`${path} cannot be read: ${error.message}`, {}, { cause: error });
  });
  if (text === null) return null;
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    throw new UnavailableError(
      `${path} is readable by others; restrict it to its owner: chmod 600`,
    );
  }
  const keys = parseMasterKeys(text.trim().split(/\s+/).join(','));
  if (!keys) throw new UnavailableError(`${path} does not contain a key of ${KEY_BYTES} bytes`);
  return keys;
}

/**
 * Puts a new key in front of the one in the data folder, unless an unfinished rotation has done so. Both open from then
 * on; the new one seals.
 */
export async function addMasterKey(dataDir: string): Promise<void> {
  const path = join(dataDir, MASTER_KEY_FILE);
  const known = await readKeyFile(path);
  if (known?.length !== 1) return;
  await replaceKeyFile(path, [randomBytes(KEY_BYTES), ...known.map(({ key }) => key)]);
}

/** Leaves only the first key in the data folder. */
export async function dropOldMasterKeys(dataDir: string): Promise<void> {
  const path = join(dataDir, MASTER_KEY_FILE);
  const [first, ...old] = (await readKeyFile(path)) ?? [];
  if (first && old.length > 0) await replaceKeyFile(path, [first.key]);
}

/** In one step: a process that reads it sees all of the former or all of the new keys. */
async function replaceKeyFile(path: string, keys: readonly Buffer[]): Promise<void> {
  const draft = await writeDraft(path, keys);
  await rename(draft, path);
}

function parseKey(text: string): Buffer | null {
  const isHex = /^[0-9a-f]{64}$/i.test(text);
  if (!isHex && !/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return null;
  const key = Buffer.from(text, isHex ? 'hex' : 'base64');
  return key.length === KEY_BYTES ? key : null;
}

function masterKey(key: Buffer): MasterKey {
  return {
    key,
    id: createHmac('sha256', key).update('cspm master key id').digest('hex').slice(0, 16),
  };
}
