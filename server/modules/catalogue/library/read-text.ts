import type { Readable } from 'node:stream';
import { AppError, InvalidInputError } from '../../../platform/errors.js';
import { LIMITS } from './custom-file.js';

/** The text of a library file. Reads to the end even over the limit, as uploads must be. */
export async function textOf(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes <= LIMITS.fileBytes) chunks.push(buffer);
  }
  if (bytes > LIMITS.fileBytes) {
    const max = LIMITS.fileBytes.toLocaleString('en-US');
    throw new AppError(413, 'too_large', `the file is larger than ${max} bytes`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new InvalidInputError(
      'the file is not UTF-8 text; save it as CSV UTF-8, YAML or JSON',
      {},
      { cause },
    );
  }
}
