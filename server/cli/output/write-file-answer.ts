import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FileAnswer } from '../../platform/http/file-answer.js';
import type { Shell } from '../shell.js';

/** Writes to standard output or to a new file, which is removed if writing fails. */
export async function writeFileAnswer(
  { io }: Shell,
  { content }: FileAnswer,
  path?: string,
): Promise<void> {
  const source = Readable.from(content, { objectMode: false });
  if (path === undefined) {
    await pipeline(source, io.stdout, { end: false }).catch((error: unknown) => {
      // A closed reader is not an error.
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    });
    return;
  }
  const target = io.path(path);
  const file = createWriteStream(target, { flags: 'wx', mode: 0o600 });
  try {
    await pipeline(source, file);
  } catch (error) {
    // Never remove a file that existed before.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(target, { force: true });
    throw error;
  }
}
