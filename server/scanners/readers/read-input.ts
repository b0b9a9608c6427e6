import { PassThrough, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { InvalidInputError } from '../../platform/errors.js';

/** How far a packed report may grow; more is a decompression bomb. */
export const UNPACK_LIMITS = { maxBytes: 4 * 1024 ** 3, maxRatio: 1000, freeBytes: 16 * 1024 ** 2 };

/** The packed data is truncated or damaged; what was unpacked before that is good. */
export class BrokenArchiveError extends Error {}

const isGzip = (bytes: Buffer) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The bytes as Buffers without empty chunks; counts them and stops on the signal. */
export async function* counted(
  input: AsyncIterable<Uint8Array>,
  onProgress?: (bytes: number) => void,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of input) {
    signal?.throwIfAborted();
    if (chunk.byteLength === 0) continue;
    bytes += chunk.byteLength;
    onProgress?.(bytes);
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
}

/** The first `wanted` bytes (fewer if the input is shorter) in one piece, and all bytes as `rest`. */
export async function peek(
  input: AsyncGenerator<Buffer>,
  wanted: number,
): Promise<{ head: Buffer; rest: AsyncGenerator<Buffer> }> {
  const pieces: Buffer[] = [];
  let size = 0;
  let broken: unknown = null;
  while (size < wanted) {
    try {
      const next = await input.next();
      if (next.done) break;
      // A copy: some sources reuse their chunk once asked for the next.
      pieces.push(Buffer.from(next.value));
      size += next.value.length;
    } catch (error) {
      if (!(error instanceof BrokenArchiveError)) throw error;
      broken = error;
      break;
    }
  }
  const head = Buffer.concat(pieces);
  async function* all(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    if (broken) throw broken;
    yield* input;
  }
  return { head, rest: all() };
}

/**
 * Unpacks gzip, passes anything else through. Throws InvalidInputError beyond the limits, and
 * BrokenArchiveError, after the good part, if the packed data is truncated or damaged.
 */
export async function* unpacked(
  input: AsyncGenerator<Buffer>,
  fileName: string,
  limits = UNPACK_LIMITS,
): AsyncGenerator<Buffer> {
  const { head, rest } = await peek(input, 2);
  if (!isGzip(head)) {
    yield* rest;
    return;
  }
  let packed = 0;
  /** Zeros at the end fill a block of a tape or a disk. */
  let isPadding = false;
  let out = 0;
  const source = Readable.from(
    (async function* () {
      for await (const chunk of rest) {
        packed += chunk.length;
        isPadding = chunk.at(-1) === 0;
        yield chunk;
      }
    })(),
  );
  const gunzip = createGunzip();
  // A separate output stream, so that an error does not lose what was unpacked before it.
  const output = new PassThrough();
  let failure: Error | null = null;
  const fail = (error: Error) => {
    failure ??= error;
    output.end();
  };
  source.on('error', fail);
  gunzip.on('error', (error) => fail(new BrokenArchiveError(error.message)));
  source.pipe(gunzip).pipe(output);
  try {
    for await (const chunk of output as AsyncIterable<Buffer>) {
      out += chunk.length;
      if (out > limits.maxBytes || (out > limits.freeBytes && out > packed * limits.maxRatio)) {
        throw new InvalidInputError(
          `${fileName} unpacks to more than ${out} bytes from ${packed}: refused as a decompression bomb`,
        );
      }
      yield chunk;
    }
    if (failure) throw failure;
    // zlib passes over what follows the archive, unless that is another one.
    if (gunzip.bytesWritten < packed && !isPadding) {
      throw new BrokenArchiveError('data behind its end was not read');
    }
  } finally {
    source.destroy();
    gunzip.destroy();
    output.destroy();
  }
}
