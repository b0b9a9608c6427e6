import { text } from 'node:stream/consumers';
import yauzl, { type Entry, type ZipFile } from 'yauzl';

/** What an Office file may hold; real ones are far below. */
const MOST_ENTRIES = 5_000;
const MOST_UNPACKED_BYTES = 500 * 1024 ** 2;
const HIGHEST_RATIO = 200;
const MOST_TYPES_BYTES = 1024 ** 2;

export interface ZipDirectory {
  names: string[];
  /** `[Content_Types].xml`, empty when there is none. */
  contentTypes: string;
}

/**
 * The directory of a ZIP archive, read without unpacking its files. Throws an Error that says what is wrong:
 * damaged, encrypted, a name that leads out of the archive, or more inside than an honest file of its size has.
 */
export async function readZipDirectory(content: Buffer): Promise<ZipDirectory> {
  const zip = await open(content);
  try {
    return await read(zip, content.length);
  } finally {
    zip.close();
  }
}

function open(content: Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    // Strict names: what leads out of the archive is an error, not a file.
    yauzl.fromBuffer(content, { lazyEntries: true, strictFileNames: true }, (error, zip) =>
      zip ? resolve(zip) : reject(error ?? new Error('the archive cannot be read')),
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
        reject(new Error(problem));
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
  if (count > MOST_ENTRIES) return `it holds more than ${MOST_ENTRIES} files`;
  if (unpacked > MOST_UNPACKED_BYTES) return 'it unpacks to more than 500 MB';
  // Small files may compress very well without meaning harm.
  if (unpacked > 10 * 1024 ** 2 && unpacked > packed * HIGHEST_RATIO) {
    return `it unpacks to more than ${HIGHEST_RATIO} times its size`;
  }
  return null;
}

/** yauzl fails when an entry unpacks to more than it says. */
function contentOf(zip: ZipFile, entry: Entry): Promise<string> {
  if (entry.uncompressedSize > MOST_TYPES_BYTES) {
    return Promise.reject(new Error('its list of content types is too large'));
  }
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (stream) text(stream).then(resolve, reject);
      else reject(error ?? new Error('the archive cannot be read'));
    });
  });
}
