import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import type { Config } from '../config/config.js';
import type { Vault } from '../vault/vault.js';

/** Below this, a report or a checkpoint of a database may no longer fit. */
const MIN_FREE_BYTES = 64 * 1024 ** 2;

/** What is wrong with DATA_DIR and the master key, and what to do about it. */
export async function storageProblems(
  { dataDir }: Pick<Config, 'dataDir'>,
  vault: Pick<Vault, 'problem'>,
): Promise<string[]> {
  const [folder, key] = await Promise.all([
    folderProblem(dataDir),
    // That its database does not respond is reported there.
    vault.problem().catch(() => null),
  ]);
  return [folder, key].filter((problem) => problem !== null);
}

/** Null when it can be written, or does not exist yet. */
export async function folderProblem(dataDir: string): Promise<string | null> {
  try {
    await access(dataDir, constants.W_OK);
    const { bavail, bsize } = await statfs(dataDir);
    const freeBytes = bavail * bsize;
    return freeBytes >= MIN_FREE_BYTES
      ? null
      : `the disk of DATA_DIR is full (${Math.floor(freeBytes / 1024 ** 2)} MB free): free space on it`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Created on first use.
    if (code === 'ENOENT') return null;
    return `DATA_DIR cannot be written (${code}): make it writable for this program`;
  }
}
