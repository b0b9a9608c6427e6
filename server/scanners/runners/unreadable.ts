import { access, constants, lstat, opendir } from 'node:fs/promises';
import { join, relative } from 'node:path';

export interface Unreadable {
  /** Files and folders; what lies below such a folder is not counted. */
  count: number;
  /** A few of them, relative to the folder that was looked at. */
  examples: string[];
}

const MAX_ENTRIES = 500_000;
const EXAMPLES = 5;

/**
 * What of a folder this user may not read, links not followed: tools pass over it in silence, and what
 * they then do not find is no proof of anything. `user` null: whoever runs this process.
 */
export async function unreadableIn(
  folder: string,
  user: { uid: number; gid: number } | null,
): Promise<Unreadable> {
  const found: Unreadable = { count: 0, examples: [] };
  const waiting = [folder];
  let looked = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const entry = await lstat(next).catch(() => null);
    if (!entry || !(entry.isFile() || entry.isDirectory())) continue;
    if (++looked > MAX_ENTRIES) break;
    if (!(await mayRead(next, entry, user))) {
      found.count += 1;
      if (found.examples.length < EXAMPLES) found.examples.push(relative(folder, next) || '.');
      continue;
    }
    if (!entry.isDirectory()) continue;
    try {
      for await (const { name } of await opendir(next)) waiting.push(join(next, name));
    } catch {
      // It is gone, or this process may not read it: then nothing is known of it.
    }
  }
  return found;
}

type Entry = NonNullable<Awaited<ReturnType<typeof lstat>>>;

async function mayRead(
  path: string,
  entry: Entry,
  user: { uid: number; gid: number } | null,
): Promise<boolean> {
  const need = entry.isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK;
  if (!user) {
    return access(path, need).then(
      () => true,
      () => false,
    );
  }
  const shift = entry.uid === user.uid ? 6 : entry.gid === user.gid ? 3 : 0;
  return ((Number(entry.mode) >> shift) & need) === need;
}
