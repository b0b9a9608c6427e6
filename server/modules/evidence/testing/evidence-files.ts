import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import yauzl from 'yauzl';
import yazl from 'yazl';

/** A ZIP of these files. */
export async function aZip(files: Record<string, string | Buffer>): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  return buffer(zip.outputStream);
}

const TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>';

/** A Word document, with these additional files. */
export function aDocx(more: Record<string, string | Buffer> = {}): Promise<Buffer> {
  return aZip({ '[Content_Types].xml': TYPES, 'word/document.xml': '<w:document/>', ...more });
}

export async function aPdf(text: string): Promise<Buffer> {
  const document = new PDFDocument();
  document.text(text);
  document.end();
  return buffer(document);
}

/** The smallest image of one pixel. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

/** A form with one file. */
export function bytesForm(content: Uint8Array | string, name: string): FormData {
  const form = new FormData();
  const bytes = typeof content === 'string' ? content : new Uint8Array(content);
  form.append('file', new Blob([bytes]), name);
  return form;
}

/** The files of a ZIP by name, decoded as Latin-1 so that each byte is a character. */
export function textsOf(path: string): Promise<Map<string, string>> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true }, (error, zip) => {
      if (!zip) return reject(error);
      const found = new Map<string, string>();
      zip.on('error', reject);
      zip.on('end', () => resolve(found));
      zip.on('entry', (entry) => {
        zip.openReadStream(entry, (problem, stream) => {
          if (!stream) return reject(problem);
          buffer(stream).then((content) => {
            found.set(entry.fileName, content.toString('latin1'));
            zip.readEntry();
          }, reject);
        });
      });
      zip.readEntry();
    });
  });
}
