import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Io } from '../io.js';
import { usageError } from '../usage-error.js';

const MAX_BYTES = 500_000;

/** Reads a file with secrets; `-` is standard input. Errors never quote the content. */
export async function readSecretFile(io: Io, path: string, what: string): Promise<string> {
  const content = await (path === '-' ? text(io.stdin) : readFile(io.path(path), 'utf8')).catch(
    (error: NodeJS.ErrnoException) => {
      const why = error.code === 'ENOENT' ? 'there is no such file' : error.message;
      throw usageError(`${what} ${path}: ${why}`, error);
    },
  );
  if (content.length > MAX_BYTES)
    throw usageError(`${what} ${path}: too large for a credentials file`);
  if (content.trim() === '') throw usageError(`${what} ${path}: the file is empty`);
  return content;
}
