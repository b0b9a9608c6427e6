import { createHash, type Hash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { InvalidInputError } from '../../../platform/errors.js';
import { parserProblem } from '../../../platform/parsing/parser-error.js';
import { MANIFEST, SUMS } from './build-zip.js';

export interface Verification {
  files: number;
  /** One sentence each; empty when the package is unchanged. */
  problems: string[];
}

const MAX_LIST_BYTES = 64 * 1024 ** 2;
/** Differs from every hash, so a file that cannot be unpacked counts as changed. */
const UNREADABLE = 'unreadable';

/** Compares every file of a package with SHA256SUMS and the manifest. Throws InvalidInputError when it is not a package. */
export async function verifyPackage(path: string): Promise<Verification> {
  const zip = await open(path);
  const problems: string[] = [];
  const hashes = new Map<string, string>();
  const texts = new Map<string, string>();
  try {
    for await (const entry of entriesOf(zip)) {
      const name = entry.fileName;
      if (hashes.has(name)) problems.push(`${name} occurs twice`);
      const hash = createHash('sha256');
      if (name === SUMS || name === MANIFEST) {
        if (entry.uncompressedSize > MAX_LIST_BYTES)
          throw notAPackage(path, `${name} is too large`);
        const content = await text(await streamOf(zip, entry));
        texts.set(name, content);
        hash.update(content);
      } else if (!(await isRead(zip, entry, hash))) {
        hashes.set(name, UNREADABLE);
        continue;
      }
      hashes.set(name, hash.digest('hex'));
    }
  } catch (error) {
    if (error instanceof InvalidInputError) throw error;
    throw notAPackage(path, reasonOf(error));
  } finally {
    zip.close();
  }
  const [sums, manifest] = [texts.get(SUMS), texts.get(MANIFEST)];
  if (sums === undefined || manifest === undefined) {
    throw notAPackage(path, `it has no ${sums === undefined ? SUMS : MANIFEST}`);
  }
  const listed = new Map(
    sums
      .split('\n')
      .filter(Boolean)
      .map((row) => [row.slice(66), row.slice(0, 64)]),
  );
  for (const [name, hash] of listed) {
    const found = hashes.get(name);
    if (found === undefined) problems.push(`${name} is missing`);
    else if (found !== hash) problems.push(`${name} was changed`);
  }
  for (const name of hashes.keys()) {
    if (name !== SUMS && !listed.has(name)) problems.push(`${name} is not in ${SUMS}`);
  }
  problems.push(...manifestProblems(manifest, hashes));
  return { files: hashes.size, problems: [...new Set(problems)] };
}

function manifestProblems(manifest: string, hashes: ReadonlyMap<string, string>): string[] {
  let files: unknown;
  try {
    files = JSON.parse(manifest).files;
  } catch {
    return [`${MANIFEST} is not JSON`];
  }
  if (!Array.isArray(files)) return [`${MANIFEST} lists no files`];
  const known = new Set([SUMS, MANIFEST]);
  const wrong = files.flatMap((file: { path?: unknown; sha256?: unknown }) => {
    known.add(String(file?.path));
    return hashes.get(String(file?.path)) === file?.sha256
      ? []
      : [`${String(file?.path)} does not match ${MANIFEST}`];
  });
  const extra = [...hashes.keys()].filter((name) => !known.has(name));
  return [...wrong, ...extra.map((name) => `${name} is not in ${MANIFEST}`)];
}

function open(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(
      path,
      { lazyEntries: true, strictFileNames: true, autoClose: false },
      (error, zip) => (zip ? resolve(zip) : reject(notAPackage(path, reasonOf(error)))),
    );
  });
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  while (true) {
    const entry = await new Promise<Entry | null>((resolve, reject) => {
      const settle = (then: () => void) => {
        zip.off('entry', onEntry).off('end', onEnd).off('error', onError);
        then();
      };
      const onEntry = (one: Entry) => settle(() => resolve(one));
      const onEnd = () => settle(() => resolve(null));
      const onError = (error: Error) => settle(() => reject(error));
      zip.on('entry', onEntry).on('end', onEnd).on('error', onError);
      zip.readEntry();
    });
    if (!entry) return;
    yield entry;
  }
}

/** A single changed byte can make a file impossible to unpack. */
async function isRead(zip: ZipFile, entry: Entry, into: Hash): Promise<boolean> {
  try {
    await pipeline(await streamOf(zip, entry), into);
    return true;
  } catch {
    return false;
  }
}

function streamOf(zip: ZipFile, entry: Entry) {
  return new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (stream ? resolve(stream) : reject(error)));
  });
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT'
    ? 'no such file'
    : `it ${parserProblem(error)?.message ?? 'cannot be read'}`;
}

function notAPackage(path: string, why: string): InvalidInputError {
  return new InvalidInputError(`${path}: not an evidence package: ${why}`);
}
