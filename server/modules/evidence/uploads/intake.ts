import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BlobStore } from '../../../platform/blobs/blob-store.js';
import type { NewId } from '../../../platform/clock.js';
import { withWorkFile } from '../../../platform/data-folder/work-file.js';
import { AppError } from '../../../platform/errors.js';
import type { Upload } from '../../../platform/http/http-api.js';
import type { Parsing } from '../../../platform/parsing/parsing.js';
import { sha256Of } from '../packages/canonical-json.js';
import { evidenceFile, type Sniffed, safeName } from './sniff.js';

export interface TakenIn extends Sniffed {
  /** SHA-256 of the upload, before masking. */
  contentKey: string;
  /** SHA-256 of the stored content. */
  sha256: string;
  sizeBytes: number;
  fileName: string;
}

/** Receives a file: limits its size, detects its type, masks secrets and stores it by hash. Rejected files leave nothing. */
export class Intake {
  constructor(
    private readonly deps: { blobs: BlobStore; parsing: Parsing; folder: string; newId: NewId },
  ) {}

  async take(
    upload: Pick<Upload, 'fileName' | 'stream' | 'signal'>,
    maxBytes: number,
  ): Promise<TakenIn> {
    const { folder, newId, blobs, parsing } = this.deps;
    const { fileName } = upload;
    return withWorkFile(folder, newId('upload'), async (path) => {
      await pipeline(upload.stream, atMost(maxBytes), createWriteStream(path, { mode: 0o600 }));
      const read = await parsing.run(evidenceFile, { path, fileName }, upload);
      const { sniffed, masked } = read;
      const content = await readFile(path);
      const kept = masked ?? content;
      const sha256 = sha256Of(kept);
      await blobs.put(sha256, Readable.from([kept]));
      return {
        ...sniffed,
        contentKey: sha256Of(content),
        sha256,
        sizeBytes: kept.length,
        fileName: safeName(fileName, sniffed.extension),
      };
    });
  }

  /** Opens stored content; null when it is missing. */
  async open(sha256: string): Promise<Readable | null> {
    const { blobs } = this.deps;
    return (await blobs.has(sha256)) ? blobs.open(sha256) : null;
  }

  /** Stores generated content. */
  async keep(content: string): Promise<{ sha256: string; sizeBytes: number }> {
    const bytes = Buffer.from(content);
    const sha256 = sha256Of(bytes);
    await this.deps.blobs.put(sha256, Readable.from([bytes]));
    return { sha256, sizeBytes: bytes.length };
  }
}

function atMost(maxBytes: number): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size <= maxBytes) return done(null, chunk);
      const megabytes = Math.round(maxBytes / 1024 ** 2);
      const message = `the file is larger than ${megabytes} MB, the team's limit for evidence`;
      done(new AppError(413, 'too_large', message));
    },
  });
}
