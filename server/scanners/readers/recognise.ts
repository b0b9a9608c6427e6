import { InvalidInputError } from '../../platform/errors.js';
import { ACCEPTED } from '../tools/described-formats.js';
import { formatsOf } from '../tools/registry.js';
import { foreignBytes, foreignMarkup, foreignText } from './foreign-formats.js';
import type { Foreign } from './format.js';
import { type TopKeys, topKeys } from './json-keys.js';
import { xmlProlog, xmlRoot } from './xml-root.js';

/** How much of a file is inspected to recognise it. */
export const HEAD_BYTES = 16 * 1024;

const DOCUMENTS = formatsOf('document');
const XMLS = formatsOf('xml');
const TABLES = formatsOf('csv');
type Known<Kind extends Parameters<typeof formatsOf>[0]> = ReturnType<
  typeof formatsOf<Kind>
>[number];

/** `skip`: bytes before the part that is read. */
export type Container = { skip: number } & (
  | { kind: 'csv'; known: Known<'csv'> }
  /** Results one by one; `wrapped`: `skip` ends in `{"Findings": [`. `top`: the file's top-level keys. */
  | { kind: 'elements'; wrapped: boolean; top: TopKeys }
  | { kind: 'document'; known: Known<'document'> }
  | { kind: 'xml'; known: Known<'xml'>; encoding: string }
);

/** The error for a file that is not supported: its name, what it looks like, what to do. */
export function refuse(fileName: string, { looksLike, advice }: Foreign): InvalidInputError {
  return new InvalidInputError(`${fileName} looks like ${looksLike}: ${advice}`, {
    fileName,
    looksLike,
  });
}

/** An empty report is an error, as it is no evidence. `skipped`: what the tool states that it left out. */
export function refuseEmpty(
  fileName: string,
  skipped?: { what: string; why: string },
): InvalidInputError {
  const stated = skipped ? ` (${[skipped.what, skipped.why].filter(Boolean).join(': ')})` : '';
  return new InvalidInputError(
    `${fileName} contains no results${stated}: a clean run and a run that saw nothing look the same, ` +
      'so nothing is assessed; check the run and its permissions',
    { fileName },
  );
}

/** The kind of file, by its first bytes. Throws InvalidInputError if it is not supported. */
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
    const root = xmlRoot(text);
    const known = XMLS.find(({ format }) => format.root === root);
    const { length, encoding } = xmlProlog(text);
    if (known) return { kind: 'xml', skip: skip + length, known, encoding };
    throw refuse(fileName, foreignMarkup(text, root));
  }
  if (first === '{' || first === '[') {
    const top = topKeys(text);
    const known = DOCUMENTS.find(({ format }) => format.isIt(top));
    if (known) return { kind: 'document', skip, known };
    const wrapper = /^\s*\{\s*"Findings"\s*:\s*\[/.exec(text)?.[0].length;
    return { kind: 'elements', skip: skip + (wrapper ?? 0), wrapped: wrapper !== undefined, top };
  }
  const firstLine = text.slice(0, text.search(/[\r\n]|$/));
  for (const known of TABLES) {
    const cells = firstLine.split(known.format.delimiter);
    const columns = cells.map((name) => name.replaceAll('"', '').trim());
    if (known.format.isHeader(columns)) return { kind: 'csv', skip, known };
  }
  throw refuse(fileName, foreignText(firstLine));
}
