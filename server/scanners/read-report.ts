import { readCsv } from './read-csv.js';
import { counted, peek, unpacked } from './read-input.js';
import { readJson } from './read-json.js';
import { HEAD_BYTES, recogniseContainer } from './recognise.js';
import type { ReadOptions, ReadOutcome } from './report.js';

/**
 * Reads a Prowler report of any supported format, plain or gzip, in memory that does not grow with
 * it. A broken or cut-off report gives its good beginning and says in the outcome where it broke.
 *
 * Throws InvalidInputError when there is not one readable result: another kind of file, an empty
 * one, a decompression bomb. What `input`, `onRows` or the signal throw is passed on as it is.
 */
export async function readReport(
  input: AsyncIterable<Uint8Array>,
  options: ReadOptions,
): Promise<ReadOutcome> {
  const { fileName, onProgress, signal } = options;
  const bytes = unpacked(counted(input, onProgress, signal), fileName);
  const { head, rest } = await peek(bytes, HEAD_BYTES);
  const container = recogniseContainer(head, fileName);
  return container.kind === 'csv'
    ? readCsv(rest, options)
    : readJson(head, rest, container, options);
}
