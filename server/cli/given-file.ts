import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { InvalidInputError } from '../platform/errors.js';
import type { Io } from './io.js';

export interface GivenFile {
  fileName: string;
  stream: Readable;
}

/** The file that a command was given, to be read. Says in a sentence when it is not there or is none. */
export async function givenFile(io: Io, path: string): Promise<GivenFile> {
  const found = await stat(io.path(path)).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'there is no such file' : cause.message;
    throw new InvalidInputError(`${path}: ${why}`, {}, { cause });
  });
  if (found.isDirectory()) throw new InvalidInputError(`${path}: is a folder, not a file`);
  return { fileName: basename(path), stream: createReadStream(io.path(path)) };
}
