import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, opendir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { asDiskOutage } from '../outages/file-problem.js';
import { BLOB_AREAS } from './blob-areas.js';
import { type BlobBackend, BlobMissingError, openedLate, type StoredBlob } from './blob-backend.js';

const TEMPORARY = /\.[0-9a-f-]{36}\.tmp$/;

/** Blobs as files of a folder, readable by their owner only. Several hosts may share the folder. */
export class FolderBlobs implements BlobBackend {
  readonly kind = 'folder';
  readonly where = 'DATA_DIR';
  readonly #private = new Set<string>();

  constructor(private readonly root: string) {}

  async write(key: string, content: Readable): Promise<void> {
    const path = this.pathOf(key);
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      await this.#makePrivate(dirname(path));
      await pipeline(content, createWriteStream(temporary, { mode: 0o600 }));
      await rename(temporary, path);
    } catch (error) {
      // The first error counts.
      await rm(temporary, { force: true }).catch(() => {});
      throw asDiskOutage(error);
    }
  }

  read(key: string): Readable {
    return openedLate(async () => {
      const file = createReadStream(this.pathOf(key), { highWaterMark: 256 * 1024 });
      await new Promise<void>((resolve, reject) => {
        file.once('open', () => resolve());
        file.once('error', (error: NodeJS.ErrnoException) =>
          reject(error.code === 'ENOENT' ? new BlobMissingError(key, { cause: error }) : error),
        );
      });
      return file;
    });
  }

  async stat(key: string): Promise<StoredBlob | null> {
    const info = await unlessMissing(stat(this.pathOf(key)));
    return info?.isFile() ? { key, sizeBytes: info.size, storedAt: info.mtime } : null;
  }

  async touch(key: string): Promise<boolean> {
    const now = new Date();
    return (await unlessMissing(utimes(this.pathOf(key), now, now).then(() => true))) ?? false;
  }

  async *list(prefix: string): AsyncIterable<StoredBlob> {
    for await (const path of filesBelow(this.pathOf(prefix))) {
      if (TEMPORARY.test(path)) continue;
      const blob = await this.stat(relative(this.root, path));
      if (blob) yield blob;
    }
  }

  async remove(key: string): Promise<boolean> {
    return (await unlessMissing(rm(this.pathOf(key)).then(() => true))) ?? false;
  }

  async sweep(before: Date): Promise<number> {
    let removed = 0;
    for (const area of Object.keys(BLOB_AREAS)) {
      for await (const path of filesBelow(this.pathOf(area))) {
        if (!TEMPORARY.test(path)) continue;
        // A temporary file may have been renamed since.
        const info = await unlessMissing(stat(path));
        if (!info || info.mtime >= before) continue;
        await rm(path, { force: true });
        removed += 1;
      }
    }
    return removed;
  }

  pathOf(key: string): string {
    return join(this.root, key);
  }

  async close(): Promise<void> {}

  /** Also a folder that another program made, and the folders between it and the root. */
  async #makePrivate(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (this.#private.has(folder)) return;
    for (let each = folder; each.startsWith(`${this.root}${sep}`); each = dirname(each)) {
      // A shared folder may belong to another user.
      await chmod(each, 0o700).catch(() => {});
    }
    this.#private.add(folder);
  }
}

async function* filesBelow(folder: string): AsyncIterable<string> {
  const entries = await unlessMissing(opendir(folder, { recursive: true }));
  if (!entries) return;
  try {
    for await (const entry of entries) if (entry.isFile()) yield join(entry.parentPath, entry.name);
  } catch (error) {
    // A folder that was removed meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
