import { CsvError, type InfoRecord, type Parser, parse } from 'csv-parse';
import { InvalidInputError } from '../../platform/errors.js';
import type { ReadOptions, ReadOutcome } from '../rows/report.js';
import type { CsvFormat } from './format.js';
import { BrokenArchiveError } from './read-input.js';
import { type Container, refuseEmpty } from './recognise.js';
import { RowSink } from './row-sink.js';

const MAX_RECORD_CHARACTERS = 16 * 1024 * 1024;

/** Reads a table record by record; quoted cells may hold line breaks. */
export async function readCsv(
  rest: AsyncIterable<Buffer>,
  { known: { format } }: Container & { kind: 'csv' },
  options: ReadOptions,
): Promise<ReadOutcome> {
  const sink = new RowSink(options);
  let read: ReturnType<CsvFormat['create']> | null = null;
  const take = (record: string[], line: number) => {
    if (read) sink.add(read(record), sink.seen + 1, `line ${line}`);
    else read = format.create(record);
  };
  const { problem, endsInLine } = await feed(rest, format.delimiter, take, () => sink.flush());
  if (sink.seen === 0) {
    if (!problem) throw refuseEmpty(options.fileName);
    throw new InvalidInputError(`${options.fileName} contains no readable result: ${problem}`);
  }
  await sink.flush(true);
  const cut = `may be cut off: its last line (result ${sink.seen}) has no line break`;
  return sink.outcome(format.id, problem ?? (endsInLine ? cut : null));
}

/** Feeds the parser chunk by chunk, so that an error does not lose the records before it. */
async function feed(
  rest: AsyncIterable<Buffer>,
  delimiter: string,
  take: (record: string[], line: number) => void,
  afterChunk: () => Promise<void>,
): Promise<{ problem: string | null; endsInLine: boolean }> {
  const parser = parse({
    bom: true,
    delimiter,
    relax_column_count: true,
    // A stray quote spoils its row, not the rows after it.
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_CHARACTERS,
    on_record: (record: string[], info: InfoRecord) => {
      take(record, info.lines);
      return null;
    },
  });
  const failed = new Promise<never>((_, reject) => parser.on('error', reject));
  failed.catch(() => undefined);
  let problem: string | null = null;
  let last = 0;
  try {
    for await (const chunk of rest) {
      last = chunk.at(-1) ?? last;
      await Promise.race([write(parser, chunk), failed]);
      await afterChunk();
    }
    await Promise.race([end(parser), failed]);
  } catch (error) {
    problem = problemOf(error);
  } finally {
    parser.destroy();
  }
  return { problem, endsInLine: last !== 0x0a && last !== 0x0d };
}

function write(parser: Parser, chunk: Buffer): Promise<void> {
  return new Promise((resolve) => parser.write(chunk, () => resolve()));
}

function end(parser: Parser): Promise<void> {
  parser.resume();
  return new Promise((resolve) => {
    parser.on('end', resolve);
    parser.end();
  });
}

function problemOf(error: unknown): string {
  if (error instanceof BrokenArchiveError) return `is a damaged gzip archive (${error.message})`;
  // Not all codes begin with CSV_; the message quotes a cell, so it is not passed on.
  if (!(error instanceof CsvError)) throw error;
  const { code, lines } = error as CsvError & { lines?: number };
  if (code === 'CSV_QUOTE_NOT_CLOSED') return `ends inside a quoted cell, at line ${lines}`;
  if (code === 'CSV_MAX_RECORD_SIZE') {
    return `has a row of more than ${MAX_RECORD_CHARACTERS} characters at line ${lines}; the rest was not read`;
  }
  return `is broken at line ${lines} (${code}); the rest was not read`;
}
