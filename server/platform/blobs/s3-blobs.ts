import type { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { UnavailableError } from '../errors.js';
import { outage } from '../outages/outage.js';
import { type BlobBackend, BlobMissingError, openedLate, type StoredBlob } from './blob-backend.js';

export interface S3Settings {
  bucket: string;
  /** In front of all keys; empty or ends with a slash. */
  prefix: string;
  region: string;
  /** Null: AWS. */
  endpoint: string | null;
  /** Null: from the environment or the role of the machine, as AWS's own tools find them. */
  credentials: { accessKeyId: string; secretAccessKey: string } | null;
}

/** The least that S3 takes; an upload has two parts in memory. */
const PART_BYTES = 5 * 1024 ** 2;
const PARTS_AT_A_TIME = 2;
const CONNECT_MS = 5_000;
const ANSWER_MS = 60_000;

type Sdk = typeof import('@aws-sdk/client-s3');

/** Blobs as objects of a bucket: AWS S3, or a store that speaks its protocol. */
export class S3Blobs implements BlobBackend {
  readonly kind = 's3';
  readonly where: string;
  #opening: Promise<{ sdk: Sdk; client: S3Client }> | null = null;

  constructor(private readonly settings: S3Settings) {
    this.where = `${settings.bucket}/${settings.prefix}`.replace(/\/$/, '');
  }

  async write(key: string, content: Readable): Promise<void> {
    const { client } = await this.#open();
    const { Upload } = await import('@aws-sdk/lib-storage');
    // A small object is sent at once, a large one in parts: both appear when they are complete.
    const upload = new Upload({
      client,
      params: { ...this.#object(key), Body: content },
      partSize: PART_BYTES,
      queueSize: PARTS_AT_A_TIME,
    });
    // A failing content is the caller's error, a failing store is not.
    let failed: unknown = null;
    content.once('error', (error) => {
      failed = error;
    });
    try {
      await upload.done();
    } catch (error) {
      content.destroy();
      throw failed ?? unavailable(error);
    }
  }

  read(key: string): Readable {
    return openedLate(async () => {
      const { sdk, client } = await this.#open();
      const answer = await orMissing(client.send(new sdk.GetObjectCommand(this.#object(key))));
      if (!answer) throw new BlobMissingError(key);
      return answer.Body as Readable;
    });
  }

  async stat(key: string): Promise<StoredBlob | null> {
    const { sdk, client } = await this.#open();
    const head = await orMissing(client.send(new sdk.HeadObjectCommand(this.#object(key))));
    return head && this.#blobOf({ ...head, Key: this.#object(key).Key, Size: head.ContentLength });
  }

  /** By a copy onto itself: nothing else changes the age of an object. */
  async touch(key: string): Promise<boolean> {
    const { sdk, client } = await this.#open();
    const object = this.#object(key);
    const copy = new sdk.CopyObjectCommand({
      ...object,
      CopySource: `${object.Bucket}/${object.Key}`,
      MetadataDirective: 'REPLACE',
    });
    return (await orMissing(client.send(copy))) !== null;
  }

  async *list(prefix: string): AsyncIterable<StoredBlob> {
    const { sdk, client } = await this.#open();
    const { Bucket, Key } = this.#object(prefix);
    for (let after: string | undefined; ; ) {
      const query = { Bucket, Prefix: Key, ContinuationToken: after };
      const page = await orUnavailable(client.send(new sdk.ListObjectsV2Command(query)));
      for (const object of page.Contents ?? []) yield this.#blobOf(object);
      after = page.NextContinuationToken;
      if (!after) return;
    }
  }

  async remove(key: string): Promise<boolean> {
    // S3 does not report whether there was one.
    const isThere = (await this.stat(key)) !== null;
    const { sdk, client } = await this.#open();
    await orUnavailable(client.send(new sdk.DeleteObjectCommand(this.#object(key))));
    return isThere;
  }

  async sweep(before: Date): Promise<number> {
    const { sdk, client } = await this.#open();
    const { Bucket, Key: Prefix } = this.#object('');
    const query = new sdk.ListMultipartUploadsCommand({ Bucket, Prefix });
    const { Uploads = [] } = await orUnavailable(client.send(query));
    const left = Uploads.filter(({ Initiated }) => Initiated && Initiated < before);
    for (const { Key, UploadId } of left) {
      const abort = new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId });
      await orMissing(client.send(abort));
    }
    return left.length;
  }

  async close(): Promise<void> {
    const opened = await this.#opening?.catch(() => null);
    opened?.client.destroy();
  }

  #object(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.settings.bucket, Key: `${this.settings.prefix}${key}` };
  }

  #blobOf(object: { Key?: string; Size?: number; LastModified?: Date }): StoredBlob {
    return {
      key: (object.Key ?? '').slice(this.settings.prefix.length),
      sizeBytes: object.Size ?? 0,
      storedAt: object.LastModified ?? new Date(),
    };
  }

  /** Loads the SDK at the first use: other installations do not pay for it. */
  #open() {
    this.#opening ??= (async () => {
      const sdk = await import('@aws-sdk/client-s3');
      const { region, endpoint, credentials } = this.settings;
      const client = new sdk.S3Client({
        region,
        ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
        ...(credentials ? { credentials } : {}),
        // Other stores than AWS's do not know its newer checksums.
        requestChecksumCalculation: 'WHEN_REQUIRED',
        responseChecksumValidation: 'WHEN_REQUIRED',
        requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: ANSWER_MS },
      });
      return { sdk, client };
    })();
    return this.#opening;
  }
}

/** Null when there is no such object. */
async function orMissing<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    const { name } = error as Error;
    if (['NoSuchKey', 'NotFound', 'NoSuchUpload'].includes(name)) return null;
    throw unavailable(error);
  }
}

async function orUnavailable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw unavailable(error);
  }
}

function unavailable(error: unknown): UnavailableError {
  const why = error instanceof Error ? error.name : String(error);
  return outage('files', `the object storage does not respond (${why})`, error);
}
