import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asDiskOutage } from '../outages/file-problem.js';

/**
 * Lets `work` write a temporary file of this name, readable by its owner only, and deletes it. Throws an outage where
 * the disk is full or not writable.
 */
export async function withWorkFile<T>(
  folder: string,
  name: string,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const path = join(folder, name);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await work(path);
  } catch (error) {
    throw asDiskOutage(error);
  } finally {
    await rm(path, { force: true });
  }
}
