import { inflateSync } from 'node:zlib';

/** What the object streams of honest files unpack to is far below; what cannot be unpacked counts as a share of it. */
const MOST_UNPACKED_BYTES = 64 * 1024 ** 2;
const MOST_OF_ONE_BYTES = 16 * 1024 ** 2;
const LONGEST_DICTIONARY = 2_000;
const REMEDY = 'print it to a plain PDF';

/** Names long enough to be no accident of compressed bytes. */
const ACTIVE = /\/(JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoToE)\b/;
/** The same of objects, where there are no such bytes. */
const ACTIVE_OBJECT =
  /\/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoToE|XFA)\b/;

/**
 * What a PDF does beside being read, as the name that says it, or null. Objects are looked at also where they are
 * packed into object streams; the content of pages is not, as it can do nothing. Throws an Error that says what is
 * wrong when it is cut off, has something behind its end, or cannot be looked into. Takes as long as the file is.
 */
export function activeContentOf(content: Buffer): string | null {
  const text = content.toString('latin1');
  const end = text.lastIndexOf('%%EOF');
  if (end < 0) throw new Error('the PDF is cut off');
  if (!/^[\s\0]*$/.test(text.slice(end + 5))) {
    throw new Error(`the PDF has something behind its end; ${REMEDY}`);
  }
  const found =
    ACTIVE.exec(plainNames(text)) ?? ACTIVE_OBJECT.exec(plainNames(objectsOf(content, text)));
  return found?.[1] ?? null;
}

/** `/J#61vaScript` is a way to write `/JavaScript`. */
function plainNames(text: string): string {
  return text.replace(/#([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** All that is not the content of a stream, with the streams of objects unpacked. */
function objectsOf(content: Buffer, text: string): string {
  const isEncrypted = /\/Encrypt\b/.test(text);
  const objects: string[] = [];
  let [outside, room] = [0, MOST_UNPACKED_BYTES];
  for (const { index, 0: keyword } of text.matchAll(/\bstream\r?\n/g)) {
    if (index < outside) continue;
    const from = index + keyword.length;
    const end = text.indexOf('endstream', from);
    // Without an end there is no stream: all of it is looked at.
    if (end < 0) break;
    objects.push(text.slice(outside, index));
    const dictionary = text.slice(Math.max(outside, index - LONGEST_DICTIONARY), index);
    outside = end + 'endstream'.length;
    const isPlainlyPacked = /\/FlateDecode\b/.test(dictionary) && !/ASCII|LZW/.test(dictionary);
    if (isEncrypted || !isPlainlyPacked || !/\/ObjStm\b/.test(dictionary)) continue;
    const unpacked = inflated(content.subarray(from, end));
    room -= unpacked?.length ?? MOST_OF_ONE_BYTES;
    if (room < 0) throw new Error(`the objects of the PDF cannot be looked into; ${REMEDY}`);
    if (unpacked) objects.push(unpacked.toString('latin1'));
  }
  objects.push(text.slice(outside));
  return objects.join('\n');
}

/** Null: it is damaged, or more than can be looked at. */
function inflated(packed: Buffer): Buffer | null {
  try {
    return inflateSync(packed, { maxOutputLength: MOST_OF_ONE_BYTES });
  } catch {
    return null;
  }
}
