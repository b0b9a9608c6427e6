import { createReadStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import type { Fault } from '../../platform/parsing/fault.js';
import { parser, REPORT_LIMITS } from '../../platform/parsing/parser.js';
import type { Parsing } from '../../platform/parsing/parsing.js';
import type { FormatId, ReadOptions, ReadOutcome } from '../rows/report.js';
import { maskedStream } from '../secrets/masked-stream.js';
import { PackedChecks, type PackedRows, UnpackedChecks } from './packed-rows.js';
import { readReport } from './read-report.js';

/** Bytes between two messages about progress. */
const PROGRESS_BYTES = 1024 ** 2;

type ReportPart = { rows: PackedRows } | { bytes: number } | { fault: Fault };

interface ReportFile {
  path: string;
  fileName: string;
}

export const reportFile = parser<ReportFile, ReadOutcome, ReportPart>(
  'scanners.report-file',
  ({ path, fileName }, { emit, signal }) => {
    const checks = new PackedChecks();
    let reported = 0;
    return readReport(chunksOf(path), {
      fileName,
      signal,
      onRows: (rows) => emit({ rows: checks.pack(rows) }),
      onFault: (fault) => void emit({ fault }),
      onProgress: (bytes) => {
        if (reported > 0 && bytes - reported < PROGRESS_BYTES) return;
        reported = bytes;
        void emit({ bytes });
      },
    });
  },
  REPORT_LIMITS,
  { texts: 'masked' },
);

/** Reads a report of this host as `readReport` does, where `parsing` has its parsers. */
export function readReportFile(
  parsing: Parsing,
  path: string,
  { fileName, signal, onRows, onProgress, onFault }: ReadOptions,
): Promise<ReadOutcome> {
  const checks = new UnpackedChecks();
  const onPart = (part: ReportPart) => {
    if ('rows' in part) return onRows(checks.unpack(part.rows));
    if ('fault' in part) onFault?.(part.fault);
    else onProgress?.(part.bytes);
  };
  return parsing.run(reportFile, { path, fileName }, { fileName, signal, onPart });
}

export const maskedReport = parser<{ path: string; format: FormatId }, void, Uint8Array>(
  'scanners.masked-report',
  async ({ path, format }, { emit }) => {
    for await (const chunk of maskedStream(chunksOf(path), { format })) await emit(chunk);
  },
  REPORT_LIMITS,
  { texts: 'masked' },
);

/** The bytes of a report of this host without its secrets, masked where `parsing` has its parsers. */
export async function* maskedReportFile(
  parsing: Parsing,
  path: string,
  { fileName, format }: { fileName: string; format: FormatId },
): AsyncGenerator<Uint8Array> {
  const out = new PassThrough();
  const reader = new AbortController();
  const onPart = (chunk: Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      out.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
  parsing.run(maskedReport, { path, format }, { fileName, signal: reader.signal, onPart }).then(
    () => out.end(),
    (error: Error) => out.destroy(error),
  );
  try {
    yield* out;
  } finally {
    reader.abort();
  }
}

function chunksOf(path: string): AsyncIterable<Uint8Array> {
  return createReadStream(path, { highWaterMark: 256 * 1024 });
}
