import { text } from 'node:stream/consumers';
import type { Entry, ZipFile } from 'yauzl';
import { RefusedFileError } from './refused-file.js';

/** Limits for Office files; real ones are far below. */
const MAX_ENTRIES = 5_000;
const MAX_UNPACKED_BYTES = 500 * 1024 ** 2;
const MAX_RATIO = 200;
const MAX_TYPES_BYTES = 1024 ** 2;

export interface ZipDirectory {
  names: string[];
  /** `[Content_Types].xml`, empty when there is none. */
  contentTypes: string;
}

/**
 * The directory of a ZIP archive, read without unpacking its files. Throws an Error with the reason: damaged,
 * encrypted, a path outside of the archive, or far more content than files of its size have.
 */
export async function readZipDirectory(content: Buffer): Promise<ZipDirectory> {
  const zip = await open(content);
  try {
    return await read(zip, content.length);
  } finally {
    zip.close();
  }
}

async function open(content: Buffer): Promise<ZipFile> {
  const { default: yauzl } = await import('yauzl');
  return new Promise((resolve, reject) => {
    // Strict names: a path outside of the archive is an error.
    yauzl.fromBuffer(content, { lazyEntries: true, strictFileNames: true }, (error, zip) =>
      zip ? resolve(zip) : reject(error ?? new RefusedFileError('the archive cannot be read')),
    );
  });
}

function read(zip: ZipFile, packedBytes: number): Promise<ZipDirectory> {
  return new Promise((resolve, reject) => {
    const names: string[] = [];
    let contentTypes = '';
    let unpacked = 0;
    zip.on('error', reject);
    zip.on('end', () => resolve({ names, contentTypes }));
    zip.on('entry', (entry: Entry) => {
      names.push(entry.fileName);
      unpacked += entry.uncompressedSize;
      const problem = problemOf(entry, names.length, unpacked, packedBytes);
      if (problem) {
        reject(new RefusedFileError(problem));
        return;
      }
      if (entry.fileName !== '[Content_Types].xml') {
        zip.readEntry();
        return;
      }
      contentOf(zip, entry).then((found) => {
        contentTypes = found;
        zip.readEntry();
      }, reject);
    });
    zip.readEntry();
  });
}

function problemOf(entry: Entry, count: number, unpacked: number, packed: number): string | null {
  if (entry.isEncrypted()) return 'it is encrypted';
  if (count > MAX_ENTRIES) return `it contains more than ${MAX_ENTRIES} files`;
  if (unpacked > MAX_UNPACKED_BYTES) return 'it unpacks to more than 500 MB';
  // Small harmless files may compress very well.
  if (unpacked > 10 * 1024 ** 2 && unpacked > packed * MAX_RATIO) {
    return `it unpacks to more than ${MAX_RATIO} times its size`;
  }
  return null;
}

/** yauzl fails when an entry unpacks to more than its stated size. */
function contentOf(zip: ZipFile, entry: Entry): Promise<string> {
  if (entry.uncompressedSize > MAX_TYPES_BYTES) {
    return Promise.reject(new RefusedFileError('its list of content types is too large'));
  }
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (stream) text(stream).then(resolve, reject);
      else reject(error ?? new RefusedFileError('the archive cannot be read'));
    });
  });
}
