import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type {
  Collection,
  GridFSBucket,
  GridFSBucketWriteStream,
  GridFSFile,
  ObjectId,
} from 'mongodb';
import {
  type BlobBackend,
  BlobMissingError,
  openedLate,
  type StoredBlob,
} from '../blobs/blob-backend.js';
import { ConflictError } from '../errors.js';
import { type MongoConnection, translatingErrors, translatingItems } from './mongo-connection.js';

const BUCKET = 'blobs';
/** Larger than GridFS's default, for fewer round trips. */
const CHUNK_BYTES = 1024 ** 2;
const SWEEP_BATCH = 200;

interface Opened {
  bucket: GridFSBucket;
  files: Collection<GridFSFile>;
  chunks: Collection<{ files_id: ObjectId; n: number }>;
  idBefore: (moment: Date) => ObjectId;
}

/** Blobs in a MongoDB database, as GridFS files named by their keys. */
export class MongoBlobs implements BlobBackend {
  readonly kind = 'database';
  #opening: Promise<Opened> | null = null;

  constructor(
    readonly where: string,
    private readonly connection: MongoConnection,
  ) {}

  async write(key: string, content: Readable): Promise<void> {
    const { bucket, chunks } = await this.#open();
    const upload = bucket.openUploadStream(key, { chunkSizeBytes: CHUNK_BYTES });
    // Each error reaches the write that it belongs to.
    upload.on('error', () => {});
    try {
      // Its file document is written last and makes it visible. One write at a time: none is under way at an error.
      for await (const piece of content) await translatingErrors(() => write(upload, piece));
      await translatingErrors(() => end(upload));
    } catch (error) {
      await chunks.deleteMany({ files_id: upload.id }).catch(() => {}); // left to the sweep
      // Another writer was first, with the same bytes.
      if (!(error instanceof ConflictError)) throw error;
    }
  }

  read(key: string): Readable {
    return openedLate(async () => {
      const { bucket } = await this.#open();
      const file = await this.#find(key);
      if (!file) throw new BlobMissingError(key);
      return translatingItems(bucket.openDownloadStream(file._id));
    });
  }

  async stat(key: string): Promise<StoredBlob | null> {
    const file = await this.#find(key);
    return file && blobOf(file);
  }

  async touch(key: string): Promise<boolean> {
    const { files } = await this.#open();
    const now = { $set: { uploadDate: new Date() } };
    const { matchedCount } = await translatingErrors(() => files.updateOne({ filename: key }, now));
    return matchedCount > 0;
  }

  async *list(prefix: string): AsyncIterable<StoredBlob> {
    const { files } = await this.#open();
    const found = files.find({ filename: { $gte: prefix, $lt: `${prefix}\uffff` } });
    for await (const file of translatingItems(found)) yield blobOf(file);
  }

  async remove(key: string): Promise<boolean> {
    const { files, chunks } = await this.#open();
    const file = await translatingErrors(() => files.findOneAndDelete({ filename: key }));
    if (!file) return false;
    // Should this fail, the sweep deletes them.
    await translatingErrors(() => chunks.deleteMany({ files_id: file._id }));
    return true;
  }

  sweep(before: Date): Promise<number> {
    return translatingErrors(() => this.#sweep(before));
  }

  async #sweep(before: Date): Promise<number> {
    const { files, chunks, idBefore } = await this.#open();
    let removed = 0;
    const removeLeft = async (ids: ObjectId[]) => {
      const known = await files.find({ _id: { $in: ids } }, { projection: { _id: 1 } }).toArray();
      const isKnown = new Set(known.map(({ _id }) => _id.toHexString()));
      const left = ids.filter((id) => !isKnown.has(id.toHexString()));
      if (left.length > 0) await chunks.deleteMany({ files_id: { $in: left } });
      removed += left.length;
    };
    let batch: ObjectId[] = [];
    const first = { n: 0, files_id: { $lt: idBefore(before) } };
    for await (const chunk of chunks.find(first, { projection: { files_id: 1 } })) {
      if (batch.push(chunk.files_id) < SWEEP_BATCH) continue;
      await removeLeft(batch);
      batch = [];
    }
    await removeLeft(batch);
    return removed;
  }

  /** The connection belongs to the database manager. */
  async close(): Promise<void> {}

  async #find(key: string): Promise<GridFSFile | null> {
    const { files } = await this.#open();
    return translatingErrors(() => files.findOne({ filename: key }));
  }

  #open(): Promise<Opened> {
    this.#opening ??= translatingErrors(() => this.#prepare()).catch((error: unknown) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  async #prepare(): Promise<Opened> {
    const [db, { GridFSBucket, ObjectId }] = await Promise.all([
      this.connection.db(this.where),
      import('mongodb'),
    ]);
    const files = db.collection<GridFSFile>(`${BUCKET}.files`);
    // A second file of a key is refused.
    await files.createIndex({ filename: 1 }, { unique: true });
    return {
      bucket: new GridFSBucket(db, { bucketName: BUCKET }),
      files,
      chunks: db.collection(`${BUCKET}.chunks`),
      idBefore: (moment) => ObjectId.createFromTime(Math.floor(moment.getTime() / 1_000)),
    };
  }
}

function blobOf({ filename, length, uploadDate }: GridFSFile): StoredBlob {
  return { key: filename, sizeBytes: length, storedAt: uploadDate };
}

function write(upload: GridFSBucketWriteStream, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    upload.write(piece, (error) => (error ? reject(error) : resolve()));
  });
}

async function end(upload: GridFSBucketWriteStream): Promise<void> {
  const finished = once(upload, 'finish');
  upload.end();
  await finished;
}
