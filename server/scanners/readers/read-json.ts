import { InvalidInputError } from '../../platform/errors.js';
import type { ReadOptions, ReadOutcome } from '../rows/report.js';
import { foreignJson } from './foreign-formats.js';
import type { ElementReader } from './format.js';
import { membersIn, type WithoutDuplicates, withoutDuplicates } from './json-duplicates.js';
import type { TopKeys } from './json-keys.js';
import { JsonSplitter, type SplitElement } from './json-splitter.js';
import { BrokenArchiveError } from './read-input.js';
import { readerContext } from './reader-context.js';
import { type Container, refuse, refuseEmpty } from './recognise.js';
import { recogniseResult } from './recognise-result.js';
import { guarded } from './report-reader.js';
import { RowSink } from './row-sink.js';

/** Unreadable results to skip before the first one that reveals the format. */
const MAX_BLIND = 100;

/** Reads JSON results one by one. `head`: the report's first bytes, which `rest` repeats. */
export async function readJson(
  head: Buffer,
  rest: AsyncIterable<Buffer>,
  container: Container & { kind: 'elements' },
  options: ReadOptions,
): Promise<ReadOutcome> {
  const sink = new RowSink(options);
  const splitter = new JsonSplitter({
    wrapped: container.wrapped,
    start: { byte: container.skip, line: 1 + countLines(head.subarray(0, container.skip)) },
  });
  let open: ReturnType<typeof opened> | null = null;
  let skip = container.skip;
  const take = (element: SplitElement) => {
    const position = `byte ${element.byte} (line ${element.line})`;
    const parsed = parse(element);
    if ('problem' in parsed) return sink.reject(element.number, position, parsed.problem);
    if (parsed.twice) sink.contradict(parsed.twice, { number: element.number, position });
    open ??= opened(recogniseResult(parsed.value, container.top, options.fileName));
    const { reader } = open;
    for (const reading of guarded(() => reader.read(parsed.value), options.onFault)) {
      sink.add(reading, element.number, position, element.bytes ?? undefined);
    }
  };
  let broken: string | null = null;
  try {
    for await (const chunk of rest) {
      const bytes = skip > 0 ? chunk.subarray(skip) : chunk;
      skip = Math.max(0, skip - chunk.length);
      for (const element of splitter.push(bytes)) take(element);
      if (splitter.stopped || (!open && sink.seen > MAX_BLIND)) break;
      await sink.flush();
    }
  } catch (error) {
    if (!(error instanceof BrokenArchiveError)) throw error;
    broken = `is a damaged gzip archive (${error.message})`;
  }
  const problem = [broken, splitter.end()].filter((part) => part !== null).join(' and ') || null;
  const found = open as ReturnType<typeof opened> | null; // `take` has set it
  if (!found || sink.results === 0) {
    throw unrecognised(sink, problem, container.top, options.fileName);
  }
  await sink.flush(true);
  const format = found.reader.format?.() ?? found.id;
  const outcome = sink.outcome(format, problem, found.reader.facts?.());
  return splitter.isEndless ? { ...outcome, isEndless: true } : outcome;
}

function opened({ tool, format }: ReturnType<typeof recogniseResult>) {
  const reader: ElementReader = format.create(readerContext(tool.id));
  return { id: format.id, reader };
}

function parse(
  element: SplitElement,
): { value: unknown; twice?: WithoutDuplicates } | { problem: string } {
  if (!element.bytes) return { problem: element.problem ?? 'cannot be read' };
  try {
    const text = element.bytes.toString('utf8');
    const value: unknown = JSON.parse(text);
    const twice = membersIn(value) === element.members ? null : withoutDuplicates(text);
    return twice ? { value: twice.value, twice } : { value };
  } catch (error) {
    // The engine's message may quote the text, and with it a secret.
    return { problem: `is not valid JSON (${error instanceof Error ? error.name : 'error'})` };
  }
}

/** The error for a report without a single readable result. */
function unrecognised(sink: RowSink, problem: string | null, top: TopKeys, fileName: string) {
  const foreign = foreignJson(top);
  if (foreign) return refuse(fileName, foreign);
  if (sink.seen === 0 && problem === null) return refuseEmpty(fileName);
  const why = [problem, sink.firstRejection].filter(Boolean).join('; ');
  return new InvalidInputError(`${fileName} contains no readable result: it ${why}`, {
    fileName,
  });
}

function countLines(bytes: Buffer): number {
  return bytes.reduce((lines, byte) => (byte === 0x0a ? lines + 1 : lines), 0);
}
