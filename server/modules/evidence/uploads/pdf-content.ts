import { inflateSync } from 'node:zlib';
import { RefusedFileError } from './refused-file.js';

/** Real files unpack to far less; a stream that cannot be unpacked counts as its maximum. */
const MAX_UNPACKED_BYTES = 64 * 1024 ** 2;
const MAX_STREAM_BYTES = 16 * 1024 ** 2;
const MAX_DICTIONARY = 2_000;
const REMEDY = 'print it to a plain PDF';

/** Names long enough not to occur in compressed bytes by chance. */
const ACTIVE = /\/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoToE)\b/;
/** The same for objects, which contain no compressed bytes. */
const ACTIVE_OBJECT =
  /\/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoToE|XFA)\b/;

const HASH = '#'.charCodeAt(0);
/** The value of each byte as a hexadecimal digit, -1 for others. */
const HEX_DIGITS = Int8Array.from({ length: 256 }, (_, byte) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(byte).toLowerCase()),
);

/**
 * The name of a PDF's active content, or null. Checks objects, including those in compressed object streams, but not
 * page content, which cannot run. Throws an Error with the reason when the PDF is truncated, has data after its end, or
 * cannot be checked. Takes time linear in the file size.
 */
export function activeContentOf(content: Buffer): string | null {
  const text = content.toString('latin1');
  const end = text.lastIndexOf('%%EOF');
  if (end < 0) throw new RefusedFileError('the PDF is truncated');
  if (!/^[\s\0]*$/.test(text.slice(end + 5))) {
    throw new RefusedFileError(`the PDF has data after its end; ${REMEDY}`);
  }
  const found =
    ACTIVE.exec(plainNames(text)) ?? ACTIVE_OBJECT.exec(plainNames(objectsOf(content, text)));
  return found?.[1] ?? null;
}

/** Decodes names: `/J#61vaScript` is `/JavaScript`. On bytes, as a file may have a million of them. */
function plainNames(text: string): string {
  if (!text.includes('#')) return text;
  const bytes = Buffer.from(text, 'latin1');
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    let byte = bytes[at] as number;
    if (byte === HASH) {
      const [high, low] = [
        HEX_DIGITS[bytes[at + 1] ?? 0] ?? -1,
        HEX_DIGITS[bytes[at + 2] ?? 0] ?? -1,
      ];
      if (high >= 0 && low >= 0) {
        byte = high * 16 + low;
        at += 2;
      }
    }
    bytes[length] = byte;
    length += 1;
  }
  return bytes.toString('latin1', 0, length);
}

/** Everything outside of streams, with object streams unpacked. */
function objectsOf(content: Buffer, text: string): string {
  const isEncrypted = /\/Encrypt\b/.test(text);
  const objects: string[] = [];
  let [outside, remaining] = [0, MAX_UNPACKED_BYTES];
  for (const { index, 0: keyword } of text.matchAll(/\bstream\r?\n/g)) {
    if (index < outside) continue;
    const from = index + keyword.length;
    const end = text.indexOf('endstream', from);
    // Without an end there is no stream, so all of it is checked.
    if (end < 0) break;
    objects.push(text.slice(outside, index));
    const dictionary = text.slice(Math.max(outside, index - MAX_DICTIONARY), index);
    outside = end + 'endstream'.length;
    const isPlainlyPacked = /\/FlateDecode\b/.test(dictionary) && !/ASCII|LZW/.test(dictionary);
    if (isEncrypted || !isPlainlyPacked || !/\/ObjStm\b/.test(dictionary)) continue;
    const unpacked = inflated(content.subarray(from, end));
    remaining -= unpacked?.length ?? MAX_STREAM_BYTES;
    if (remaining < 0)
      throw new RefusedFileError(`the objects of the PDF cannot be checked; ${REMEDY}`);
    if (unpacked) objects.push(unpacked.toString('latin1'));
  }
  objects.push(text.slice(outside));
  return objects.join('\n');
}

/** Null when it is damaged or too large to check. */
function inflated(packed: Buffer): Buffer | null {
  try {
    return inflateSync(packed, { maxOutputLength: MAX_STREAM_BYTES });
  } catch {
    return null;
  }
}
