import { InvalidInputError } from '../../platform/errors.js';
import type { ReadOptions, ReadOutcome } from '../rows/report.js';
import { BrokenArchiveError } from './read-input.js';
import type { Container } from './recognise.js';
import { RowSink } from './row-sink.js';

/** Reads an XML report element by element, after `skip` bytes. */
export async function readXml(
  rest: AsyncIterable<Buffer>,
  { skip, known: { format } }: Container & { kind: 'xml' },
  options: ReadOptions,
): Promise<ReadOutcome> {
  const { fileName } = options;
  const sink = new RowSink(options);
  const reader = format.create();
  let left = skip;
  let broken: string | null = null;
  try {
    for await (const chunk of rest) {
      const bytes = left > 0 ? chunk.subarray(left) : chunk;
      left = Math.max(0, left - chunk.length);
      for (const reading of reader.push(bytes)) sink.add(reading, sink.seen + 1, null);
      if (reader.stopped) break;
      await sink.flush();
    }
  } catch (error) {
    if (!(error instanceof BrokenArchiveError)) throw error;
    broken = `is a damaged gzip archive (${error.message})`;
  }
  const problem = [broken, reader.end()].filter((part) => part !== null).join(' and ') || null;
  const facts = reader.facts();
  if (sink.results === 0 && !facts.executed && problem !== null) {
    throw new InvalidInputError(`${fileName} contains no readable result: it ${problem}`, {
      fileName,
    });
  }
  await sink.flush(true);
  return sink.outcome(format.id, problem, facts);
}
