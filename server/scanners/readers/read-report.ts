import { InvalidInputError } from '../../platform/errors.js';
import { maskedTexts } from '../../platform/masked-texts.js';
import type { ReadOptions, ReadOutcome } from '../rows/report.js';
import { maskSecrets } from '../secrets/mask-secrets.js';
import { readCsv } from './read-csv.js';
import { readDocument } from './read-document.js';
import { BrokenArchiveError, counted, peek, unpacked } from './read-input.js';
import { readJson } from './read-json.js';
import { readXml } from './read-xml.js';
import { HEAD_BYTES, recogniseContainer, refuseEmpty } from './recognise.js';

/**
 * Reads a report of any supported format, plain or gzip, in constant memory; formats that are one JSON
 * document are bounded in size instead. A broken or truncated report yields its good beginning, and the
 * outcome names where it broke.
 *
 * Throws InvalidInputError for a file without a readable result (another kind of file, an empty one, a
 * decompression bomb), unless the report describes its own run (`facts`), which `requireEvidence`
 * judges. Errors of `input`, `onRows` and the signal are rethrown unchanged.
 */
export async function readReport(
  input: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): Promise<ReadOutcome> {
  // Rows are masked when they are built.
  return maskedTexts(await read(input, options), maskSecrets);
}

async function read(input: AsyncIterable<Uint8Array>, options: ReadOptions): Promise<ReadOutcome> {
  const { fileName, onProgress, signal } = options;
  const bytes = unpacked(counted(input, onProgress, signal), fileName);
  const { head, rest } = await peek(bytes, HEAD_BYTES);
  if (head.length === 0) await refuseBroken(rest, fileName);
  const container = recogniseContainer(head, fileName);
  switch (container.kind) {
    case 'csv':
      return readCsv(rest, container, options);
    case 'xml':
      return readXml(rest, container, options);
    case 'document':
      return readDocument(rest, container, options);
    default:
      return readJson(head, rest, container, options);
  }
}

/** An archive of which nothing can be unpacked is not empty but damaged. */
async function refuseBroken(rest: AsyncIterable<Buffer>, fileName: string): Promise<void> {
  try {
    for await (const _ of rest);
  } catch (error) {
    if (!(error instanceof BrokenArchiveError)) throw error;
    throw new InvalidInputError(`${fileName} is a damaged gzip archive (${error.message})`, {
      fileName,
    });
  }
}

/**
 * Throws InvalidInputError for a report without results, unless the tool states that it looked at
 * something, or that its run ended properly with an error that hides results.
 */
export function requireEvidence({ results, facts }: ReadOutcome, fileName: string): void {
  const isStated = facts?.executed || (facts?.completed && facts.hidden?.length);
  if (results === 0 && !isStated) throw refuseEmpty(fileName, facts?.skipped[0]);
}
