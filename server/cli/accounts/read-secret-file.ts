import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Io } from '../io.js';
import { usageError } from '../usage-error.js';

const MOST_BYTES = 500_000;

/** A file with secrets, `-` for standard input. What is wrong with it is told without its content. */
export async function readSecretFile(io: Io, path: string, what: string): Promise<string> {
  const content = await (path === '-' ? text(io.stdin) : readFile(io.path(path), 'utf8')).catch(
    (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? 'there is no such file' : error.message;
      throw usageError(`${what} ${path}: ${why}`, error);
    },
  );
  if (content.length > MOST_BYTES) throw usageError(`${what} ${path}: it is too large to be one`);
  if (content.trim() === '') throw usageError(`${what} ${path}: it is empty`);
  return content;
}
