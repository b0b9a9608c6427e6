import { inflateSync } from 'node:zlib';
import { RefusedFileError } from './refused-file.js';

/** Of one object stream, and of all of them; real files unpack to far less. */
const MAX_STREAM_BYTES = 16 * 1024 ** 2;
const MAX_UNPACKED_BYTES = 64 * 1024 ** 2;
const REMEDY = 'print it to a plain PDF';

/** Names long enough not to occur in compressed bytes by chance. */
const ACTIVE = /\/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoToE|XFA)\b/;
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
 * page content, which cannot run. Throws a RefusedFileError with the reason when the PDF is truncated, has data after its
 * end, is encrypted, or has objects that cannot be read: unread is not clean. Takes time linear in the file size.
 */
export function activeContentOf(content: Buffer): string | null {
  const text = content.toString('latin1');
  const end = text.lastIndexOf('%%EOF');
  if (end < 0) throw new RefusedFileError('the PDF is truncated');
  if (!/^[\s\0]*$/.test(text.slice(end + 5))) {
    throw new RefusedFileError(`the PDF has data after its end; ${REMEDY}`);
  }
  const names = plainNames(text);
  if (/\/Encrypt\b/.test(names)) {
    throw new RefusedFileError('the PDF is encrypted; save it without a password');
  }
  const found = ACTIVE.exec(names) ?? ACTIVE_OBJECT.exec(plainNames(objectsOf(content, text)));
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
  const objects: string[] = [];
  let [outside, remaining] = [0, MAX_UNPACKED_BYTES];
  for (const { index, 0: keyword } of text.matchAll(/\bstream(?:\r\n|\n|\r)/g)) {
    if (index < outside) continue;
    // All objects since the last stream, so that no padding separates the stream from its dictionary.
    const before = text.slice(outside, index);
    const dictionary = plainNames(before);
    const isOfObjects = /\/ObjStm\b/.test(dictionary);
    const from = index + keyword.length;
    const end = text.indexOf('endstream', from);
    if (end < 0) {
      if (isOfObjects) throw unread('an object stream has no end');
      // Without an end there is no stream, so all of it is checked.
      break;
    }
    objects.push(before);
    outside = end + 'endstream'.length;
    if (!isOfObjects) continue;
    const unpacked = unpackedObjects(content.subarray(from, end), dictionary);
    remaining -= unpacked.length;
    if (remaining < 0) throw unread('its object streams unpack to too much');
    objects.push(unpacked.toString('latin1'));
  }
  objects.push(text.slice(outside));
  return objects.join('\n');
}

/** An object stream as its dictionary says that it is packed: plainly, or not at all. */
function unpackedObjects(packed: Buffer, dictionary: string): Buffer {
  const filters = dictionary.match(/\/(?:[A-Za-z0-9]+Decode|Crypt)\b/g) ?? [];
  if (
    filters.some((filter) => filter !== '/FlateDecode') ||
    /\/Predictor\s+[2-9]|\/Predictor\s+1\d/.test(dictionary)
  ) {
    throw unread('an object stream is packed in a way that is not read');
  }
  if (filters.length === 0) return packed;
  try {
    return inflateSync(packed, { maxOutputLength: MAX_STREAM_BYTES });
  } catch (error) {
    const isTooLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw unread(
      isTooLarge ? 'an object stream unpacks to too much' : 'an object stream is damaged',
    );
  }
}

const unread = (why: string) =>
  new RefusedFileError(`the objects of the PDF cannot be checked: ${why}; ${REMEDY}`);
