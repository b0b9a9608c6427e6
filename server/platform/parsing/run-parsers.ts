import { isMainThread, Worker, workerData } from 'node:worker_threads';
import type { AnyParser } from './parser.js';
import { type ParserAnswer, type ParserRequest, toParserError } from './parser-messages.js';

const WATCH_EVERY_MS = 1_000;
/** Parts on their way: one is read while another is taken. */
export const MAX_PARTS_SENT = 2;

/** The main function of a parser process: parses one file after another, until its server ends. */
export function runParsers(find: (name: string) => Promise<AnyParser>): void {
  if (!isMainThread) {
    watchServer(workerData as number);
    return;
  }
  new Worker(process.argv[1] ?? '', { workerData: process.ppid, execArgv: [] }).unref();
  const sent = new Sent();
  // Signals to the whole group: the server decides whether a running import ends first.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.on('disconnect', () => process.exit());
  process.on('message', (request: ParserRequest) => {
    if ('taken' in request) sent.taken();
    else void parse(request, find, sent).then(send);
  });
}

/** A parser that hangs does not see that its server is gone, so a thread looks. */
function watchServer(server: number): void {
  setInterval(() => {
    if (process.ppid !== server) process.kill(process.pid, 'SIGKILL');
  }, WATCH_EVERY_MS);
}

async function parse(
  { parse: name, input, fileName }: Extract<ParserRequest, { parse: string }>,
  find: (name: string) => Promise<AnyParser>,
  sent: Sent,
): Promise<ParserAnswer> {
  try {
    const parser = await find(name);
    const emit = (part: unknown) => {
      send({ part });
      return sent.room();
    };
    return { result: await parser.parse(input, { emit }) };
  } catch (error) {
    return { error: toParserError(error, fileName) };
  }
}

function send(answer: ParserAnswer): void {
  process.send?.(answer);
}

/** How many parts the server has not taken yet. */
class Sent {
  #count = 0;
  #waiting: (() => void) | null = null;

  /** Counts a part; resolves when there is room for another one. */
  async room(): Promise<void> {
    this.#count += 1;
    if (this.#count < MAX_PARTS_SENT) return;
    await new Promise<void>((resolve) => {
      this.#waiting = resolve;
    });
  }

  taken(): void {
    this.#count -= 1;
    this.#waiting?.();
    this.#waiting = null;
  }
}
