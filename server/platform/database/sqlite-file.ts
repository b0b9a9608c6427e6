import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { UnavailableError } from '../errors.js';

const MAGIC = 'SQLite format 3\0';
const HEADER_BYTES = 100;

/**
 * Whether a database file has content, without opening it as a database, which would create or change it. Throws
 * UnavailableError for a damaged or unreadable one.
 */
export async function hasContent(path: string): Promise<boolean> {
  const header = Buffer.alloc(HEADER_BYTES);
  const size = await sizeAndHeader(path, header);
  if (size === 0) return false;
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) throw damaged(path, 'it is not one');
  // Pages may still be in the log.
  const walSize = await stat(`${path}-wal`).then(
    ({ size: bytes }) => bytes,
    () => 0,
  );
  const pageSize = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
  const pages = header.readUInt32BE(24) === header.readUInt32BE(92) ? header.readUInt32BE(28) : 0;
  // A table takes a second page.
  if (walSize === 0 && size >= pageSize && pages === 1) return false;
  if (walSize === 0 && size < pages * pageSize) throw damaged(path, 'its end is missing');
  return true;
}

async function sizeAndHeader(path: string, header: Buffer): Promise<number> {
  try {
    const file = await open(path, 'r');
    try {
      await file.read(header, 0, HEADER_BYTES, 0);
      return (await file.stat()).size;
    } finally {
      await file.close();
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    throw new UnavailableError(
      `the database file ${basename(path)} in DATA_DIR cannot be read: ${code}`,
      {},
      { cause },
    );
  }
}

function damaged(path: string, why: string): UnavailableError {
  return new UnavailableError(
    `the database file ${basename(path)} in DATA_DIR is damaged (${why}); nothing is written to it: restore it from a backup, without its -wal and -shm files`,
    { damaged: true },
  );
}
