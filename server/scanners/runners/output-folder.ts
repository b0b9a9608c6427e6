import { chmod, lstat, opendir, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Bytes in a folder. Counts what a file claims and what it takes, whichever is more, so that neither
 * a million empty files nor one sparse file of a terabyte passes for nothing; stops once `enough`.
 */
export async function sizeOf(folder: string, enough = Number.POSITIVE_INFINITY): Promise<number> {
  let bytes = 0;
  for await (const { path } of entriesOf(folder)) {
    const entry = await lstat(path).catch(() => null);
    if (entry) bytes += Math.max(entry.isFile() ? entry.size : 0, entry.blocks * 512, 512);
    if (bytes > enough) break;
  }
  return bytes;
}

/** Below this a disk is full for anybody who wants to write a report. */
const FULL_BYTES = 64 * 1024;

/** Whether there is room left where this folder lies. */
export async function hasRoom(folder: string): Promise<boolean> {
  const disk = await statfs(folder).catch(() => null);
  return !disk || disk.bavail * disk.bsize > FULL_BYTES;
}

/**
 * Makes a finished run's folder safe to read: a link could name any file of the platform, and a
 * pipe would hold its reader for ever. Only files and folders stay, readable by the platform alone.
 */
export async function settle(folder: string): Promise<void> {
  await chmod(folder, 0o700).catch(() => undefined);
  for await (const { path, kind } of entriesOf(folder, true)) {
    if (kind === 'other') await rm(path, { force: true }).catch(() => undefined);
    if (kind === 'file') await chmod(path, 0o600).catch(() => undefined);
  }
}

interface Entry {
  path: string;
  kind: 'file' | 'folder' | 'other';
}

/** All below a folder, links not followed; what vanishes meanwhile is passed over. */
async function* entriesOf(folder: string, open = false): AsyncGenerator<Entry> {
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const entries = await opendir(next).catch(() => null);
    if (!entries) continue;
    try {
      for await (const entry of entries) {
        const path = join(next, entry.name);
        const kind = entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : 'other';
        if (kind === 'folder') {
          if (open) await chmod(path, 0o700).catch(() => undefined);
          waiting.push(path);
        }
        yield { path, kind };
      }
    } catch {
      // The folder went away while it was read.
    }
  }
}
