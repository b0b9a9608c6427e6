import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { EVIDENCE_MEDIA_TYPES } from '../../../../contract/media-types.js';
import { InvalidInputError } from '../../../platform/errors.js';
import { parser } from '../../../platform/parsing/parser.js';
import { parserProblem } from '../../../platform/parsing/parser-error.js';
import { asUnreadable } from '../../../platform/parsing/unreadable.js';
import { maskedStream } from '../../../scanners/secrets/masked-stream.js';
import { activeContentOf } from './pdf-content.js';
import { RefusedFileError } from './refused-file.js';
import { readZipDirectory, type ZipDirectory } from './zip-directory.js';

export interface Sniffed {
  mediaType: string;
  /** The extension of the stored name, without the dot. */
  extension: string;
  /** Text is masked for secrets; other content is stored unchanged. */
  isText: boolean;
}

const SAME: Record<string, string> = {
  jpeg: 'jpg',
  yml: 'yaml',
  markdown: 'md',
  log: 'txt',
  text: 'txt',
};
const TEXTS = ['json', 'yaml', 'csv', 'md', 'txt'];
const ALLOWED = 'PDF, PNG, JPEG, docx, xlsx, pptx, txt, md, csv, json and yaml';

/** Detected to give the reason for a rejection. */
const REJECTED: readonly [bytes: string, what: string][] = [
  ['MZ', 'a Windows program'],
  ['\x7fELF', 'a Linux program'],
  ['\xcf\xfa\xed\xfe', 'a macOS program'],
  ['\xce\xfa\xed\xfe', 'a macOS program'],
  ['\xca\xfe\xba\xbe', 'a program'],
  [
    '\xd0\xcf\x11\xe0',
    'an Office file in the old format, which may contain macros; save it as docx, xlsx or pptx',
  ],
  ['\x1f\x8b', 'a gzip archive'],
  ['Rar!', 'a RAR archive'],
  ['7z\xbc\xaf', 'a 7-Zip archive'],
  ['BZh', 'a bzip2 archive'],
  ['\xfd7zXZ', 'an xz archive'],
  ['#!', 'a script'],
  ['{\\rtf', 'an RTF document, which may contain programs; save it as docx or PDF'],
  ['\xff\xfe', 'UTF-16 text; save it as UTF-8'],
  ['\xfe\xff', 'UTF-16 text; save it as UTF-8'],
];
/** Extensions that are not for text, whatever the content. */
const NO_TEXTS = new Set(
  'exe dll com scr msi jar apk doc xls ppt docm xlsm pptm dotm rtf html htm svg xml zip gz rar 7z gif webp'.split(
    ' ',
  ),
);
/** Markup that images never contain and browsers may run. */
const PAGE_IN_IMAGE = /<(script|svg|html|iframe|object|\?php)\b/i;

export interface LookedInto {
  sniffed: Sniffed;
  /** What is stored in place of text: the same without secrets; null for other content. */
  masked: Uint8Array | null;
}

/** Looks into an uploaded file of this host. */
export const evidenceFile = parser(
  'evidence.file',
  async ({ path, fileName }: { path: string; fileName: string }): Promise<LookedInto> => {
    const content = await readFile(path);
    const sniffed = await sniff(content, fileName);
    const masked = sniffed.isText ? await buffer(maskedStream(Readable.from([content]))) : null;
    return { sniffed, masked };
  },
);

/**
 * Detects the type of content by its bytes and compares the name with it. Throws InvalidInputError, with a reason for
 * the uploader, when the type is not accepted, another type is hidden in it, or it can run code.
 */
export async function sniff(content: Buffer, fileName: string): Promise<Sniffed> {
  if (content.length === 0) throw rejection(fileName, 'it is empty');
  const head = content.subarray(0, 1024).toString('latin1');
  const known = REJECTED.find(([bytes]) => head.startsWith(bytes));
  if (known) throw rejection(fileName, `it is ${known[1]}`);
  const extension = await extensionOf(content, head, fileName);
  const named = nameOf(fileName);
  const isOtherKind =
    Object.hasOwn(EVIDENCE_MEDIA_TYPES, named) || NO_TEXTS.has(named) || !TEXTS.includes(extension);
  if (named !== '' && named !== extension && isOtherKind) {
    throw rejection(fileName, `its name ends in .${named}, but its content is ${extension}`);
  }
  return {
    extension,
    mediaType: EVIDENCE_MEDIA_TYPES[extension] ?? 'text/plain',
    isText: TEXTS.includes(extension),
  };
}

async function extensionOf(content: Buffer, head: string, fileName: string): Promise<string> {
  if (head.startsWith('PK')) return officeKind(content, fileName);
  const isImageOrPdf =
    head.startsWith('%PDF-') ||
    head.startsWith('\x89PNG\r\n\x1a\n') ||
    head.startsWith('\xff\xd8\xff');
  if (!isImageOrPdf) return textKind(content, fileName);
  if (hasZipEnd(content)) throw rejection(fileName, 'an archive is hidden after its end');
  if (head.startsWith('%PDF-')) return checkedPdf(content, fileName);
  return checkedImage(content, head.startsWith('\x89PNG') ? 'png' : 'jpg', fileName);
}

function checkedPdf(content: Buffer, fileName: string): string {
  let active: string | null;
  try {
    active = activeContentOf(content);
  } catch (error) {
    throw unreadable(error, fileName, 'the PDF');
  }
  if (active === null) return 'pdf';
  throw rejection(fileName, `the PDF contains active content (${active}); print it to a plain PDF`);
}

/** Cameras append notes to a JPEG; a PNG must end at its end marker. */
function checkedImage(content: Buffer, kind: 'png' | 'jpg', fileName: string): string {
  const text = content.toString('latin1');
  const end = kind === 'png' ? 'IEND\xae\x42\x60\x82' : '\xff\xd9';
  const isWhole = kind === 'png' ? text.endsWith(end) : text.includes(end);
  if (!isWhole) throw rejection(fileName, 'the image is truncated or has data after its end');
  const behind = text.slice(text.lastIndexOf(end) + end.length).trimStart();
  const isOther =
    REJECTED.some(([bytes]) => behind.startsWith(bytes)) || behind.startsWith('%PDF-');
  if (isOther || PAGE_IN_IMAGE.test(text)) {
    throw rejection(fileName, 'the image contains or is followed by content of another type');
  }
  return kind;
}

async function officeKind(content: Buffer, fileName: string): Promise<string> {
  const directory = await readZipDirectory(content).catch((error: unknown): ZipDirectory => {
    throw unreadable(error, fileName, 'the archive is rejected: it');
  });
  const names = new Set(directory.names);
  const kind = [
    ['docx', 'word/document.xml'],
    ['xlsx', 'xl/workbook.xml'],
    ['pptx', 'ppt/presentation.xml'],
  ].find(([, main = '']) => names.has(main))?.[0];
  if (!kind || !names.has('[Content_Types].xml')) {
    throw rejection(fileName, 'archives are not accepted; upload the files one by one');
  }
  if (hasMacros(directory)) {
    throw rejection(fileName, 'it contains macros or embedded programs; save it without them');
  }
  return kind;
}

/** Also in the documents that it contains. */
function hasMacros({ names, contentTypes, nested }: ZipDirectory): boolean {
  const isActive = (name: string) =>
    /vbaProject\.bin$|\/activeX\/|\/embeddings\/.*\.(bin|exe|ole)$|\/macrosheets\//i.test(name);
  return (
    names.some(isActive) ||
    /macroEnabled/i.test(contentTypes) ||
    [...nested.values()].some(hasMacros)
  );
}

function textKind(content: Buffer, fileName: string): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw rejection(fileName, 'its type is not accepted');
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they distinguish binary content from text
  if (/[\x00-\x08\x0e-\x1f\x7f]/.test(text)) {
    throw rejection(fileName, 'its type is not accepted');
  }
  const start = text.trimStart();
  if (start === '') throw rejection(fileName, 'it is empty');
  if (start.startsWith('<') || /<(script|svg|html|iframe|object)\b/i.test(start.slice(0, 4_096))) {
    throw rejection(fileName, 'HTML, SVG and XML are not accepted, as they can run in a browser');
  }
  const named = nameOf(fileName);
  const isJson = /^[[{]/.test(start) && parses(start);
  if (isJson && named !== 'yaml' && named !== 'txt' && named !== 'md') return 'json';
  if (named === 'json') throw rejection(fileName, 'its name ends in .json, but it is not JSON');
  return TEXTS.includes(named) ? named : 'txt';
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Finds the end record of a ZIP archive where readers look for it. */
function hasZipEnd(content: Buffer): boolean {
  const tail = content.subarray(-(65_535 + 22));
  return tail.includes(Buffer.from('PK\x05\x06', 'latin1'));
}

/** The extension of a name in its common spelling; empty without one. */
function nameOf(fileName: string): string {
  const claimed = /\.([a-z0-9]{1,8})$/i.exec(fileName)?.[1]?.toLowerCase() ?? '';
  return SAME[claimed] ?? claimed;
}

function unreadable(error: unknown, fileName: string, what: string): unknown {
  if (error instanceof RefusedFileError) {
    const { message } = error;
    return rejection(fileName, what.startsWith('the PDF') ? message : `${what} ${message}`);
  }
  const problem = parserProblem(error);
  return problem
    ? rejection(fileName, `${what} ${problem.message}`)
    : asUnreadable(error, fileName);
}

function rejection(fileName: string, why: string): InvalidInputError {
  const message = `${why}. Accepted: ${ALLOWED}`;
  return new InvalidInputError(`${fileName}: ${message}`, { errors: [{ path: 'file', message }] });
}

/** A name that is safe on every system and in an archive: no folders, no reserved words, one known extension. */
export function safeName(fileName: string, extension: string): string {
  const stem = fileName
    .replace(/^.*[/\\]/s, '')
    .replace(/\.[a-z0-9]{1,8}$/i, '')
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}<>:"|?*/\\]/gu, '')
    .replace(/^[.\s]+|(?<![.\s])[.\s]+$/g, '');
  const short = [...stem].slice(0, 120).join('');
  const isReserved = /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(short);
  return `${short === '' || isReserved ? 'evidence' : short}.${extension}`;
}
