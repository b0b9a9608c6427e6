import { Buffer } from 'node:buffer';
import { BrokenArchiveError, counted, unpacked } from '../readers/read-input.js';
import type { FormatId } from '../rows/report.js';
import { findSecrets, maskRanges } from './mask-secrets.js';
import { withQueryValues } from './query-values.js';
import { BYTE_MASK } from './secret-names.js';
import { withoutWithheld } from './withheld-texts.js';

const BATCH_BYTES = 256 * 1024;
/** Held back at the end of a batch, so that a secret across two batches is found. */
const OVERLAP_BYTES = 8 * 1024;
/** A longer secret is masked up to here. */
const MAX_SECRET_BYTES = 256 * 1024;

/**
 * The bytes of a report without its secrets, for storing the original. It stays valid JSON or CSV, as
 * only characters inside texts are replaced. Gzip is unpacked to find its secrets. Memory is bounded.
 * Of a damaged archive, the good part is stored, as that was read. Texts that the format withholds are
 * left out.
 */
export async function* maskedStream(
  input: AsyncIterable<Uint8Array>,
  { fileName = 'the report', format }: { fileName?: string; format?: FormatId } = {},
): AsyncGenerator<Uint8Array> {
  let held: Buffer[] = [];
  let size = 0;
  const bytes = goodPartOf(unpacked(counted(input), fileName));
  for await (const chunk of format ? withoutWithheld(bytes, format) : bytes) {
    size += chunk.length;
    if (size < BATCH_BYTES + OVERLAP_BYTES) {
      // A copy, as sources may reuse their chunk.
      held.push(Buffer.from(chunk));
      continue;
    }
    const { out, rest } = maskBatch(Buffer.concat([...held, chunk]), false, format);
    if (out.length > 0) yield out;
    held = [rest];
    size = rest.length;
  }
  const { out } = maskBatch(Buffer.concat(held), true, format);
  if (out.length > 0) yield out;
}

async function* goodPartOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
  } catch (error) {
    if (!(error instanceof BrokenArchiveError)) throw error;
  }
}

function maskBatch(
  bytes: Buffer,
  isLast: boolean,
  format: FormatId | undefined,
): { out: Buffer; rest: Buffer } {
  // Latin-1: one character for each byte.
  const text = bytes.toString('latin1');
  const ranges = withQueryValues(text, findSecrets(text, bytes), format);
  let cut = isLast ? text.length : cutBefore(text, Math.max(0, text.length - OVERLAP_BYTES));
  const ready = [];
  for (const range of ranges) {
    if (range.start >= cut) break;
    const unfinished = !isLast && range.end > text.length - 64;
    if (unfinished && text.length - range.start < MAX_SECRET_BYTES) {
      cut = range.start;
      break;
    }
    ready.push(range);
    if (range.end > cut) cut = range.end;
  }
  const rest = bytes.subarray(cut);
  if (ready.length === 0) return { out: bytes.subarray(0, cut), rest };
  const masked = maskRanges(text.slice(0, cut), ready, BYTE_MASK);
  return { out: Buffer.from(masked, 'latin1'), rest };
}

/** A place near `wanted` that is not inside a name or value: after a line break, else after a blank. */
function cutBefore(text: string, wanted: number): number {
  const line = text.lastIndexOf('\n', wanted);
  if (line > wanted - OVERLAP_BYTES * 4 && line >= 0) return line + 1;
  const blank = Math.max(text.lastIndexOf(' ', wanted), text.lastIndexOf(',', wanted));
  return blank > wanted - OVERLAP_BYTES ? blank + 1 : wanted;
}
