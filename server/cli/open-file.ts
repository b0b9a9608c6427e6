import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { InvalidInputError } from '../platform/errors.js';
import { maskFileName } from '../scanners/secrets/file-name.js';
import type { Io } from './io.js';

export interface OpenedFile {
  fileName: string;
  stream: Readable;
}

/** Opens a file given on the command line. Throws one plain sentence when it is missing or a folder. */
export async function openFile(io: Io, path: string): Promise<OpenedFile> {
  const found = await stat(io.path(path)).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'ENOENT' ? 'there is no such file' : cause.message;
    throw new InvalidInputError(`${path}: ${why}`, {}, { cause });
  });
  if (found.isDirectory()) throw new InvalidInputError(`${path}: is a folder, not a file`);
  return { fileName: maskFileName(basename(path)), stream: createReadStream(io.path(path)) };
}
