import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline as pipe, Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createGzip } from 'node:zlib';
import { withWorkFile } from '../data-folder/work-file.js';
import { BLOB_AREAS, type BlobArea, keyOf } from './blob-areas.js';
import type { BlobBackend, StoredBlob } from './blob-backend.js';

export interface BlobParts {
  backend: BlobBackend;
  /** Where blobs were kept before: still read, never written. */
  former: BlobBackend | null;
}

/** The content of a blob, before compression. */
export interface BlobContent {
  sizeBytes: number;
  sha256: string;
}

/** The blobs of one area. Blobs are never partial: each appears once its content is complete. */
export class BlobStore {
  constructor(
    private readonly area: BlobArea,
    private readonly parts: BlobParts,
  ) {}

  async has(name: string): Promise<boolean> {
    return (await this.#holderOf(this.#key(name))) !== null;
  }

  /** Stores the content; for an existing blob of a content-named area only its age is reset. */
  async put(name: string, content: AsyncIterable<Uint8Array>): Promise<void> {
    const key = this.#key(name);
    if (await this.parts.backend.touch(key)) return;
    // The hash of a masked report is of no use, and a large report has its price.
    if (BLOB_AREAS[this.area].isNamedByContent) await this.#measure(key, name, content);
    else await this.#write(key, Readable.from(content, { objectMode: false }));
  }

  /** Stores the content and returns its size and hash. The name must be new. */
  add(name: string, content: AsyncIterable<Uint8Array>): Promise<BlobContent> {
    return this.#measure(this.#key(name), name, content);
  }

  /** The stored content. The stream fails when the blob is missing. */
  open(name: string): Readable {
    const key = this.#key(name);
    const stored = Readable.from(this.#read(key), { objectMode: false });
    // Read errors reach the caller through the returned stream.
    return BLOB_AREAS[this.area].isPacked ? pipe(stored, createGunzip(), () => {}) : stored;
  }

  /**
   * Runs `use` with the content as a file of this host, which it must not change: the blob itself where that
   * is one, otherwise a copy in this folder, deleted afterwards.
   */
  async withFile<T>(name: string, folder: string, use: (path: string) => Promise<T>): Promise<T> {
    const key = this.#key(name);
    const holder = await this.#holderOf(key);
    if (holder?.pathOf && !BLOB_AREAS[this.area].isPacked) return use(holder.pathOf(key));
    return withWorkFile(folder, `${name}.copy`, async (path) => {
      await pipeline(this.open(name), createWriteStream(path, { mode: 0o600 }));
      return use(path);
    });
  }

  /** Deletes the blob wherever it is; false when there was none. */
  async remove(name: string): Promise<boolean> {
    const key = this.#key(name);
    const { backend, former } = this.parts;
    const removed = await backend.remove(key);
    return ((await former?.remove(key)) ?? false) || removed;
  }

  /** Deletes blobs last stored before this time; returns their number. */
  async removeOlderThan(moment: Date, signal?: AbortSignal): Promise<number> {
    let removed = 0;
    for (const backend of [this.parts.backend, this.parts.former]) {
      if (!backend) continue;
      for await (const { key } of olderThan(backend.list(`${this.area}/`), moment)) {
        if (signal?.aborted) return removed;
        if (await backend.remove(key)) removed += 1;
      }
    }
    return removed;
  }

  async #measure(
    key: string,
    name: string,
    content: AsyncIterable<Uint8Array>,
  ): Promise<BlobContent> {
    const { isNamedByContent } = BLOB_AREAS[this.area];
    const hash = createHash('sha256');
    let sizeBytes = 0;
    let sha256 = '';
    const measured = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        sizeBytes += chunk.length;
        hash.update(chunk);
        done(null, chunk);
      },
      flush(done) {
        sha256 = hash.digest('hex');
        const isOther = isNamedByContent && sha256 !== name;
        done(isOther ? new Error(`the content of ${key} has another hash: ${sha256}`) : null);
      },
    });
    const source = Readable.from(content, { objectMode: false });
    await this.#write(
      key,
      pipe(source, measured, () => {}),
    );
    return { sizeBytes, sha256 };
  }

  /** Errors of `content` reach the backend through the stream it reads. */
  async #write(key: string, content: Readable): Promise<void> {
    const { isPacked } = BLOB_AREAS[this.area];
    const packed = isPacked
      ? pipe(content, createGzip({ level: constants.Z_BEST_SPEED }), () => {})
      : content;
    await this.parts.backend.write(key, packed);
  }

  async *#read(key: string): AsyncIterable<Uint8Array> {
    yield* ((await this.#holderOf(key)) ?? this.parts.backend).read(key);
  }

  /** The backend that has the blob. */
  async #holderOf(key: string): Promise<BlobBackend | null> {
    const { backend, former } = this.parts;
    if (await backend.stat(key)) return backend;
    return former && (await former.stat(key)) ? former : null;
  }

  #key(name: string): string {
    return keyOf(this.area, name);
  }
}

async function* olderThan(blobs: AsyncIterable<StoredBlob>, moment: Date) {
  for await (const blob of blobs) if (blob.storedAt < moment) yield blob;
}
