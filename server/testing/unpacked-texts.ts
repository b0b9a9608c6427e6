import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import yauzl from 'yauzl';
import { pdfText } from './pdf-text.js';

/** Every text in a file: as it is, decompressed, of each entry of an archive, of the pages of a PDF. */
export async function unpackedTexts(bytes: Buffer): Promise<string[]> {
  const raw = bytes.toString('latin1');
  if (raw.startsWith('\x1f\x8b')) return unpackedTexts(gunzipSync(bytes));
  if (raw.startsWith('PK\x03\x04')) return [raw, ...(await entriesOf(bytes))];
  return raw.startsWith('%PDF') ? [raw, pdfText(bytes)] : [raw];
}

async function entriesOf(bytes: Buffer): Promise<string[]> {
  const zip = await yauzl.fromBufferPromise(bytes);
  const texts: string[] = [];
  for await (const entry of zip.eachEntry()) {
    const content = await buffer(await zip.openReadStreamPromise(entry));
    texts.push(entry.fileName, ...(await unpackedTexts(content)));
  }
  return texts;
}
