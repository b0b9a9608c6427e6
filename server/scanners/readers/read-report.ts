import type { ReadOptions, ReadOutcome } from '../rows/report.js';
import { readCsv } from './read-csv.js';
import { readDocument } from './read-document.js';
import { counted, peek, unpacked } from './read-input.js';
import { readJson } from './read-json.js';
import { readXml } from './read-xml.js';
import { HEAD_BYTES, recogniseContainer, refuseEmpty } from './recognise.js';

/**
 * Reads a report of any supported format, plain or gzip. Memory does not grow with it, but for formats
 * that are one JSON document, whose size is bounded. A broken or cut-off report gives its good beginning
 * and says in the outcome where it broke.
 *
 * Throws InvalidInputError when there is not one readable result: another kind of file, an empty
 * one, a decompression bomb; unless the report says of itself how its run went (`facts`), which is
 * for `requireEvidence` to judge. What `input`, `onRows` or the signal throw is passed on as it is.
 */
export async function readReport(
  input: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): Promise<ReadOutcome> {
  const { fileName, onProgress, signal } = options;
  const bytes = unpacked(counted(input, onProgress, signal), fileName);
  const { head, rest } = await peek(bytes, HEAD_BYTES);
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

/**
 * A report without results is evidence only where the tool says that it looked at something. Throws
 * InvalidInputError where it does not.
 */
export function requireEvidence({ results, facts }: ReadOutcome, fileName: string): void {
  if (results === 0 && !facts?.executed) throw refuseEmpty(fileName, facts?.skipped[0]);
}
