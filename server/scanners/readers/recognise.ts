import { InvalidInputError } from '../../platform/errors.js';
import { isProwlerCsvHeader } from '../tools/prowler/index.js';
import { ACCEPTED } from './accepted-formats.js';
import { type Foreign, foreignBytes, foreignMarkup, foreignText } from './foreign-formats.js';
import { DOCUMENT_FORMATS, type DocumentFormat, XML_FORMATS, type XmlFormat } from './formats.js';

/** How much of a file is looked at before reading it. */
export const HEAD_BYTES = 16 * 1024;

export type Container =
  | { kind: 'csv'; skip: number }
  /** Results one by one. `skip` bytes precede what the splitter reads; `wrapped`: they end in `{"Findings": [`. */
  | { kind: 'json'; skip: number; wrapped: boolean }
  | { kind: 'document'; skip: number; document: DocumentFormat }
  | { kind: 'xml'; skip: number; xml: XmlFormat };

/** Refuses the file, naming it, what it looks like and what to do. */
export function refuse(fileName: string, { looksLike, advice }: Foreign): InvalidInputError {
  return new InvalidInputError(`${fileName} looks like ${looksLike}: ${advice}`, {
    fileName,
    looksLike,
  });
}

/** No results is no evidence, so it is an error and not an empty report. `skipped`: what the tool says that it left out. */
export function refuseEmpty(
  fileName: string,
  skipped?: { what: string; why: string },
): InvalidInputError {
  const said = skipped ? ` (${[skipped.what, skipped.why].filter(Boolean).join(': ')})` : '';
  return new InvalidInputError(
    `${fileName} contains no results${said}: a clean run and a run that saw nothing look the same, ` +
      'so nothing is assessed; look at the run and its permissions',
    { fileName },
  );
}

/** What kind of file this is, by its first bytes. Throws InvalidInputError for what is not read. */
export function recogniseContainer(head: Buffer, fileName: string): Container {
  if (head.length === 0) {
    throw new InvalidInputError(
      `${fileName} is empty: the run wrote nothing, nothing is assessed`,
      {
        fileName,
      },
    );
  }
  const foreign = foreignBytes(head);
  if (foreign) throw refuse(fileName, foreign);
  const skip = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  const text = head.toString('latin1', skip);
  const first = text.trimStart()[0];
  if (first === undefined) throw refuse(fileName, { looksLike: 'blank', advice: ACCEPTED });
  if (first === '<') {
    const xml = XML_FORMATS.find(({ isIt }) => isIt(text));
    if (xml) return { kind: 'xml', skip, xml };
    throw refuse(fileName, foreignMarkup(text));
  }
  if (first === '{' || first === '[') {
    const document = DOCUMENT_FORMATS.find(({ isIt }) => isIt(text));
    if (document) return { kind: 'document', skip, document };
    const wrapper = /^\s*\{\s*"Findings"\s*:\s*\[/.exec(text)?.[0].length;
    return { kind: 'json', skip: skip + (wrapper ?? 0), wrapped: wrapper !== undefined };
  }
  const firstLine = text.slice(0, text.search(/[\r\n]|$/));
  const columns = firstLine.split(';').map((name) => name.replaceAll('"', '').trim());
  if (isProwlerCsvHeader(columns)) return { kind: 'csv', skip };
  throw refuse(fileName, foreignText(firstLine));
}
