import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Entry, ZipFile } from 'yauzl';
import { RefusedFileError } from './refused-file.js';

/** Limits for Office files; real ones are far below. */
const MAX_ENTRIES = 5_000;
const MAX_UNPACKED_BYTES = 500 * 1024 ** 2;
const MAX_RATIO = 200;
const MAX_TYPES_BYTES = 1024 ** 2;

/** Files that are archives themselves, such as the table behind a chart. */
const NESTED =
  /\.(?:docx|xlsx|pptx|dotx|xltx|potx|ppsx|docm|xlsm|xlsb|pptm|dotm|xltm|zip|jar|odt|ods|odp)$/i;
const MAX_NESTED_BYTES = 32 * 1024 ** 2;
const MAX_NESTING = 2;
const STORED = 0;
const DEFLATED = 8;

export interface ZipDirectory {
  names: string[];
  /** `[Content_Types].xml`, empty when there is none. */
  contentTypes: string;
  /** The archives in it, by name. */
  nested: Map<string, ZipDirectory>;
}

/**
 * The directory of a ZIP archive, whose files are unpacked once to see that they can be. Throws a RefusedFileError with the
 * reason when something in it cannot be read: damaged, encrypted, packed in another way, twice under one name, a path
 * outside of the archive, archives within archives within archives, or far more content than files of its size have.
 */
export async function readZipDirectory(content: Buffer, depth = 0): Promise<ZipDirectory> {
  if (depth > MAX_NESTING) throw new RefusedFileError('it has archives nested too deeply');
  const zip = await open(content);
  try {
    return await read(zip, content.length, depth);
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

function read(zip: ZipFile, packedBytes: number, depth: number): Promise<ZipDirectory> {
  return new Promise((resolve, reject) => {
    const found: ZipDirectory = { names: [], contentTypes: '', nested: new Map() };
    const known = new Set<string>();
    let unpacked = 0;
    zip.on('error', reject);
    zip.on('end', () => resolve(found));
    zip.on('entry', (entry: Entry) => {
      const { fileName } = entry;
      const problem = known.has(fileName)
        ? 'it has two files of one name'
        : problemOf(entry, known.size + 1, unpacked + entry.uncompressedSize, packedBytes);
      if (problem) return reject(new RefusedFileError(problem));
      known.add(fileName);
      found.names.push(fileName);
      unpacked += entry.uncompressedSize;
      readEntry(zip, entry, found, depth).then(() => zip.readEntry(), reject);
    });
    zip.readEntry();
  });
}

async function readEntry(
  zip: ZipFile,
  entry: Entry,
  found: ZipDirectory,
  depth: number,
): Promise<void> {
  const { fileName, uncompressedSize } = entry;
  if (fileName === '[Content_Types].xml') {
    if (uncompressedSize > MAX_TYPES_BYTES) {
      throw new RefusedFileError('its list of content types is too large');
    }
    found.contentTypes = (await buffer(await streamOf(zip, entry))).toString();
  } else if (NESTED.test(fileName)) {
    if (uncompressedSize > MAX_NESTED_BYTES) {
      throw new RefusedFileError('an archive in it is too large to be checked');
    }
    const content = await buffer(await streamOf(zip, entry));
    found.nested.set(fileName, await readZipDirectory(content, depth + 1));
  } else if (!fileName.endsWith('/')) {
    // Only whether it can be read: yauzl compares its size with the stated one.
    for await (const _ of await streamOf(zip, entry));
  }
}

function problemOf(entry: Entry, count: number, unpacked: number, packed: number): string | null {
  if (entry.isEncrypted()) return 'it is encrypted';
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    return 'it is packed in a way that is not read';
  }
  if (count > MAX_ENTRIES) return `it contains more than ${MAX_ENTRIES} files`;
  if (unpacked > MAX_UNPACKED_BYTES) return 'it unpacks to more than 500 MB';
  // Small harmless files may compress very well.
  if (unpacked > 10 * 1024 ** 2 && unpacked > packed * MAX_RATIO) {
    return `it unpacks to more than ${MAX_RATIO} times its size`;
  }
  return null;
}

function streamOf(zip: ZipFile, entry: Entry): Promise<Readable> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => {
      if (stream) resolve(stream);
      else reject(error ?? new RefusedFileError('the archive cannot be read'));
    });
  });
}
