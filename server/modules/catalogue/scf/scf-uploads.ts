import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { NewId } from '../../../platform/clock.js';
import type { Upload } from '../../../platform/http/http-api.js';
import { WORKBOOK_LIMITS } from './workbook/workbook-limits.js';

/** An uploaded workbook as a temporary file: a ZIP is read from its end. */
export async function withUploadedFile<T>(
  { folder, newId }: { folder: string; newId: NewId },
  upload: Upload,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const path = join(folder, `${newId('scf')}.xlsx`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    await pipeline(upload.stream, bounded, createWriteStream(path, { mode: 0o600 }));
    return await work(path);
  } finally {
    await rm(path, { force: true });
  }
}

/** Ends soon after the limit: a larger file is rejected by its size without storing all of it. */
async function* bounded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    if (bytes <= WORKBOOK_LIMITS.fileBytes) yield chunk;
    bytes += chunk.byteLength;
  }
}
