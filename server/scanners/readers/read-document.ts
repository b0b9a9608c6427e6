import { InvalidInputError } from '../../platform/errors.js';
import type { ReadOptions, ReadOutcome } from '../rows/report.js';
import { formatTitle } from '../tools/described-formats.js';
import { MAX_DOCUMENT_BYTES, parseDocument } from './json-document.js';
import { BrokenArchiveError } from './read-input.js';
import { readerContext } from './reader-context.js';
import type { Container } from './recognise.js';
import { guarded } from './report-reader.js';
import { RowSink } from './row-sink.js';

/**
 * Reads a report that is one JSON value as a whole, since its parts refer to each other in any order.
 * Its size is therefore bounded, unlike that of reports with one result after another.
 */
export async function readDocument(
  rest: AsyncIterable<Buffer>,
  container: Container & { kind: 'document' },
  options: ReadOptions,
): Promise<ReadOutcome> {
  const { fileName } = options;
  const { value, problem, twice } = await parsedWhole(rest, container, fileName);
  const { tool, format } = container.known;
  if (value === undefined) throw unreadable(fileName, problem ?? 'is not JSON');
  const sink = new RowSink(options);
  if (twice) sink.contradict(twice);
  const reader = format.create(readerContext(tool.id));
  for (const reading of guarded(() => reader.read(value, problem === null), options.onFault)) {
    sink.add(reading, sink.seen + 1, null);
    if (sink.isFull) await sink.flush();
  }
  await sink.flush(true);
  const facts = reader.facts();
  if (sink.results === 0 && !facts.executed) {
    const why = [problem, sink.firstRejection].filter(Boolean).join('; ');
    if (why !== '') throw unreadable(fileName, why);
  }
  return sink.outcome(format.id, problem, facts);
}

/** A separate function, so that bytes and text can be freed once parsed. */
async function parsedWhole(
  rest: AsyncIterable<Buffer>,
  { skip, known: { tool, format } }: Container & { kind: 'document' },
  fileName: string,
): Promise<ReturnType<typeof parseDocument>> {
  const { text, broken } = await textOf(rest, skip, { title: formatTitle(tool, format), fileName });
  const { problem, ...parsed } = parseDocument(text, format.lists);
  return {
    ...parsed,
    problem: [broken, problem].filter((part) => part !== null).join(' and ') || null,
  };
}

async function textOf(
  rest: AsyncIterable<Buffer>,
  skip: number,
  { title, fileName }: { title: string; fileName: string },
): Promise<{ text: string; broken: string | null }> {
  const pieces: Buffer[] = [];
  let size = 0;
  let broken: string | null = null;
  try {
    for await (const chunk of rest) {
      size += chunk.length;
      if (size > MAX_DOCUMENT_BYTES) {
        throw new InvalidInputError(
          `${fileName} is larger than ${MAX_DOCUMENT_BYTES / 1024 ** 2} MB, the limit for ${title}; ` +
            'report fewer targets in one file',
          { fileName },
        );
      }
      pieces.push(Buffer.from(chunk)); // a copy, as the source may reuse its chunk
    }
  } catch (error) {
    if (!(error instanceof BrokenArchiveError)) throw error;
    broken = `is a damaged gzip archive (${error.message})`;
  }
  return { text: Buffer.concat(pieces).toString('utf8', skip), broken };
}

function unreadable(fileName: string, why: string): InvalidInputError {
  return new InvalidInputError(`${fileName} contains no readable result: it ${why}`, {
    fileName,
  });
}
