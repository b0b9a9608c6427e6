import { posix } from 'node:path';
import type { FolderTarget } from '../../../contract/scan-targets.js';
import { refuse, refuseSecrets } from './refuse.js';

/**
 * The folder to scan: absolute and within one of the folders that the operator allows. Checks the text
 * only: `realFolderOf` follows links before the folder is mounted.
 */
export function folderOf(target: FolderTarget, allowed: readonly string[]): string {
  const what = 'folder';
  const { path } = target;
  if (path.length > 4000) throw refuse(what, path, 'it is longer than 4000 characters');
  if (/\p{C}/u.test(path)) {
    throw refuse(what, path, 'it holds control or invisible characters');
  }
  refuseSecrets(what, path);
  if (!path.startsWith('/')) throw refuse(what, path, 'it must be absolute');
  if (/[:,]/.test(path)) throw refuse(what, path, 'it holds : or , which mounts cannot carry');
  if (path.split('/').includes('..')) throw refuse(what, path, 'it holds ..');
  const clean = withoutSlash(posix.normalize(path));
  const bases = allowed.map((base) => withoutSlash(posix.normalize(base)));
  if (!bases.some((base) => base.startsWith('/') && base !== '' && isWithin(clean, base))) {
    throw refuse(what, path, 'it is not within a folder that may be scanned');
  }
  return clean;
}

const withoutSlash = (path: string) => (path.length > 1 ? path.replace(/(?<!\/)\/+$/, '') : path);
const isWithin = (path: string, base: string) =>
  base === '/' ? false : path === base || path.startsWith(`${base}/`);
