import { InvalidInputError } from '../../platform/errors.js';
import type { ReadOptions, ReadOutcome } from '../rows/report.js';
import { type CsvRecord, CsvRecords } from './csv-records.js';
import type { CsvFormat } from './format.js';
import { BrokenArchiveError } from './read-input.js';
import { type Container, refuseEmpty } from './recognise.js';
import { guarded } from './report-reader.js';
import { RowSink } from './row-sink.js';

const MAX_RECORD_CHARACTERS = 16 * 1024 * 1024;

/** Reads a table record by record; quoted cells may hold line breaks. */
export async function readCsv(
  rest: AsyncIterable<Buffer>,
  { known: { format } }: Container & { kind: 'csv' },
  options: ReadOptions,
): Promise<ReadOutcome> {
  const sink = new RowSink(options);
  let header = '';
  let read: ReturnType<CsvFormat['create']> | null = null;
  const take = (record: CsvRecord) => {
    const position = `line ${record.line}`;
    if ('rejected' in record) return sink.reject(sink.seen + 1, position, record.rejected);
    const { cells } = record;
    const source = cells.join(format.delimiter);
    if (!read) {
      header = source;
      read = format.create(cells);
      // Tables that were put together repeat it.
    } else if (source !== header) {
      const reader = read;
      for (const reading of guarded(() => [reader(cells)], options.onFault)) {
        sink.add(reading, sink.seen + 1, position, source);
      }
    }
  };
  const problem = await feed(rest, format.delimiter, take, () => sink.flush());
  if (sink.seen === 0) {
    if (!problem) throw refuseEmpty(options.fileName);
    throw new InvalidInputError(`${options.fileName} contains no readable result: ${problem}`);
  }
  await sink.flush(true);
  return { ...sink.outcome(format.id, problem), isEndless: true };
}

async function feed(
  rest: AsyncIterable<Buffer>,
  delimiter: string,
  take: (record: CsvRecord) => void,
  afterChunk: () => Promise<void>,
): Promise<string | null> {
  const records = new CsvRecords(delimiter, MAX_RECORD_CHARACTERS);
  // It drops a byte order mark.
  const decoder = new TextDecoder('utf-8');
  let broken: string | null = null;
  try {
    for await (const chunk of rest) {
      for (const record of records.push(decoder.decode(chunk, { stream: true }))) take(record);
      if (records.tooLargeAt !== null) break;
      await afterChunk();
    }
    for (const record of records.push(decoder.decode())) take(record);
    for (const record of records.end()) take(record);
  } catch (error) {
    if (!(error instanceof BrokenArchiveError)) throw error;
    broken = `is a damaged gzip archive (${error.message})`;
  }
  return broken ?? problemOf(records);
}

function problemOf({ tooLargeAt, openAt }: CsvRecords): string | null {
  if (tooLargeAt !== null) {
    return `has a row of more than ${MAX_RECORD_CHARACTERS} characters at line ${tooLargeAt}; the rest was not read`;
  }
  return openAt === null ? null : `ends inside a quoted cell, at line ${openAt}`;
}
