import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { canonicalJson } from './canonical-json.js';

export interface PackageFile {
  path: string;
  mediaType: string;
  evidenceId?: string;
  sha256: string;
  sizeBytes: number;
  open: () => Readable | Buffer;
}

export const MANIFEST = 'manifest.json';
export const SUMS = 'SHA256SUMS';

/** The same time in every entry; a DOS time has no time zone. */
function options() {
  const mtime = new Date(2000, 0, 1, 0, 0, 0);
  return { mtime, mode: 0o100644, forceDosTimestamp: true, compress: true };
}

/**
 * Streams a ZIP whose bytes depend on its files only: entries are sorted, times fixed. The manifest has `about` and the
 * list of files; SHA256SUMS lists every file except itself, in the format of `sha256sum -c`.
 */
export async function writeZip(
  files: readonly PackageFile[],
  about: Record<string, unknown>,
  target: NodeJS.WritableStream,
  onFile: (done: number) => void = () => {},
): Promise<{ files: number }> {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const listed = sorted.map(({ open: _, ...file }) => ({ ...file }));
  const manifest = Buffer.from(canonicalJson({ ...about, files: listed }));
  const sums = [...listed, { path: MANIFEST, sha256: sha256(manifest) }]
    .map(({ path, sha256: hash }) => `${hash}  ${path}\n`)
    .sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1))
    .join('');
  const { default: yazl } = await import('yazl');
  const zip = new yazl.ZipFile();
  const written = pipeline(zip.outputStream, target);
  zip.addBuffer(Buffer.from(sums), SUMS, options());
  zip.addBuffer(manifest, MANIFEST, options());
  let done = 0;
  // One after the other, as each waiting stream keeps a file open.
  const addAll = async () => {
    for (const { path, open } of sorted) {
      const content = open();
      if (Buffer.isBuffer(content)) zip.addBuffer(content, path, options());
      else {
        const ended = finished(content);
        zip.addReadStream(content, path, options());
        await ended;
      }
      done += 1;
      onFile(done);
    }
    zip.end();
  };
  try {
    await Promise.all([addAll(), written]);
  } catch (error) {
    (zip.outputStream as Readable).destroy();
    throw error;
  }
  return { files: sorted.length + 2 };
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
