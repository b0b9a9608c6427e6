import { chmod, lstat, opendir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, parse, relative, resolve, sep } from 'node:path';
import { BLOB_AREAS } from '../blobs/blob-areas.js';

/** Folders of scans: their tools may need programs among their files. */
const RUN_FOLDERS = ['docker-runs', 'native-runs'];
const OWN_FOLDERS = new Set([...RUN_FOLDERS, ...Object.keys(BLOB_AREAS), 'work']);
const OWN_FILE = /^master\.key|\.sqlite(-wal|-shm|-journal)?$/;
const OTHERS = 0o077;
const STICKY = 0o1000;
const NAMED = 5;

export interface AccessReport {
  files: number;
  folders: number;
  /** Some of them, relative to the data folder; `.` is the folder. */
  names: string[];
  /** Those that belong to another user, so that their access could not be restricted. */
  refused: string[];
}

export interface AccessOptions {
  /** Also what lies in folders below; nobody else reaches it once the folders above are private. */
  deep: boolean;
  /** Reports without changing anything. */
  dryRun?: boolean;
  signal?: AbortSignal;
}

/**
 * Leaves DATA_DIR to its owner: files 0600, folders 0700, whatever made them. A folder that is evidently not for
 * this program alone, such as a home folder, keeps its mode; in it only what this program writes is restricted.
 */
export async function restrictAccess(
  dataDir: string,
  { deep, dryRun = false, signal }: AccessOptions,
): Promise<AccessReport> {
  const report: AccessReport = { files: 0, folders: 0, names: [], refused: [] };
  if (process.platform === 'win32') return report;
  const root = resolve(dataDir);
  const info = await lstat(root).catch(() => null);
  if (!info) return report;
  const isShared = (info.mode & STICKY) !== 0 || isForMore(root);
  if (!isShared) await restrict(root, root, { dryRun, report });
  for await (const { path } of entriesOf(root)) {
    const name = relative(root, path);
    if (isShared && !OWN_FOLDERS.has(name) && !OWN_FILE.test(name)) continue;
    const isFolder = await restrict(path, root, { dryRun, report });
    if (!isFolder || !deep) continue;
    for await (const below of everythingIn(path, signal)) {
      await restrict(below, root, { dryRun, report });
    }
  }
  return report;
}

export function isChanged({ files, folders, refused }: AccessReport): boolean {
  return files + folders + refused.length > 0;
}

function isForMore(root: string): boolean {
  return [parse(root).root, resolve(homedir()), process.cwd()].includes(root);
}

/** Returns whether it is a folder. Links are left alone: what they name may be somebody else's. */
async function restrict(
  path: string,
  root: string,
  { dryRun, report }: { dryRun: boolean; report: AccessReport },
): Promise<boolean> {
  const info = await lstat(path).catch(() => null);
  const isFolder = info?.isDirectory() ?? false;
  if (!info || !(isFolder || info.isFile()) || (info.mode & OTHERS) === 0) return isFolder;
  const name = relative(root, path) || '.';
  const isOfRun = RUN_FOLDERS.includes(name.split(sep)[0] ?? '');
  try {
    if (!dryRun) await chmod(path, info.mode & (isFolder || isOfRun ? 0o700 : 0o600));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') report.refused.push(name);
    return isFolder;
  }
  report[isFolder ? 'folders' : 'files'] += 1;
  if (report.names.length < NAMED) report.names.push(name);
  return isFolder;
}

async function* everythingIn(folder: string, signal?: AbortSignal): AsyncIterable<string> {
  for await (const { path, isFolder } of entriesOf(folder)) {
    if (signal?.aborted) return;
    yield path;
    if (isFolder) yield* everythingIn(path, signal);
  }
}

/** A folder may be removed meanwhile, or be unreadable. */
async function* entriesOf(folder: string): AsyncIterable<{ path: string; isFolder: boolean }> {
  const entries = await opendir(folder).catch(() => null);
  if (!entries) return;
  try {
    for await (const entry of entries) {
      yield { path: join(folder, entry.name), isFolder: entry.isDirectory() };
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
