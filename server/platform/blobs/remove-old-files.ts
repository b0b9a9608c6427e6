import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Deletes files below a folder last written before this time; returns their number. The folder may be missing. */
export async function removeOldFiles(
  folder: string,
  before: Date,
  signal?: AbortSignal,
): Promise<number> {
  let removed = 0;
  for (const entry of await readdir(folder, { recursive: true }).catch(() => [])) {
    if (signal?.aborted) break;
    const path = join(folder, entry);
    // A temporary file may have been renamed since.
    const info = await stat(path).catch(() => null);
    if (!info?.isFile() || info.mtime >= before) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}
