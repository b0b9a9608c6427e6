import { readFileSync } from 'node:fs';
import { readReport } from '../readers/read-report.js';
import type { ReadOutcome, ReportRow } from '../rows/report.js';

/** A report of `tools/prowler/fixtures`. */
export function fixture(name: string): Buffer {
  return readFileSync(new URL(`../tools/prowler/fixtures/${name}`, import.meta.url));
}

/** The bytes in pieces: of one size, or cut at the given places. */
export async function* inChunks(bytes: Buffer, cuts: number | number[]): AsyncGenerator<Buffer> {
  const places =
    typeof cuts === 'number'
      ? Array.from({ length: Math.ceil(bytes.length / cuts) }, (_, n) => n * cuts)
      : [...cuts].sort((a, b) => a - b);
  let from = 0;
  for (const to of [...places, bytes.length]) {
    yield Buffer.from(bytes.subarray(from, to));
    from = Math.max(from, to);
  }
}

/** Reads a whole report into memory. */
export async function readRows(
  input: Buffer | string | AsyncIterable<Uint8Array>,
  fileName = 'report.json',
): Promise<{ rows: ReportRow[]; outcome: ReadOutcome }> {
  const rows: ReportRow[] = [];
  const source =
    typeof input === 'string' || Buffer.isBuffer(input)
      ? inChunks(Buffer.from(input as string), 4096)
      : input;
  const outcome = await readReport(source, {
    fileName,
    onRows: (batch) => {
      // Which depends on white space.
      rows.push(...batch.map(({ source: _, ...row }) => row));
    },
  });
  return { rows, outcome };
}

/** The parts of a row that its identity is made of. */
export function identityOf(row: ReportRow): string {
  const { provider, accountId, region, check, resource, subObject } = row;
  return JSON.stringify([provider, accountId, region, check.id, resource.uid, subObject]);
}
