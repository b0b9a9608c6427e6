import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes the files below a folder that were last written before this moment; answers how many. No folder is no file. */
export async function removeOldFiles(
  folder: string,
  before: Date,
  signal?: AbortSignal,
): Promise<number> {
  let removed = 0;
  for (const entry of await readdir(folder, { recursive: true }).catch(() => [])) {
    if (signal?.aborted) break;
    const path = join(folder, entry);
    // One that is being written is moved into its place meanwhile: gone is as good as new.
    const info = await stat(path).catch(() => null);
    if (!info?.isFile() || info.mtime >= before) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}
