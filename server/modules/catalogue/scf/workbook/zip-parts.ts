import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Entry, ZipFile } from 'yauzl';
import { InvalidInputError } from '../../../../platform/errors.js';
import { parserProblem } from '../../../../platform/parsing/parser-error.js';
import { asUnreadable } from '../../../../platform/parsing/unreadable.js';
import type { WorkbookLimits } from './workbook-limits.js';

/** The parts of a ZIP file, by name. Nothing is unpacked before it is read, and declared sizes are not trusted. */
export class ZipParts {
  #unpacked = 0;

  private constructor(
    private readonly zip: ZipFile,
    private readonly entries: ReadonlyMap<string, Entry>,
    private readonly limits: WorkbookLimits,
  ) {}

  /** Throws InvalidInputError when the file is not a ZIP or is larger than the limits allow. */
  static async open(path: string, limits: WorkbookLimits): Promise<ZipParts> {
    const { size } = await stat(path);
    if (size > limits.fileBytes) {
      throw new InvalidInputError(
        `the file has ${size.toLocaleString('en-US')} bytes; a workbook may have ${limits.fileBytes.toLocaleString('en-US')}`,
      );
    }
    await refuseOldFormat(path);
    const zip = await openZip(path);
    try {
      return new ZipParts(zip, await listEntries(zip, limits), limits);
    } catch (error) {
      zip.close();
      throw error;
    }
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** The part's content. Throws when it is missing, encrypted, or larger than allowed when unpacked. */
  async *read(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(name);
    if (!entry) throw new InvalidInputError(`this workbook has no part ${shown(name)}`);
    this.#admit(entry);
    const stream = await new Promise<Readable>((resolve, reject) => {
      this.zip.openReadStream(entry, (error, readable) =>
        error ? reject(unreadable(error)) : resolve(readable),
      );
    });
    try {
      for await (const chunk of stream) yield chunk;
    } catch (error) {
      throw unreadable(error);
    } finally {
      stream.destroy();
    }
  }

  close(): void {
    this.zip.close();
  }

  #admit(entry: Entry): void {
    const { fileName, compressedSize, uncompressedSize } = entry;
    if (entry.isEncrypted()) {
      throw new InvalidInputError('the workbook is encrypted; save it without a password');
    }
    const { ratio, ratioFromBytes, unpackedBytes } = this.limits;
    // yauzl ends the stream when it exceeds the declared size, so the declared size can be checked.
    if (uncompressedSize > ratioFromBytes && uncompressedSize > compressedSize * ratio) {
      throw new InvalidInputError(
        `${shown(fileName)} unpacks to more than ${ratio} times its size; it is not read`,
      );
    }
    this.#unpacked += uncompressedSize;
    if (this.#unpacked > unpackedBytes) {
      throw new InvalidInputError(
        `the workbook unpacks to more than ${unpackedBytes.toLocaleString('en-US')} bytes`,
      );
    }
  }
}

/** A workbook with a password, and one of Excel 97, are files of another kind. */
async function refuseOldFormat(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4);
    if (buffer.readUInt32BE() !== 0xd0cf11e0) return;
  } finally {
    await file.close();
  }
  throw new InvalidInputError(
    'this workbook has a password or is of the old format (.xls); save it as .xlsx without a password',
  );
}

async function openZip(path: string): Promise<ZipFile> {
  const { default: yauzl } = await import('yauzl');
  return new Promise((resolve, reject) => {
    const options = { lazyEntries: true, autoClose: false, validateEntrySizes: true };
    yauzl.open(path, options, (error, zip) => (error ? reject(unreadable(error)) : resolve(zip)));
  });
}

function listEntries(zip: ZipFile, limits: WorkbookLimits): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  return new Promise((resolve, reject) => {
    zip.on('error', (error) => reject(unreadable(error)));
    zip.on('end', () => resolve(entries));
    zip.on('entry', (entry: Entry) => {
      if (entries.has(entry.fileName)) {
        reject(new InvalidInputError(`the archive has two parts named ${shown(entry.fileName)}`));
      } else if (entries.size >= limits.parts) {
        reject(new InvalidInputError(`the archive has more than ${limits.parts} parts`));
      } else {
        entries.set(entry.fileName, entry);
        zip.readEntry();
      }
    });
    zip.readEntry();
  });
}

function unreadable(cause: unknown): unknown {
  const problem = parserProblem(cause);
  if (!problem) return asUnreadable(cause);
  return new InvalidInputError(
    `this is not an Excel workbook (.xlsx), or it is broken: it ${problem.message}`,
  );
}

/** A name from the file, safe to display. */
function shown(name: string): string {
  return name.replace(/[^\w ./()[\],:-]/g, '?').slice(0, 120);
}
