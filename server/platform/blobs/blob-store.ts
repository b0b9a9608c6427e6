import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline as pipe, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createGzip } from 'node:zlib';
import { removeOldFiles } from './remove-old-files.js';

const SHA256 = /^[0-9a-f]{64}$/;

/**
 * Compressed files named by the SHA-256 of their content, one folder per first two digits.
 * Files are never partial: each is written under a temporary name and then renamed.
 */
export class BlobStore {
  constructor(private readonly folder: string) {}

  async has(sha256: string): Promise<boolean> {
    return stat(this.#path(sha256)).then(
      () => true,
      () => false,
    );
  }

  /** Stores the content under this hash; for an existing blob only its age is reset. */
  async put(sha256: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.#path(sha256);
    const now = new Date();
    const isKept = await utimes(path, now, now).then(
      () => true,
      () => false,
    );
    if (isKept) return;
    await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      await pipeline(
        Readable.from(content, { objectMode: false }),
        createGzip({ level: constants.Z_BEST_SPEED }),
        createWriteStream(temporary, { mode: 0o600 }),
      );
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** The stored content. The stream fails when the blob is missing. */
  open(sha256: string): Readable {
    // Read errors reach the caller through the returned stream.
    return pipe(createReadStream(this.#path(sha256)), createGunzip(), () => {});
  }

  /** Deletes blobs last stored before this time; returns their number. */
  removeOlderThan(moment: Date, signal?: AbortSignal): Promise<number> {
    return removeOldFiles(this.folder, moment, signal);
  }

  #path(sha256: string): string {
    if (!SHA256.test(sha256)) throw new TypeError('not a SHA-256 in hex');
    return join(this.folder, sha256.slice(0, 2), `${sha256}.gz`);
  }
}
