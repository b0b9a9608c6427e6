import { realpath, stat } from 'node:fs/promises';
import type { FolderTarget } from '../../../contract/scan-targets.js';
import { folderOf } from './folder-path.js';
import { refuse } from './refuse.js';

/**
 * The folder that a target leads to once symbolic links are followed. Both its name and where it leads
 * must lie within a folder that may be scanned. Asked right before a run: links can be changed, and
 * whoever can write to a folder that may be scanned could still do so while the tool starts.
 */
export async function realFolderOf(
  target: FolderTarget,
  allowed: readonly string[],
): Promise<string> {
  const real = await realPathOf(target, folderOf(target, allowed));
  const bases = await Promise.all(allowed.map((base) => realpath(base).catch(() => base)));
  try {
    folderOf({ kind: 'folder', path: real }, bases);
  } catch {
    throw refuse('folder', target.path, 'it leads to a place that is not to be scanned');
  }
  if (!(await stat(real)).isDirectory()) throw refuse('folder', target.path, 'it is not a folder');
  return real;
}

/**
 * The folder, if it still leads to where it led when it was allowed: by whoever asked for the scan, who
 * may be allowed more than this process allows those that ask it.
 */
export async function sameFolderOf(target: FolderTarget, allowedPath: string): Promise<string> {
  const real = await realPathOf(target, folderOf(target, [allowedPath]));
  if (real === allowedPath) return real;
  throw refuse('folder', target.path, 'it leads elsewhere than when the scan was asked for');
}

function realPathOf(target: FolderTarget, path: string): Promise<string> {
  return realpath(path).catch((error: unknown) => {
    const gone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw refuse('folder', target.path, gone ? 'it is not there' : 'it cannot be read');
  });
}
