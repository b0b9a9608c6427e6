import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { NewId } from '../../../platform/clock.js';
import { withWorkFile } from '../../../platform/data-folder/work-file.js';
import type { Upload } from '../../../platform/http/http-api.js';
import { WORKBOOK_LIMITS } from './workbook/workbook-limits.js';

/** An uploaded workbook as a temporary file: a ZIP is read from its end. */
export async function withUploadedFile<T>(
  { folder, newId }: { folder: string; newId: NewId },
  upload: Upload,
  work: (path: string) => Promise<T>,
): Promise<T> {
  return withWorkFile(folder, `${newId('scf')}.xlsx`, async (path) => {
    await pipeline(upload.stream, bounded, createWriteStream(path, { mode: 0o600 }));
    return work(path);
  });
}

/** Ends soon after the limit: a larger file is rejected by its size without storing all of it. */
async function* bounded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    if (bytes <= WORKBOOK_LIMITS.fileBytes) yield chunk;
    bytes += chunk.byteLength;
  }
}
