import { Readable } from 'node:stream';

export const BLOB_BACKENDS = ['folder', 'database', 's3'] as const;
export type BlobBackendKind = (typeof BLOB_BACKENDS)[number];

/** One stored blob; `key` is its path in every backend, as `evidence/ab/ab12….gz`. */
export interface StoredBlob {
  key: string;
  /** As stored: compressed where the area compresses. */
  sizeBytes: number;
  /** When it was last stored. */
  storedAt: Date;
}

/**
 * Keeps bytes under keys. A blob appears whole or not at all, also when its writer dies, and several processes may
 * use it at once. Writers of the same key write the same bytes. `blob-backend.contract.ts` is the suite of all backends.
 */
export interface BlobBackend {
  readonly kind: BlobBackendKind;
  /** The folder, database or bucket, for people. */
  readonly where: string;
  /** Streams the content in bounded memory; leaves nothing when the content fails. */
  write(key: string, content: Readable): Promise<void>;
  /** The stream fails with a BlobMissingError when there is no such blob. */
  read(key: string): Readable;
  stat(key: string): Promise<StoredBlob | null>;
  /** Resets the age; false when there is no such blob. */
  touch(key: string): Promise<boolean>;
  /** All blobs whose keys begin with this prefix, in no particular order. */
  list(prefix: string): AsyncIterable<StoredBlob>;
  /** False when there was none. */
  remove(key: string): Promise<boolean>;
  /** Deletes what dead writers left before this time; returns the number of leftovers. */
  sweep(before: Date): Promise<number>;
  /** The blob as a file of this host; only the folder backend has files. */
  pathOf?(key: string): string;
  close(): Promise<void>;
}

/** There is no such blob: never stored, deleted, or kept elsewhere. */
export class BlobMissingError extends Error {
  override readonly name = 'BlobMissingError';
  /** As of a missing file. */
  readonly code = 'ENOENT';
  constructor(key: string, options?: { cause?: unknown }) {
    super(`there is no blob ${key}`, options);
  }
}

/** A stream of bytes whose source is opened at the first read, and closed when the stream is destroyed. */
export function openedLate(open: () => Promise<AsyncIterable<Uint8Array>>): Readable {
  async function* bytes() {
    yield* await open();
  }
  return Readable.from(bytes(), { objectMode: false });
}
