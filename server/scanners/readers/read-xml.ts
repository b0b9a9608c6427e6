import { TextDecoder } from 'node:util';
import { InvalidInputError } from '../../platform/errors.js';
import type { ReadOptions, ReadOutcome } from '../rows/report.js';
import { BrokenArchiveError } from './read-input.js';
import type { Container } from './recognise.js';
import { RowSink } from './row-sink.js';

/** Reads an XML report element by element, after `skip` bytes. */
export async function readXml(
  rest: AsyncIterable<Buffer>,
  { skip, known: { format }, encoding }: Container & { kind: 'xml' },
  options: ReadOptions,
): Promise<ReadOutcome> {
  const { fileName } = options;
  const sink = new RowSink(options);
  const reader = format.create();
  const decoder = decoderOf(encoding);
  let left = skip;
  let broken: string | null = null;
  try {
    for await (const chunk of rest) {
      const part = left > 0 ? chunk.subarray(left) : chunk;
      left = Math.max(0, left - chunk.length);
      const bytes = decoder ? Buffer.from(decoder.decode(part, { stream: true })) : part;
      for (const reading of reader.push(bytes)) sink.add(reading, sink.seen + 1, null);
      if (reader.stopped) break;
      await sink.flush();
    }
  } catch (error) {
    if (!(error instanceof BrokenArchiveError)) throw error;
    broken = `is a damaged gzip archive (${error.message})`;
  }
  if (reader.fault) options.onFault?.(reader.fault);
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

/**
 * For a declared encoding other than UTF-8. UTF-16 is ignored: the file would not be recognised if it were
 * true.
 */
function decoderOf(encoding: string): TextDecoder | null {
  if (/^utf-?(8|16)/.test(encoding)) return null;
  try {
    return new TextDecoder(encoding);
  } catch {
    return null;
  }
}
