import { realpath, stat } from 'node:fs/promises';
import type { FolderTarget } from '../../../contract/scan-targets.js';
import { folderOf } from './folder-path.js';
import { refuse } from './refuse.js';

/**
 * The folder that a target leads to once symbolic links are followed. Both its path and where it leads
 * must lie within a folder that may be scanned. Called right before a run, as links can be changed; a user who
 * can write to such a folder could still change one while the tool starts.
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
 * The folder, if it still leads to where it led when the scan was requested; the process that accepted the
 * request may allow more folders than this one.
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
